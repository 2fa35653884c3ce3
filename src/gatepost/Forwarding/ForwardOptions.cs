namespace Gatepost.Forwarding;

/// <summary>How mail is changed that an alias or a forward sends on to other servers.</summary>
public sealed record ForwardOptions
{
    /// <summary>Whether the envelope sender is rewritten (SRS), so that SPF of our domain is asked and not that of the sender's.</summary>
    public bool Srs { get; init; } = true;

    /// <summary>Whether an ARC set is added with what SPF, DKIM and DMARC said when the message came (RFC 8617).</summary>
    public bool Arc { get; init; } = true;

    /// <summary>The domain of rewritten senders and of seals; null for the domain of the address that forwards.</summary>
    public string? Domain { get; init; }
}
