namespace Gatepost.Smtp.Client;

/// <summary>Which language the other side speaks.</summary>
public enum PeerProtocol
{
    Smtp,

    /// <summary>RFC 2033: LHLO, and one reply a recipient after the data.</summary>
    Lmtp,
}

/// <summary>What we do about encryption.</summary>
public enum ClientTls
{
    /// <summary>Never STARTTLS.</summary>
    Never,

    /// <summary>STARTTLS where it is offered, any certificate; in clear where it fails (RFC 7435).</summary>
    Opportunistic,

    /// <summary>Nothing is sent without TLS and a certificate that is valid for the host's name.</summary>
    Verified,
}

/// <summary>How our client introduces itself and how patient it is.</summary>
public sealed record SmtpClientOptions
{
    /// <summary>Our name in EHLO: fully qualified and resolving to us.</summary>
    public required string HostName { get; init; }

    public PeerProtocol Protocol { get; init; }

    public ClientTls Tls { get; init; } = ClientTls.Opportunistic;

    public ClientTimeouts Timeouts { get; init; } = new();

    /// <summary>Recipients in one transaction, unless the peer announces fewer. RFC 5321 §4.5.3.1.8 lets us count on 100.</summary>
    public int MaxRecipients { get; init; } = 100;
}
