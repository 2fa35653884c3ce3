using System.Security.Cryptography;

namespace Gatepost.Storage.Ids;

/// <summary>Gives out queue ids: unique, growing with time, twelve characters that can be read out over a telephone.</summary>
/// <remarks>
/// An id is a number of 60 bits: 41 of milliseconds since 2020 (until 2089), 19 of order within the millisecond, which
/// start at random so that a clock set back does not give an id twice. Written in Crockford's base 32 (no I, L, O, U);
/// read without case, with I and L for 1 and O for 0. The number is the primary key, so the id needs no index of its own.
/// </remarks>
internal sealed class QueueIds(TimeProvider clock)
{
    public const int Length = 12;

    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int OrderBits = 19;
    private static readonly long Epoch = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly Lock sync = new();
    private readonly int start = RandomNumberGenerator.GetInt32(1 << (OrderBits - 1));
    private long last;

    public long Next()
    {
        long now = ((clock.GetUtcNow().ToUnixTimeMilliseconds() - Epoch) << OrderBits) | (long)start;
        lock (sync)
            return last = now > last ? now : last + 1;
    }

    public static string Write(long id) => string.Create(Length, id, static (text, number) =>
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(number & 31)];
            number >>= 5;
        }
    });

    /// <summary>Null if the text is no queue id.</summary>
    public static long? Read(string text)
    {
        if (text.Length != Length)
            return null;

        long id = 0;
        foreach (char written in text)
        {
            char digit = char.ToUpperInvariant(written) switch { 'I' or 'L' => '1', 'O' => '0', var other => other };
            int value = Digits.IndexOf(digit);
            if (value < 0)
                return null;
            id = (id << 5) | (long)value;
        }

        return id;
    }
}
