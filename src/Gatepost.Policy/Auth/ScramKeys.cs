using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Gatepost.Smtp;

namespace Gatepost.Policy.Auth;

/// <summary>What a SCRAM-SHA-256 server keeps of a password (RFC 5802 §3, RFC 7677).</summary>
/// <param name="Iterations">4,096 to 1,000,000.</param>
public sealed record ScramKeys(int Iterations, byte[] Salt, byte[] StoredKey, byte[] ServerKey)
{
    /// <summary>The most that every client takes: Cyrus SASL, which Postfix and many others log in with, gives up above it.</summary>
    public const int DefaultIterations = 65_536;

    private const string Name = "SCRAM-SHA-256";

    public static ScramKeys Derive(ReadOnlySpan<byte> password, byte[] salt, int iterations)
    {
        var derived = Scram.Derive(HashAlgorithmName.SHA256, password, salt, iterations);
        return new ScramKeys(iterations, salt, derived.StoredKey, derived.ServerKey);
    }

    /// <summary>Reads <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c>; null if it is none.</summary>
    public static ScramKeys? Parse(string text)
    {
        if (text.Split('$') is not [Name, var first, var second] || first.Split(':') is not [var count, var salt]
            || second.Split(':') is not [var stored, var server])
            return null;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int iterations)
            || iterations is < 4_096 or > Scram.MostIterations)
            return null;
        if (!Base64.IsValid(salt) || !Base64.IsValid(stored) || !Base64.IsValid(server))
            return null;
        var keys = new ScramKeys(
            iterations, Convert.FromBase64String(salt), Convert.FromBase64String(stored), Convert.FromBase64String(server));
        return keys is { Salt.Length: >= 8 and <= 64, StoredKey.Length: SHA256.HashSizeInBytes, ServerKey.Length: SHA256.HashSizeInBytes }
            ? keys : null;
    }

    /// <summary>Whether a password in clear is the one, for PLAIN and LOGIN where there is no Argon2id hash.</summary>
    public bool Fits(ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, Salt, Iterations).StoredKey, StoredKey);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}${Iterations}:{Convert.ToBase64String(Salt)}${Convert.ToBase64String(StoredKey)}:{Convert.ToBase64String(ServerKey)}");
}
