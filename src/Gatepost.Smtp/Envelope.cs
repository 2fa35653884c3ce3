namespace Gatepost.Smtp;

/// <summary>One mail transaction: who sends, to whom, under which parameters.</summary>
public sealed class Envelope
{
    /// <summary>Null is the null sender <c>&lt;&gt;</c>.</summary>
    public required Mailbox? Sender { get; init; }

    public BodyType Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    /// <summary>ENVID in xtext as it came (RFC 3461 §4.4); null if none.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>What the sender asks of TLS on the way: by MAIL, or by the header once the message is there.</summary>
    public TlsRequest Tls { get; set; }

    /// <summary>SIZE as declared in octets; null if none.</summary>
    public long? DeclaredSize { get; init; }

    public List<EnvelopeRecipient> Recipients { get; } = [];
}
