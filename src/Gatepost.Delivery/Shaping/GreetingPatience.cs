namespace Gatepost.Delivery.Shaping;

/// <summary>
/// Ends waits for a connection and its greeting early while other destinations have no connection to start with. RFC 5321 §4.5.3.2.1
/// asks for five minutes, which a host gets as long as nothing else waits for its place.
/// </summary>
/// <param name="othersWait">Whether there is mail that cannot start because all places are taken.</param>
internal sealed class GreetingPatience(TimeProvider time, Func<bool> othersWait)
{
    /// <summary>What a host gets while others wait: most greet within a second, slow ones within ten.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    private readonly Lock sync = new();
    private readonly Dictionary<CancellationTokenSource, long> waits = [];

    /// <summary>Starts the clock of one wait.</summary>
    /// <returns>Cancelled when it has taken long enough; the caller disposes it when the host has spoken.</returns>
    public Wait Begin()
    {
        var source = new CancellationTokenSource();
        lock (sync)
            waits[source] = time.GetTimestamp();
        return new Wait(this, source);
    }

    /// <summary>Ends the waits that are over; called every second.</summary>
    public void Sweep()
    {
        List<CancellationTokenSource>? over = null;
        lock (sync)
        {
            if (waits.Count == 0 || !othersWait())
                return;
            foreach (var (source, since) in waits)
            {
                if (time.GetElapsedTime(since) >= Short)
                    (over ??= []).Add(source);
            }
        }

        foreach (var source in over ?? [])
            source.Cancel();
    }

    /// <summary>One wait.</summary>
    internal readonly struct Wait(GreetingPatience patience, CancellationTokenSource source) : IDisposable
    {
        public CancellationToken Over => source.Token;

        public void Dispose()
        {
            lock (patience.sync)
                patience.waits.Remove(source);
        }
    }
}
