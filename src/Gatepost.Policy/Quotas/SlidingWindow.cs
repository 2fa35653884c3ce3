namespace Gatepost.Policy.Quotas;

/// <summary>What was counted at which instants, newest last. Not thread-safe.</summary>
/// <remarks>
/// Exact to the tick while there are few instants; beyond <see cref="MaxInstants"/> those of one second are put together
/// at its end, so nothing is ever free too early. Memory: at most 16 octets times 2 × <see cref="MaxInstants"/>.
/// </remarks>
internal sealed class SlidingWindow
{
    internal const int MaxInstants = 4_096;

    private readonly LinkedRing instants = new();
    private long used;

    public TimeSpan Window { get; set; }

    public int Used => (int)Math.Min(used, int.MaxValue);

    public bool IsEmpty => instants.Count == 0;

    /// <summary>Removes everything that is a whole window old.</summary>
    /// <remarks>
    /// Instants after now come from a clock that was set back: they count as if they were now, or they would stay until it has caught up.
    /// </remarks>
    public void Slide(DateTimeOffset now)
    {
        // Instants are rounded up to a second at most.
        if (instants.Count > 0 && instants.Last.Ticks > now.UtcTicks + TimeSpan.TicksPerSecond)
            instants.Rewind(now.UtcTicks);
        long edge = now.UtcTicks - Window.Ticks;
        while (instants.Count > 0 && instants.First.Ticks <= edge)
            used -= instants.RemoveFirst().Amount;
    }

    public void Add(DateTimeOffset at, int amount)
    {
        long ticks = at.UtcTicks;
        if (instants.Count >= MaxInstants)
            ticks = RoundUp(ticks);
        // A clock that was set back must not make later instants look older than earlier ones.
        if (instants.Count > 0 && ticks <= instants.Last.Ticks)
            instants.AddToLast(amount);
        else
            instants.AddLast(ticks, amount);
        used += amount;
    }

    /// <summary>When <paramref name="amount"/> more fits under the limit; null if it never can.</summary>
    public DateTimeOffset? FreeAt(int amount, int limit)
    {
        if (amount > limit)
            return null;
        long surplus = used + amount - limit;
        for (int i = 0; i < instants.Count; i++)
        {
            surplus -= instants[i].Amount;
            if (surplus <= 0)
                return new DateTimeOffset(instants[i].Ticks + Window.Ticks, TimeSpan.Zero);
        }

        return null;
    }

    private static long RoundUp(long ticks) =>
        checked((ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond);

    /// <summary>A growing ring of instants.</summary>
    private sealed class LinkedRing
    {
        private (long Ticks, int Amount)[] items = new (long, int)[4];
        private int head;

        public int Count { get; private set; }

        public (long Ticks, int Amount) First => items[head];

        public (long Ticks, int Amount) Last => this[Count - 1];

        public (long Ticks, int Amount) this[int index] => items[(head + index) % items.Length];

        public void AddLast(long ticks, int amount)
        {
            if (Count == items.Length)
                Grow();
            items[(head + Count++) % items.Length] = (ticks, amount);
        }

        public void AddToLast(int amount) => items[(head + Count - 1) % items.Length].Amount += amount;

        /// <summary>No instant is later than that.</summary>
        public void Rewind(long ticks)
        {
            for (int i = Count - 1; i >= 0 && this[i].Ticks > ticks; i--)
                items[(head + i) % items.Length].Ticks = ticks;
        }

        public (long Ticks, int Amount) RemoveFirst()
        {
            var first = items[head];
            head = (head + 1) % items.Length;
            Count--;
            return first;
        }

        private void Grow()
        {
            var larger = new (long, int)[items.Length * 2];
            for (int i = 0; i < Count; i++)
                larger[i] = this[i];
            (items, head) = (larger, 0);
        }
    }
}
