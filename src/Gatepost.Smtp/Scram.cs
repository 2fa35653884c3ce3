using System.Security.Cryptography;

namespace Gatepost.Smtp;

/// <summary>What both sides of a SCRAM log-in derive from a password (RFC 5802 §3, RFC 7677).</summary>
/// <param name="Hash">SHA-1 or SHA-256.</param>
/// <param name="ClientKey">Proves the client; a server never keeps it.</param>
/// <param name="ServerKey">Proves the server.</param>
public sealed record Scram(HashAlgorithmName Hash, byte[] ClientKey, byte[] ServerKey)
{
    /// <summary>More would let the other side keep our processor busy.</summary>
    public const int MostIterations = 1_000_000;

    /// <summary>What the server keeps and compares with.</summary>
    public byte[] StoredKey => CryptographicOperations.HashData(Hash, ClientKey);

    public static Scram Derive(HashAlgorithmName hash, ReadOnlySpan<byte> password, byte[] salt, int iterations)
    {
        int size = hash == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes : SHA1.HashSizeInBytes;
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, hash, size);
        return new Scram(hash, Sign(hash, salted, "Client Key"u8), Sign(hash, salted, "Server Key"u8));
    }

    /// <summary>HMAC: the key's signature over what was said.</summary>
    public static byte[] Sign(HashAlgorithmName hash, byte[] key, ReadOnlySpan<byte> said) =>
        CryptographicOperations.HmacData(hash, key, said);

    /// <summary>RFC 5802 §5.1: a comma is written =2C and an equals sign =3D.</summary>
    public static string Escape(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>Undoes <see cref="Escape"/>.</summary>
    public static string Unescape(string name) =>
        name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
}
