using System.Net;

namespace Gatepost.Smtp.Server;

/// <summary>One address we listen at, and for whom.</summary>
public sealed record ListenerOptions
{
    public required ListenerRole Role { get; init; }

    /// <summary>Address and port; port 0 takes a free one.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Whether TLS begins immediately (RFC 8314 §3.3, port 465) instead of by STARTTLS.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Whether MAIL and AUTH are refused before TLS (530 5.7.0, 538 5.7.11).</summary>
    public bool RequireTls { get; init; }

    /// <summary>Certificates of this listener; null for the server's.</summary>
    public ICertificateSource? Certificates { get; init; }

    /// <summary>Networks whose connections begin with a PROXY header, v1 or v2; from elsewhere none is looked for.</summary>
    public IReadOnlyList<IPNetwork> ProxyFrom { get; init; } = [];

    /// <summary>Networks that may say XCLIENT.</summary>
    public IReadOnlyList<IPNetwork> XclientFrom { get; init; } = [];

    /// <summary>
    /// Whether a bare CR or LF in a message becomes CR LF instead of a refusal: for devices and scripts of our own, never for others.
    /// </summary>
    public bool NormalisesLineEnds { get; init; }

    /// <summary>This listener's limits; null for the server's.</summary>
    public SessionLimits? Limits { get; init; }
}
