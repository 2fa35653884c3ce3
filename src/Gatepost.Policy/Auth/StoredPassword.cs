using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Gatepost.Policy.Auth;

/// <summary>What proves a password without being it: an Argon2id hash and, where SCRAM is wanted, SCRAM keys.</summary>
/// <remarks>
/// Written as words divided by a blank: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c> (PHC string format) and
/// <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c> (as PostgreSQL keeps it; RFC 5802 §3).
/// </remarks>
public sealed class StoredPassword
{
    // OWASP's first recommendation; about 70 ms on a small machine.
    private const int Memory = 19_456;
    private const int Passes = 2;
    private const int SaltLength = 16;
    private const int HashLength = 32;

    // A stored text is configuration, not input; but a slip in it must not cost a gigabyte a log-in.
    private const int MostMemory = 1_048_576;
    private const int MostPasses = 100;

    private readonly Argon2id? argon;
    private readonly byte[] salt = [];
    private readonly byte[] hash = [];

    private StoredPassword(Argon2id? argon, byte[] salt, byte[] hash, ScramKeys? scram) =>
        (this.argon, this.salt, this.hash, Scram) = (argon, salt, hash, scram);

    /// <summary>For SCRAM; null if the account has none and logs in with PLAIN or LOGIN.</summary>
    public ScramKeys? Scram { get; }

    /// <summary>Reads the stored form.</summary>
    /// <returns>Null if nothing in it can be read.</returns>
    public static StoredPassword? Parse(string stored)
    {
        StoredPassword? argon = null;
        ScramKeys? scram = null;
        foreach (string word in stored.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith("$argon2id$", StringComparison.Ordinal))
                argon = ParseArgon(word);
            else
                scram = ScramKeys.Parse(word);
            if (argon is null && scram is null)
                return null;
        }

        return argon is null && scram is null ? null : new StoredPassword(argon?.argon, argon?.salt ?? [], argon?.hash ?? [], scram);
    }

    /// <summary>Makes the stored form of a new password.</summary>
    /// <param name="password">UTF-8; 1 to 1,024 octets.</param>
    /// <param name="withScram">Whether SCRAM must be possible too. It keeps a second, cheaper hash (PBKDF2, RFC 7677).</param>
    public static string Make(ReadOnlySpan<byte> password, bool withScram)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        byte[] hash = Argon(Memory, Passes).DeriveBytes(password, salt, HashLength);
        string argon = string.Create(
            CultureInfo.InvariantCulture, $"$argon2id$v=19$m={Memory},t={Passes},p=1${Unpadded(salt)}${Unpadded(hash)}");
        return withScram ? $"{argon} {ScramKeys.Derive(password, RandomNumberGenerator.GetBytes(SaltLength), ScramKeys.DefaultIterations)}"
            : argon;
    }

    /// <summary>Whether it is the password. Takes tens of milliseconds by design.</summary>
    public bool Fits(ReadOnlySpan<byte> password)
    {
        if (argon is null)
            return Scram?.Fits(password) ?? false;
        return CryptographicOperations.FixedTimeEquals(argon.DeriveBytes(password, salt, hash.Length), hash);
    }

    private static StoredPassword? ParseArgon(string text)
    {
        string[] parts = text.Split('$');
        if (parts is not ["", "argon2id", "v=19", var costs, var salt, var hash])
            return null;
        int memory = 0, passes = 0, lanes = 0;
        foreach (string cost in costs.Split(','))
        {
            if (cost.Length < 3 || !int.TryParse(cost.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int value))
                return null;
            _ = cost[..2] switch { "m=" => memory = value, "t=" => passes = value, "p=" => lanes = value, _ => 0 };
        }

        if (memory is < 8 or > MostMemory || passes is < 1 or > MostPasses || lanes != 1)
            return null;
        return Padded(salt) is { Length: SaltLength } saltOctets && Padded(hash) is { Length: >= 16 and <= 64 } hashOctets
            ? new StoredPassword(Argon(memory, passes), saltOctets, hashOctets, null)
            : null;
    }

    private static Argon2id Argon(int memory, int passes) =>
        new(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memory, NumberOfPasses = passes });

    private static string Unpadded(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=');

    private static byte[]? Padded(string text)
    {
        string padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Base64.IsValid(padded) ? Convert.FromBase64String(padded) : null;
    }
}
