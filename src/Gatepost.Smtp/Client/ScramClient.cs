using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Smtp.Client;

/// <summary>The client's side of SCRAM (RFC 5802, RFC 7677): proves the password without sending it, and checks the server too.</summary>
/// <param name="hash">SHA-1 or SHA-256.</param>
/// <param name="nonce">Ours, without a comma.</param>
internal sealed class ScramClient(HashAlgorithmName hash, string user, string password, string nonce)
{
    private byte[]? expected;

    public string First => "n,," + FirstBare;

    private string FirstBare => $"n={Scram.Escape(user)},r={nonce}";

    /// <summary>client-final-message.</summary>
    /// <exception cref="FormatException">What the server sent is no server-first-message, or not for our nonce.</exception>
    public string Final(string serverFirst)
    {
        string[] fields = serverFirst.Split(',');
        if (fields is not [['r', '=', .. var together], ['s', '=', .. var salt], ['i', '=', .. var count], ..]
            || !together.StartsWith(nonce, StringComparison.Ordinal) || together.Length == nonce.Length || !Base64.IsValid(salt)
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int iterations)
            || iterations is < 1 or > Scram.MostIterations)
            throw new FormatException("a SCRAM challenge that cannot be used");

        string withoutProof = $"c=biws,r={together}";
        byte[] everything = Encoding.UTF8.GetBytes($"{FirstBare},{serverFirst},{withoutProof}");
        var keys = Scram.Derive(hash, Encoding.UTF8.GetBytes(Normalised(password)), Convert.FromBase64String(salt), iterations);
        byte[] proof = Scram.Sign(hash, keys.StoredKey, everything);
        for (int i = 0; i < proof.Length; i++)
            proof[i] ^= keys.ClientKey[i];
        expected = Scram.Sign(hash, keys.ServerKey, everything);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>Whether the server knows the password as well: a server that only pretends to would have us log in anywhere.</summary>
    /// <param name="serverFinal"><c>v=...</c>.</param>
    public bool Proves(string serverFinal)
    {
        string value = serverFinal.Split(',')[0];
        return expected is not null && value.StartsWith("v=", StringComparison.Ordinal) && Base64.IsValid(value.AsSpan(2))
            && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(value[2..]), expected);
    }

    /// <summary>SASLprep's normal form (RFC 4013 §2.2); ASCII, the usual case, is unchanged.</summary>
    private static string Normalised(string text) => Ascii.IsValid(text) ? text : text.Normalize(NormalizationForm.FormKC);
}
