using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatepost.Acme.Protocol;

/// <summary>The key of an account: signs every request (RFC 8555 §6.2, RFC 7515), on the curve P-256 (ES256).</summary>
internal sealed class AccountKey : IDisposable
{
    private readonly ECDsa key;

    private AccountKey(ECDsa key) => this.key = key;

    public static AccountKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">It is no key of this kind.</exception>
    /// <exception cref="ArgumentException">There is no key in it.</exception>
    public static AccountKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize != 256)
                throw new CryptographicException("the key is not on the curve P-256");
            return new AccountKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public string ToPem() => key.ExportPkcs8PrivateKeyPem() + "\n";

    public void Dispose() => key.Dispose();

    /// <summary>What is shown for a challenge (RFC 8555 §8.1): the token and the thumbprint of the key (RFC 7638).</summary>
    public string Authorize(string token) => token + "." + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Jwk())));

    /// <summary>A signed request as flattened JSON.</summary>
    /// <param name="payload">JSON; empty for POST-as-GET (RFC 8555 §6.3).</param>
    /// <param name="account">The account's address; null before there is one: then the public key is sent.</param>
    public byte[] Sign(ReadOnlySpan<byte> payload, string url, string nonce, string? account) => Flattened(
        header =>
        {
            header.WriteString("alg", "ES256");
            header.WriteString("nonce", nonce);
            header.WriteString("url", url);
            if (account is not null)
            {
                header.WriteString("kid", account);
                return;
            }

            header.WritePropertyName("jwk");
            header.WriteRawValue(Jwk());
        },
        payload,
        signed => key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>Binds this key to an account that the authority knows from elsewhere (RFC 8555 §7.3.4).</summary>
    /// <param name="id">What the authority calls it.</param>
    /// <param name="secret">The key that the authority gave with it.</param>
    public JsonElement Bind(string id, byte[] secret, string url)
    {
        byte[] bound = Flattened(
            header =>
            {
                header.WriteString("alg", "HS256");
                header.WriteString("kid", id);
                header.WriteString("url", url);
            },
            Encoding.UTF8.GetBytes(Jwk()),
            signed => HMACSHA256.HashData(secret, signed));
        using var document = JsonDocument.Parse(bound);
        return document.RootElement.Clone();
    }

    /// <summary>The public key, with its members in the order in which they are hashed (RFC 7638 §3).</summary>
    private string Jwk()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }

    private static byte[] Flattened(Action<Utf8JsonWriter> writeHeader, ReadOnlySpan<byte> payload, Func<byte[], byte[]> sign)
    {
        string header = Base64Url.EncodeToString(Write(writeHeader)), content = Base64Url.EncodeToString(payload);
        byte[] signature = sign(Encoding.ASCII.GetBytes($"{header}.{content}"));
        return Write(body =>
        {
            body.WriteString("protected", header);
            body.WriteString("payload", content);
            body.WriteString("signature", Base64Url.EncodeToString(signature));
        });
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var octets = new MemoryStream();
        using (var writer = new Utf8JsonWriter(octets))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return octets.ToArray();
    }
}
