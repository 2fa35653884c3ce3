using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Smtp.Server;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class CertificateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-certificates-").FullName;
    private readonly FakeTimeProvider time = new();
    private readonly List<string> problems = [];
    private int written;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_client_gets_the_certificate_of_the_name_it_asks_for()
    {
        var certificates = new FileCertificates(
            [Write("a", "mx.host.example"), Write("b", "*.partner.example", "partner.example")], time, problems.Add);

        Assert.Equal("CN=mx.host.example", Found(certificates, "MX.host.example"));
        Assert.Equal("CN=*.partner.example", Found(certificates, "mail.partner.example"));
        Assert.Equal("CN=*.partner.example", Found(certificates, "partner.example"));
        Assert.Equal("CN=mx.host.example", Found(certificates, "a.b.partner.example"));
        Assert.Equal("CN=mx.host.example", Found(certificates, null));
        Assert.Equal("CN=mx.host.example", Found(certificates, "nobody.example"));
    }

    [Fact]
    public void A_renewed_certificate_is_used_without_a_restart()
    {
        var certificates = new FileCertificates([Write("a", "old.example")], time, problems.Add);
        Write("a", "new.example");
        Assert.Equal("CN=old.example", Found(certificates, null));

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=new.example", Found(certificates, null));
        Assert.Empty(problems);
    }

    [Fact]
    public void A_renewal_that_is_half_written_leaves_the_old_one_in_use_and_is_reported_once()
    {
        var files = Write("a", "old.example");
        var certificates = new FileCertificates([files], time, problems.Add);
        File.WriteAllText(files.Chain, "-----BEGIN CERTIFICATE-----\nnonsense");
        Touch(files);
        for (int i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal("CN=old.example", Found(certificates, null));
        }

        Assert.Contains(files.Chain, Assert.Single(problems), StringComparison.Ordinal);
        Write("a", "new.example");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=new.example", Found(certificates, null));
    }

    [Fact]
    public void A_certificate_without_its_key_is_not_taken_at_all()
    {
        var files = Write("a", "a.example");
        var other = Write("b", "b.example");

        Assert.ThrowsAny<CryptographicException>(() => new FileCertificates([files with { Key = other.Key }], time, problems.Add));
        Assert.ThrowsAny<IOException>(() =>
            new FileCertificates([files with { Chain = Path.Combine(folder, "missing") }], time, problems.Add));
    }

    [Fact]
    public void A_certificate_of_our_own_is_made_once_and_kept_for_the_servers_user_alone()
    {
        string file = Path.Combine(folder, "tls", "self-signed.pem");
        var first = new SelfSignedCertificateFile(file, "mx.host.example", time, problems.Add);
        Assert.False(File.Exists(file));
        var made = first.Find(null)!.TargetCertificate;

        Assert.Equal("mx.host.example", made.GetNameInfo(X509NameType.DnsName, forIssuer: false));
        Assert.Equal(made.Thumbprint, new SelfSignedCertificateFile(file, "mx.host.example", time, problems.Add)
            .Find("any")!.TargetCertificate.Thumbprint);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.NotEqual(made.Thumbprint, new SelfSignedCertificateFile(file, "new.host.example", time, problems.Add)
            .Find(null)!.TargetCertificate.Thumbprint);
        Assert.Empty(problems);
    }

    [Fact]
    public void A_certificate_of_our_own_that_has_expired_or_is_damaged_is_made_again()
    {
        string file = Path.Combine(folder, "tls", "self-signed.pem");
        string first = Kept(file);
        time.Advance(TimeSpan.FromDays(11 * 365));
        string second = Kept(file);
        Assert.NotEqual(first, second);
        Assert.Empty(problems);

        File.WriteAllText(file, "nonsense");
        string third = Kept(file);
        Assert.NotEqual(second, third);
        Assert.Contains(file, Assert.Single(problems), StringComparison.Ordinal);
        Assert.Equal(third, Kept(file));
    }

    [Fact]
    public void A_certificate_of_our_own_that_cannot_be_kept_is_used_all_the_same()
    {
        File.WriteAllText(Path.Combine(folder, "tls"), "a file where the folder should be");
        Assert.NotEmpty(Kept(Path.Combine(folder, "tls", "self-signed.pem")));
        Assert.Contains("cannot be kept", Assert.Single(problems), StringComparison.Ordinal);
    }

    private string Kept(string file) =>
        new SelfSignedCertificateFile(file, "mx.host.example", time, problems.Add).Find(null)!.TargetCertificate.Thumbprint;

    private static string Found(FileCertificates certificates, string? name) => certificates.Find(name)!.TargetCertificate.Subject;

    private CertificateFiles Write(string stem, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + names[0], key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddDays(1));

        var files = new CertificateFiles(Path.Combine(folder, stem + ".crt"), Path.Combine(folder, stem + ".key"));
        File.WriteAllText(files.Chain, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        Touch(files);
        return files;
    }

    /// <summary>Two writes within one tick of the file system's clock would look like one.</summary>
    private void Touch(CertificateFiles files)
    {
        written++;
        foreach (string path in new[] { files.Chain, files.Key })
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, written, DateTimeKind.Utc));
    }
}
