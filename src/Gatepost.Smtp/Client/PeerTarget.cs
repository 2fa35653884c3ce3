using System.Net;

namespace Gatepost.Smtp.Client;

/// <summary>Where to connect.</summary>
/// <param name="Host">The name for logs, TLS and the journal; the path for a unix socket.</param>
/// <param name="EndPoint">What to open.</param>
public sealed record PeerTarget(string Host, EndPoint EndPoint)
{
    /// <summary>What was decided about TLS with this host; null leaves it to the options.</summary>
    public TlsDemand? Tls { get; init; }

    /// <summary>Null for a unix socket.</summary>
    public IPAddress? Address => (EndPoint as IPEndPoint)?.Address;

    /// <summary>0 for a unix socket.</summary>
    public int Port => (EndPoint as IPEndPoint)?.Port ?? 0;
}
