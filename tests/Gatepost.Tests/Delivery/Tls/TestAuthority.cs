using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Tests.Delivery.Tls;

/// <summary>A certificate with its key, which may issue others.</summary>
internal sealed class TestAuthority
{
    public static readonly DateTimeOffset Now = DateTimeOffset.Parse(
        "2026-01-02T03:04:05Z", System.Globalization.CultureInfo.InvariantCulture);

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    public static TestAuthority Root(string name = "root") => Make(name, null, isAuthority: true, []);

    public TestAuthority Issue(string name, bool isAuthority = false, DateTimeOffset? until = null, params string[] names) =>
        Make(name, this, isAuthority, names, until);

    private static TestAuthority Make(string name, TestAuthority? issuer, bool isAuthority, string[] names, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (string one in names)
                alternatives.AddDnsName(one);
            request.CertificateExtensions.Add(alternatives.Build());
        }

        var (begin, end) = (Now.AddYears(-1), until ?? Now.AddYears(issuer is null ? 5 : 4));
        if (issuer is null)
            return new TestAuthority(request.CreateSelfSigned(begin, end));
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        using var made = request.Create(
            issuer.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.Certificate.GetECDsaPrivateKey()!), begin, end,
            serial);
        return new TestAuthority(made.CopyWithPrivateKey(key));
    }
}
