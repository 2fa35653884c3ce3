using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.Acme;

/// <summary>The private key of a certificate.</summary>
/// <param name="key">Belongs to this object from here on.</param>
internal sealed class CertificateKey(AsymmetricAlgorithm key) : IDisposable
{
    public static CertificateKey Create(CertificateKeyType type) => new(type switch
    {
        CertificateKeyType.EcdsaP384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        CertificateKeyType.Rsa2048 => RSA.Create(2048),
        CertificateKeyType.Rsa4096 => RSA.Create(4096),
        _ => ECDsa.Create(ECCurve.NamedCurves.nistP256),
    });

    /// <returns>Null if the certificate came without its key.</returns>
    public static CertificateKey? Of(X509Certificate2 certificate) =>
        certificate.GetECDsaPrivateKey() is { } curve ? new(curve)
        : certificate.GetRSAPrivateKey() is { } rsa ? new(rsa) : null;

    public bool Is(CertificateKeyType type) => (key, type) switch
    {
        (ECDsa, CertificateKeyType.EcdsaP256) => key.KeySize == 256,
        (ECDsa, CertificateKeyType.EcdsaP384) => key.KeySize == 384,
        (RSA, CertificateKeyType.Rsa2048) => key.KeySize == 2048,
        (RSA, CertificateKeyType.Rsa4096) => key.KeySize == 4096,
        _ => false,
    };

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    public string ToPem() => key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A request for a certificate with these names and no other subject (PKCS #10, DER).</summary>
    public byte[] Request(IReadOnlyList<string> names)
    {
        var subject = new X500DistinguishedName("");
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSigningRequest();
    }

    public void Dispose() => key.Dispose();
}
