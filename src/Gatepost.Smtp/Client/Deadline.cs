namespace Gatepost.Smtp.Client;

/// <summary>One token for every wait of a connection: it is cancelled when the wait is over long or the caller gives up. Costs no allocation a wait.</summary>
internal sealed class Deadline(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource source = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan? all;
    private long since;

    /// <summary>What the wait that was started last may take, or all waits together where that ends it sooner.</summary>
    public TimeSpan Granted { get; private set; }

    /// <summary>From now on all waits together take no longer than <paramref name="longest"/>: each answer in the last moment is a way to hold us for days.</summary>
    public void Bound(TimeSpan longest) => (all, since) = (longest, time.GetTimestamp());

    public void Unbound() => all = null;

    /// <summary>Starts the clock of one wait.</summary>
    public CancellationToken Start(TimeSpan longest)
    {
        Granted = longest;
        if (all is { } whole && whole - time.GetElapsedTime(since) is var left && left < longest)
        {
            (Granted, longest) = (whole, left);
            if (left <= TimeSpan.Zero)
            {
                source.Cancel();
                return source.Token;
            }
        }

        source.CancelAfter(longest);
        return source.Token;
    }

    public void Stop() => source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Ties the caller's token to this one until disposed.</summary>
    public CancellationTokenRegistration Heed(CancellationToken cancel) =>
        cancel.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);

    public void Dispose() => source.Dispose();
}
