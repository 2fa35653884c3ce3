using Gatepost.Delivery.Queue;

namespace Gatepost.Storage.Queue;

/// <summary>What an administrator, or a start, changes in the queue: page by page, so that no commit grows large.</summary>
internal sealed class QueueActions(QueueView view, GroupCommitter writer, Leases leases, WakeSignal wake)
{
    public ValueTask<int> HoldAsync(QueueFilter filter, CancellationToken cancel) =>
        ChangeAsync(filter, RecipientState.Queued, (ledger, message, index) => ledger.Hold(message, index), cancel);

    public async ValueTask<int> ReleaseAsync(QueueFilter filter, CancellationToken cancel)
    {
        int released = await ChangeAsync(filter, RecipientState.Held, (ledger, message, index) => ledger.Release(message, index), cancel);
        wake.Give();
        return released;
    }

    /// <summary>Makes waiting recipients due now.</summary>
    public async ValueTask<int> RetryAsync(QueueFilter filter, DateTimeOffset now, CancellationToken cancel)
    {
        int retried = await ChangeAsync(filter, RecipientState.Queued, (ledger, message, index) =>
            ledger.Retry(message, index, now), cancel);
        wake.Give();
        return retried;
    }

    public async ValueTask LimitWaitsAsync(DateTimeOffset now, DateTimeOffset latest)
    {
        var job = new ChangeJob(ledger =>
        {
            ledger.LimitWaits(now, latest);
            return 0;
        });
        writer.Add(job);
        await job.Done;
        wake.Give();
    }

    private async ValueTask<int> ChangeAsync(
        QueueFilter filter, RecipientState from, Func<QueueTransaction, long, int, bool> change, CancellationToken cancel)
    {
        int changed = 0;
        if (filter.State is { } asked && asked != from)
            return 0;
        await foreach (var page in view.PagesAsync(filter with { State = from }, cancel))
        {
            var job = new ChangeJob(ledger => page.Count(found => change(ledger, found.Message, found.Index)));
            writer.Add(job);
            changed += await job.Done;
        }

        return changed;
    }

    public async ValueTask<int> DropAsync(QueueFilter filter, CancellationToken cancel)
    {
        int dropped = 0;
        await foreach (var page in view.PagesAsync(filter, cancel))
        {
            // The lease keeps delivery from starting with what is being dropped.
            var free = page.FindAll(found => leases.TryTake(found.Message, found.Index));
            var job = new ChangeJob(
                ledger => free.Count(found => ledger.Remove(found.Message, found.Index)),
                () => free.ForEach(found => leases.End(found.Message, found.Index)));
            writer.Add(job);
            dropped += await job.Done;
        }

        return dropped;
    }
}
