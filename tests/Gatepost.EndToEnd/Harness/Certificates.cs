using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatepost.EndToEnd.Harness;

/// <summary>A self-signed certificate, as PEM files for servers and clients and as an object for our own peers.</summary>
public sealed class Certificates
{
    private Certificates(X509Certificate2 certificate, string chainFile, string keyFile)
    {
        Certificate = certificate;
        ChainFile = chainFile;
        KeyFile = keyFile;
    }

    public X509Certificate2 Certificate { get; }

    public string ChainFile { get; }

    public string KeyFile { get; }

    /// <summary>Makes one for these names and 127.0.0.1, and writes it below <paramref name="scratch"/>.</summary>
    public static Certificates Make(ScratchFolder scratch, params ReadOnlySpan<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        alternatives.AddDnsName("localhost");
        alternatives.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));

        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        string stem = "tls-" + names[0];
        return new(
            X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null),
            scratch.Write(stem + ".crt", made.ExportCertificatePem() + "\n"),
            scratch.Write(stem + ".key", key.ExportPkcs8PrivateKeyPem() + "\n"));
    }
}
