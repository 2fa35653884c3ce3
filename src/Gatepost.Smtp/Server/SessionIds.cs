namespace Gatepost.Smtp.Server;

/// <summary>Ids of sessions: <c>S-</c>, nine characters of time, five of a counter; so they sort by time and no two are equal.</summary>
/// <param name="seed">Where the counter starts; a random number, so that ids of two runs in one millisecond differ.</param>
internal sealed class SessionIds(TimeProvider time, int seed)
{
    // Crockford's alphabet: no I, L, O, U to be misread over the telephone.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private int counter = seed;

    public string Next()
    {
        long milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        uint number = (uint)Interlocked.Increment(ref counter);
        return string.Create(16, (milliseconds, number), static (id, parts) =>
        {
            id[0] = 'S';
            id[1] = '-';
            Write(id.Slice(2, 9), parts.milliseconds);
            Write(id.Slice(11, 5), parts.number);
        });
    }

    private static void Write(Span<char> target, long value)
    {
        for (int i = target.Length - 1; i >= 0; i--)
        {
            target[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    }
}
