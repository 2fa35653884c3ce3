namespace Gatepost.Smtp.Client;

/// <summary>One token for every wait of a connection: cancelled when the wait takes too long or the caller gives up.</summary>
/// <remarks>Costs no allocation a wait.</remarks>
internal sealed class Deadline(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource source = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan? all;
    private long since, started;

    /// <summary>How long the last started wait may take, or all waits together if that ends sooner.</summary>
    public TimeSpan Granted { get; private set; }

    /// <summary>What the last wait got in the end: less than granted if the caller had no more time for it.</summary>
    public TimeSpan Given => all is null && time.GetElapsedTime(started) is var passed && passed < Granted ? passed : Granted;

    /// <summary>
    /// Limits all waits from now on together: a peer that answers each command at the last moment could hold us for days.
    /// </summary>
    public void LimitTotal(TimeSpan longest) => (all, since) = (longest, time.GetTimestamp());

    public void EndTotal() => all = null;

    /// <summary>Starts the clock of one wait.</summary>
    public CancellationToken Start(TimeSpan longest)
    {
        Granted = longest;
        started = time.GetTimestamp();
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

    /// <summary>Cancels with the caller's token, too, until disposed.</summary>
    public CancellationTokenRegistration LinkTo(CancellationToken cancel) =>
        cancel.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);

    public void Dispose() => source.Dispose();
}
