using Gatepost.Smtp;

namespace Gatepost.Delivery.Attempts;

/// <summary>Ids of attempts: <c>A</c>, the time in milliseconds, a counter; they sort by time.</summary>
internal sealed class AttemptIds(TimeProvider time, Chance random)
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    private long counter = random.NextInt64(1 << 25);

    public string Next() =>
        string.Create(15, (Now: time.GetUtcNow().ToUnixTimeMilliseconds(), Count: Interlocked.Increment(ref counter)), static (id, parts) =>
    {
        id[0] = 'A';
        Write(id[1..10], parts.Now);
        Write(id[10..], parts.Count);
    });

    private static void Write(Span<char> target, long value)
    {
        for (int i = target.Length - 1; i >= 0; i--, value >>= 5)
            target[i] = Digits[(int)(value & 31)];
    }
}
