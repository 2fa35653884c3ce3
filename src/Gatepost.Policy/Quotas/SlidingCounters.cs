namespace Gatepost.Policy.Quotas;

/// <summary>Counters in this process's memory, kept across restarts by a log.</summary>
/// <remarks>One lock over a few dictionary look-ups and additions; no I/O under it.</remarks>
public sealed class SlidingCounters : ICounters
{
    private readonly Dictionary<CounterKey, SlidingWindow> windows = [];
    private readonly Lock sync = new();
    private readonly ICounterLog? log;
    private long swept;

    /// <param name="log">Null forgets at restart.</param>
    /// <param name="now">For what the log remembers.</param>
    public SlidingCounters(ICounterLog? log = null, DateTimeOffset now = default)
    {
        this.log = log;
        if (log is null)
            return;
        foreach (var entry in log.Load(now).OrderBy(entry => entry.At))
        {
            if (entry.Amount == 0)
                windows.Remove(entry.Key);
            else
                Of(entry.Key, entry.Window).Add(entry.At, entry.Amount);
        }
    }

    public ValueTask<(int Refused, Usage Usage)> TakeAsync(IReadOnlyList<Claim> claims, DateTimeOffset now, CancellationToken cancel)
    {
        Usage first;
        lock (sync)
        {
            Sweep(now);
            for (int i = 0; i < claims.Count; i++)
            {
                var usage = Look(claims[i], now);
                if ((long)usage.Used + claims[i].Amount > claims[i].Limit)
                    return ValueTask.FromResult((i, usage));
            }

            foreach (var claim in claims)
                Of(claim.Key, claim.Window).Add(now, claim.Amount);
            first = new Usage(windows[claims[0].Key].Used, null);
        }

        return log is null ? ValueTask.FromResult((-1, first)) : KeepAsync(log, claims, now, first);
    }

    /// <summary>The client hears "yes" only after its count is where a killed process cannot lose it.</summary>
    private static async ValueTask<(int Refused, Usage Usage)> KeepAsync(
        ICounterLog log, IReadOnlyList<Claim> claims, DateTimeOffset now, Usage first)
    {
        await log.KeepAsync([.. claims.Select(claim => new CounterEntry(claim.Key, now, claim.Amount, claim.Window))])
            .ConfigureAwait(false);
        return (-1, first);
    }

    public ValueTask<Usage> PeekAsync(Claim claim, DateTimeOffset now, CancellationToken cancel)
    {
        lock (sync)
            return ValueTask.FromResult(Look(claim, now));
    }

    public async ValueTask ForgetAsync(CounterKey key, DateTimeOffset now, CancellationToken cancel)
    {
        TimeSpan length;
        lock (sync)
        {
            if (!windows.Remove(key, out var window))
                return;
            length = window.Window;
        }

        if (log is not null)
            await log.KeepAsync([new CounterEntry(key, now, 0, length)]).ConfigureAwait(false);
    }

    private Usage Look(Claim claim, DateTimeOffset now)
    {
        if (!windows.TryGetValue(claim.Key, out var window))
            return new Usage(0, null);
        window.Window = claim.Window;
        window.Slide(now);
        int used = window.Used;
        return new Usage(used, (long)used + claim.Amount > claim.Limit ? window.FreeAt(claim.Amount, claim.Limit) : null);
    }

    private SlidingWindow Of(CounterKey key, TimeSpan length)
    {
        if (!windows.TryGetValue(key, out var window))
            windows.Add(key, window = new SlidingWindow { Window = length });
        return window;
    }

    /// <summary>
    /// Once a minute, forgets counters that have run empty: one mail a day from each of a million addresses must not stay.
    /// </summary>
    private void Sweep(DateTimeOffset now)
    {
        // In either direction: a clock that was set back must not stop the sweep until it has caught up.
        if (Math.Abs(now.UtcTicks - swept) < TimeSpan.TicksPerMinute)
            return;
        swept = now.UtcTicks;
        foreach (var (key, window) in windows)
        {
            window.Slide(now);
            if (window.IsEmpty)
                windows.Remove(key);
        }
    }
}
