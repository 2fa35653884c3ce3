using System.Security.Cryptography;
using System.Text;
using Gatepost.MailAuth.Message;
using NSec.Cryptography;

namespace Gatepost.MailAuth.Dkim;

/// <summary>A private key, and where its public half is published.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class SigningKey : IDisposable
{
    private static readonly NSec.Cryptography.SignatureAlgorithm Edwards = NSec.Cryptography.SignatureAlgorithm.Ed25519;

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    private readonly Lock sync = new();
    private readonly RSA? rsa;
    private readonly Key? ed25519;

    private SigningKey(string domain, string selector, RSA? rsa, Key? ed25519)
    {
        (Domain, Selector, this.rsa, this.ed25519) = (domain, selector, rsa, ed25519);
        Algorithm = rsa is null ? SignatureAlgorithm.Ed25519Sha256 : SignatureAlgorithm.RsaSha256;
    }

    /// <summary>The signing domain, in lower case.</summary>
    public string Domain { get; }

    public string Selector { get; }

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>Where its record is published: <c>selector._domainkey.domain</c>.</summary>
    public string RecordName => $"{Selector}._domainkey.{Domain}";

    /// <summary>The text of that record (RFC 6376 §3.6.1).</summary>
    public string Record => $"v=DKIM1; k={Algorithm.KeyType()}; p={Convert.ToBase64String(PublicHalf())}";

    /// <summary>k= of that record: <c>rsa</c> or <c>ed25519</c>.</summary>
    public string KeyType => Algorithm.KeyType();

    /// <summary>A record as a zone file has it: quoted strings of at most 255 octets (RFC 1035 §3.3).</summary>
    public static string StringsOf(string record) => string.Join(' ', record.Chunk(200).Select(part => $"\"{new string(part)}\""));

    /// <summary>Whether a record has this key, whatever else is in it.</summary>
    public bool IsPublishedAs(string record) => TagList.Read(record) is { Fault: null } tags
        && SignatureReader.ReadBase64(tags["p"] ?? "") is { } published && published.AsSpan().SequenceEqual(PublicHalf());

    /// <summary>A new key: RSA of 2,048 bits, or Ed25519.</summary>
    /// <exception cref="ArgumentOutOfRangeException">rsa-sha1 signs nothing any more (RFC 8301).</exception>
    public static SigningKey Create(string domain, string selector, SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.RsaSha256 => new SigningKey(domain, selector, RSA.Create(2048), null),
        SignatureAlgorithm.Ed25519Sha256 => new SigningKey(domain, selector, null, Key.Create(Edwards, Exportable)),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    /// <summary>A key kept as PEM: PKCS #8 of either kind, or PKCS #1.</summary>
    /// <exception cref="CryptographicException">It is no key, or an RSA key that others do not believe (below 1,024 or above 8,192
    /// bits).</exception>
    public static SigningKey FromPem(string domain, string selector, string pem)
    {
        byte[] text = Encoding.ASCII.GetBytes(pem.Trim() + "\n");
        if (Key.TryImport(Edwards, text, KeyBlobFormat.PkixPrivateKeyText, out var edwards, Exportable))
            return new SigningKey(domain, selector, null, edwards);
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            if (rsa.KeySize is < PublicKey.LeastBits or > PublicKey.MostBits)
                throw new CryptographicException($"it has {rsa.KeySize} bits; {PublicKey.LeastBits} to {PublicKey.MostBits} can be used");
            return new SigningKey(domain, selector, rsa, null);
        }
        catch (ArgumentException none)
        {
            rsa.Dispose();
            throw new CryptographicException("there is no private key in it", none);
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            throw;
        }
    }

    /// <summary>The private key as PEM (PKCS #8).</summary>
    public string ToPem() => rsa is not null
        ? rsa.ExportPkcs8PrivateKeyPem() + "\n"
        : Encoding.ASCII.GetString(ed25519!.Export(KeyBlobFormat.PkixPrivateKeyText));

    public void Dispose()
    {
        rsa?.Dispose();
        ed25519?.Dispose();
    }

    internal byte[] Sign(ReadOnlySpan<byte> hash)
    {
        if (ed25519 is not null)
            return Edwards.Sign(ed25519, hash);
        // RSA objects promise nothing to several threads.
        lock (sync)
            return rsa!.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private byte[] PublicHalf()
    {
        if (ed25519 is not null)
            return ed25519.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        lock (sync)
            return rsa!.ExportSubjectPublicKeyInfo();
    }
}
