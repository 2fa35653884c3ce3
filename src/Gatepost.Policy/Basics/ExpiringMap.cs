using System.Diagnostics.CodeAnalysis;

namespace Gatepost.Policy.Basics;

/// <summary>A dictionary of at most so many entries, each of which expires. Thread-safe; no I/O under its lock.</summary>
/// <remarks>
/// When it is full, the entry that was set longest ago goes, and with it those next in age that have expired: what is in use is set
/// again and stays. A map that any client can fill holds only what is cheap to lose; what was earned belongs in a map of its own.
/// </remarks>
/// <param name="most">Entries at most.</param>
public sealed class ExpiringMap<TKey, TValue>(int most, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Entry> entries = new(comparer);
    private readonly Queue<(TKey Key, long Number)> order = new();
    private readonly Lock sync = new();
    private volatile int count;
    private long number;

    /// <summary>Entries, those that have expired and were not met since included.</summary>
    public int Count => count;

    /// <summary>The entry, unless it has expired.</summary>
    public bool TryGet(TKey key, DateTimeOffset now, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        if (count == 0)
            return false;
        lock (sync)
        {
            if (!entries.TryGetValue(key, out var entry) || entry.Until <= now)
                return false;
            value = entry.Value;
            return true;
        }
    }

    /// <summary>Adds or replaces an entry.</summary>
    /// <param name="now">For the expiry of others.</param>
    /// <param name="until">When it expires.</param>
    public void Set(TKey key, TValue value, DateTimeOffset now, DateTimeOffset until)
    {
        lock (sync)
            SetLocked(key, value, now, until);
    }

    /// <summary>The entry that is there; the given one where there is none.</summary>
    /// <returns>Whether the given one was added.</returns>
    public bool TryAdd(TKey key, TValue value, DateTimeOffset now, DateTimeOffset until, out TValue current)
    {
        lock (sync)
        {
            bool known = entries.TryGetValue(key, out var entry) && now < entry.Until;
            current = known ? entry.Value : value;
            if (!known)
                SetLocked(key, value, now, until);
            return !known;
        }
    }

    public bool Remove(TKey key)
    {
        lock (sync)
        {
            bool removed = entries.Remove(key);
            count = entries.Count;
            return removed;
        }
    }

    /// <summary>The values that have not expired, in no order.</summary>
    public IReadOnlyList<TValue> Values(DateTimeOffset now)
    {
        lock (sync)
            return [.. entries.Values.Where(entry => now < entry.Until).Select(entry => entry.Value)];
    }

    private void SetLocked(TKey key, TValue value, DateTimeOffset now, DateTimeOffset until)
    {
        if (!entries.ContainsKey(key) && entries.Count >= most)
            MakeRoomLocked(now);
        entries[key] = new Entry(value, until, ++number);
        order.Enqueue((key, number));
        // Entries that are set again and again leave their old places in the queue.
        if (order.Count > 2L * most + 64)
            CompactLocked();
        count = entries.Count;
    }

    private void MakeRoomLocked(DateTimeOffset now)
    {
        bool freed = false;
        while (order.TryPeek(out var oldest))
        {
            bool current = entries.TryGetValue(oldest.Key, out var entry) && entry.Number == oldest.Number;
            if (current && freed && now < entry.Until)
                break;
            order.Dequeue();
            freed |= current && entries.Remove(oldest.Key);
        }
    }

    private void CompactLocked()
    {
        var current = order.Where(place => entries.TryGetValue(place.Key, out var entry) && entry.Number == place.Number).ToList();
        order.Clear();
        current.ForEach(order.Enqueue);
    }

    private readonly record struct Entry(TValue Value, DateTimeOffset Until, long Number);
}
