using Gatepost.Smtp;

namespace Gatepost.Policy.Engine;

/// <summary>
/// Ids of refusals: <c>G-</c> and eight letters and digits (40 random bits) that are not mistaken for each other on the phone.
/// </summary>
public sealed class VerdictIds(Chance random)
{
    // Crockford's base32: no I, L, O, U.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public string Next() => string.Create(10, random.NextInt64(1L << 40), static (id, bits) =>
    {
        id[0] = 'G';
        id[1] = '-';
        for (int i = 2; i < id.Length; i++, bits >>= 5)
            id[i] = Alphabet[(int)(bits & 31)];
    });
}
