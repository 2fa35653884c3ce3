namespace Gatepost.Policy;

/// <summary>Ids of refusals: <c>G-</c> and eight letters and digits (40 random bits) that nobody mistakes for each other on the phone.</summary>
/// <param name="random">Where the bits come from; guarded here, because a seeded one is not safe for several threads.</param>
public sealed class VerdictIds(Random random)
{
    // Crockford's base32: no I, L, O, U.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly Lock turn = new();

    public string Next()
    {
        long bits;
        lock (turn)
            bits = random.NextInt64(1L << 40);
        return string.Create(10, bits, static (id, bits) =>
        {
            id[0] = 'G';
            id[1] = '-';
            for (int i = 2; i < id.Length; i++, bits >>= 5)
                id[i] = Alphabet[(int)(bits & 31)];
        });
    }
}
