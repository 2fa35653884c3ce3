namespace Gatepost.Smtp;

/// <summary>One accepted RCPT.</summary>
public sealed class EnvelopeRecipient(Mailbox address)
{
    /// <summary>As the client said it.</summary>
    public Mailbox Address { get; } = address;

    public DsnNotify Notify { get; init; }

    /// <summary>ORCPT, decoded neither by us nor by who passes it on: <c>rfc822;user+40host</c> (RFC 3461 §4.2).</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>The address the reply names as the one the message is forwarded to; null if it must not be named.</summary>
    public Mailbox? ForwardShown { get; set; }

    /// <summary>
    /// Where it goes, written by the gatekeeper when it accepts; complete in itself, so an account deleted later strands nothing.
    /// </summary>
    public IReadOnlyList<Route> Routes { get; set; } = [];
}
