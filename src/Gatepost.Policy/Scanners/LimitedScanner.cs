using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>Shows a filter at most as many messages together as configured; the others wait within its time-out.</summary>
public sealed class LimitedScanner(IScanner scanner, ScannerOptions options, TimeProvider time) : IScanner, IDisposable
{
    private readonly SemaphoreSlim turns = new(options.Connections);

    public string Name => scanner.Name;

    public async ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel)
    {
        if (!await TryEnterAsync(cancel))
            return Scan.Away(Name, OurEvidence.ConnectionsBusy.Say(options.Connections, options.Timeout));
        try
        {
            return await scanner.ScanAsync(session, cancel);
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => (scanner as IDisposable)?.Dispose();

    private async ValueTask<bool> TryEnterAsync(CancellationToken cancel)
    {
        if (turns.Wait(0, CancellationToken.None))
            return true;
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await turns.WaitAsync(both.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
