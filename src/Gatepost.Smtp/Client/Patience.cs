namespace Gatepost.Smtp.Client;

/// <summary>One token for every wait of a connection: it is cancelled when the wait is over long or the caller gives up. Costs no allocation a wait.</summary>
internal sealed class Patience(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource source = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>Starts the clock of one wait.</summary>
    public CancellationToken Start(TimeSpan longest)
    {
        source.CancelAfter(longest);
        return source.Token;
    }

    public void Stop() => source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Ties the caller's token to this one until disposed.</summary>
    public CancellationTokenRegistration Heed(CancellationToken cancel) =>
        cancel.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);

    public void Dispose() => source.Dispose();
}
