namespace Gatepost.Smtp.Client;

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
