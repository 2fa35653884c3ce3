using System.Net.Security;

namespace Gatepost.Smtp.Server;

/// <summary>"Which certificate for that name?", asked once a handshake, so that a renewed one is used without a restart.</summary>
public interface ICertificateSource
{
    /// <summary>Whether there is any: without one STARTTLS is not offered.</summary>
    bool Any { get; }

    /// <summary>The certificate with its chain. Cheap: built once and kept by the implementation.</summary>
    /// <param name="serverName">What the client asked for (SNI); null or empty if it did not.</param>
    /// <returns>One for another name rather than none: many servers do not check. Null only where there is none at all.</returns>
    SslStreamCertificateContext? Find(string? serverName);
}
