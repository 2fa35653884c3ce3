using Gatepost.Configuration;
using Gatepost.Smtp.Server;

namespace Gatepost.Composition;

/// <summary>
/// The certificates of one configuration: those it names or has ordered, and one of our own making for listeners without any.
/// </summary>
internal sealed class ServerCertificates
{
    private readonly string hostName;

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file is not a certificate or key.</exception>
    public ServerCertificates(Settings settings, TimeProvider time, Action<string> report)
        : this(settings, null, time, report)
    {
    }

    private ServerCertificates(Settings settings, ServerCertificates? before, TimeProvider time, Action<string> report)
    {
        hostName = settings.HostName;
        SelfSigned = before?.hostName == hostName
            ? before.SelfSigned
            : new SelfSignedCertificateFile(Path.Combine(settings.Data, "tls", "self-signed.pem"), hostName, time, report);
        Configured = settings.HasCertificates ? new CertificatesInUse(settings, SelfSigned, time, report) : null;
    }

    /// <summary>Null if none is configured.</summary>
    public CertificatesInUse? Configured { get; }

    public SelfSignedCertificateFile SelfSigned { get; }

    /// <summary>Those of changed settings; our own is kept while the host name stays.</summary>
    public ServerCertificates With(Settings changed, TimeProvider time, Action<string> report) => new(changed, this, time, report);
}
