using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Smtp.Server;

/// <summary>
/// A certificate no authority vouches for, made at start: enough for the opportunistic TLS between servers (RFC 7435), which does not look.
/// </summary>
public sealed class SelfSignedCertificate : ICertificateSource
{
    private readonly SslStreamCertificateContext context;

    /// <param name="hostName">Its only name.</param>
    /// <param name="time">It holds for ten years from now.</param>
    public SelfSignedCertificate(string hostName, TimeProvider time) => context = ContextOf(Make(hostName, time));

    public bool Any => true;

    public SslStreamCertificateContext? Find(string? serverName) => context;

    /// <summary>A certificate with its key, on the curve P-256.</summary>
    internal static X509Certificate2 Make(string hostName, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=" + Escaped(hostName)), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
    }

    internal static SslStreamCertificateContext ContextOf(X509Certificate2 certificate) =>
        SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);

    private static string Escaped(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
