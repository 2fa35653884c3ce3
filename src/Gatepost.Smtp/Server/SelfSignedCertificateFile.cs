using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Files;

namespace Gatepost.Smtp.Server;

/// <summary>
/// A self-signed certificate that is made once and kept in a file, so that a client who remembers it finds the same one after a restart.
/// </summary>
/// <remarks>
/// Read or made when first asked for: the first greeting must not wait for a key. Made again for another name, and when it has expired.
/// </remarks>
public sealed class SelfSignedCertificateFile : ICertificateSource
{
    private readonly Lazy<SslStreamCertificateContext> context;
    private readonly string file;
    private readonly string hostName;
    private readonly TimeProvider time;
    private readonly Action<string> problem;

    /// <param name="file">Certificate and key in PEM, readable by the server's user alone; its folder is made where missing.</param>
    /// <param name="hostName">The certificate's only name.</param>
    /// <param name="time">It holds for ten years from when it is made.</param>
    /// <param name="problem">Called with the reason if the file cannot be used or written; TLS is offered anyway.</param>
    public SelfSignedCertificateFile(string file, string hostName, TimeProvider time, Action<string> problem)
    {
        this.file = file;
        this.hostName = hostName;
        this.time = time;
        this.problem = problem;
        context = new Lazy<SslStreamCertificateContext>(() => SelfSignedCertificate.ContextOf(Read() ?? Make()));
    }

    public bool Any => true;

    public SslStreamCertificateContext? Find(string? serverName) => context.Value;

    /// <summary>Reads or makes it now, so that the first handshake need not.</summary>
    public void Prepare() => _ = context.Value;

    private X509Certificate2? Read()
    {
        if (!File.Exists(file))
            return null;
        try
        {
            string pem = File.ReadAllText(file);
            var kept = X509Certificate2.CreateFromPem(pem, pem);
            bool good = kept.GetNameInfo(X509NameType.DnsName, forIssuer: false).Equals(hostName, StringComparison.OrdinalIgnoreCase)
                && kept.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime;
            if (good)
                return kept;
            kept.Dispose();
            return null;
        }
        catch (Exception failure) when (
            Disk.IsFailure(failure) || failure is CryptographicException or ArgumentException)
        {
            problem($"the kept certificate {file} cannot be used, a new one is made: {failure.Message}");
            return null;
        }
    }

    private X509Certificate2 Make()
    {
        var made = SelfSignedCertificate.Make(hostName, time);
        try
        {
            Write(made);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            problem($"the certificate made for TLS cannot be kept in {file}, the next start makes another: {failure.Message}");
        }

        return made;
    }

    private void Write(X509Certificate2 made)
    {
        using var key = made.GetECDsaPrivateKey()!;
        Disk.ReplacePrivate(file, $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }
}
