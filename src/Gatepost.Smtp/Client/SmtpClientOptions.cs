using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Smtp.Client;

/// <summary>How our client introduces itself and how patient it is.</summary>
public sealed record SmtpClientOptions
{
    /// <summary>Our name in EHLO: fully qualified and resolving to us.</summary>
    public required string HostName { get; init; }

    public PeerProtocol Protocol { get; init; }

    public ClientTls Tls { get; init; } = ClientTls.Opportunistic;

    /// <summary>TLS begins with the first octet, before the greeting (RFC 8314 §3.3); goes with <see cref="ClientTls.Verified"/>.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Authorities that the server's certificate may come from instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The certificate we show; null for none.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>Null without log-in.</summary>
    public ClientLogin? Login { get; init; }

    /// <summary>The address to speak from over IPv4; null lets the system choose.</summary>
    public IPAddress? SourceFour { get; init; }

    /// <summary>The address to speak from over IPv6; null lets the system choose.</summary>
    public IPAddress? SourceSix { get; init; }

    public ClientTimeouts Timeouts { get; init; } = new();

    /// <summary>Recipients in one transaction, unless the peer announces fewer. RFC 5321 §4.5.3.1.8 lets us count on 100.</summary>
    public int MaxRecipients { get; init; } = 100;
}
