using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Smtp;

/// <summary>The host names that a certificate is for: its DNS alternative names, or the common name where it has none (RFC 6125).</summary>
public static class CertificateNames
{
    public static IEnumerable<string> Of(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())
            .DefaultIfEmpty(certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false));
}
