namespace Gatepost.Smtp.Client;

/// <summary>One message with the recipients to offer to one peer.</summary>
public sealed record OutgoingMail
{
    /// <summary>For the journal.</summary>
    public string? QueueId { get; init; }

    /// <summary>The attempt's id, for the journal.</summary>
    public required string Attempt { get; init; }

    /// <summary>Null is the null sender.</summary>
    public required Mailbox? Sender { get; init; }

    public required IReadOnlyList<OutgoingRecipient> Recipients { get; init; }

    public required OutgoingBody Body { get; init; }

    public BodyType BodyType { get; init; }

    /// <summary>
    /// Whether 8-bit octets go to a server that does not offer 8BITMIME as they are; otherwise such a message is not sent (RFC 6152 §3).
    /// </summary>
    public bool EightBitUndeclared { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    public string? EnvelopeId { get; init; }

    /// <summary>Whether the message is under REQUIRETLS: it goes over TLS only, to a server that offers it (RFC 8689).</summary>
    public bool RequiresTls { get; init; }
}
