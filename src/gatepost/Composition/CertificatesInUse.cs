using System.Net.Security;
using Gatepost.Configuration;
using Gatepost.Smtp.Server;

namespace Gatepost.Composition;

/// <summary>The certificates that the configuration names and those that were ordered; until there is one, one of our own making.</summary>
internal sealed class CertificatesInUse : ICertificateSource
{
    private readonly Settings settings;
    private readonly ICertificateSource instead;
    private readonly TimeProvider time;
    private readonly Action<string> report;
    private volatile FileCertificates? current;

    /// <param name="instead">While there is none.</param>
    /// <param name="report">Takes why one cannot be used.</param>
    /// <exception cref="IOException">A file of the configuration cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Such a file is not a certificate or key.</exception>
    public CertificatesInUse(Settings settings, ICertificateSource instead, TimeProvider time, Action<string> report)
    {
        (this.settings, this.instead, this.time, this.report) = (settings, instead, time, report);
        Refresh();
    }

    public bool Any => true;

    public SslStreamCertificateContext? Find(string? serverName) => (current ?? instead).Find(serverName);

    /// <summary>Looks which were ordered. A renewed file is noticed without that.</summary>
    public void Refresh()
    {
        CertificateFiles[] files = [.. settings.Certificates, .. settings.OrderedCertificates.Where(IsUsable)];
        current = files.Length == 0 ? null : new FileCertificates(files, time, report);
    }

    private bool IsUsable(CertificateFiles file)
    {
        if (Pem.Problem(file.Chain, file.Key) is not { } problem)
            return true;
        report(problem);
        return false;
    }
}
