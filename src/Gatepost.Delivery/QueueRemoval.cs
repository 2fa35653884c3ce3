using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Outcomes;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery;

/// <summary>Takes out of the queue what an administrator wants out, also what is being tried.</summary>
/// <param name="services">Those in force; they change on a reload.</param>
internal sealed class QueueRemoval(
    IQueue queue, DeliveryWorker worker, OutcomeWriter outcomes, Func<DeliveryServices> services, AttemptIds ids, TimeProvider time)
{
    private const int LeaseSize = 100;

    /// <summary>How long the caller of a removal waits for running attempts; what takes longer is removed later.</summary>
    private static readonly TimeSpan RemovalWait = TimeSpan.FromSeconds(10);

    public Task<int> BounceAsync(QueueFilter filter, Reply reply, CancellationToken cancel) =>
        RemoveAsync(filter, reply, () => BounceFreeAsync(filter, reply, cancel), cancel);

    public Task<int> DropAsync(QueueFilter filter, CancellationToken cancel) =>
        RemoveAsync(filter, null, () => queue.DropAsync(filter, cancel).AsTask(), cancel);

    /// <summary>First those that are free, then those that are being tried, then those whose attempt ended between the two.</summary>
    private async Task<int> RemoveAsync(QueueFilter filter, Reply? returned, Func<Task<int>> removeFree, CancellationToken cancel)
    {
        int count = await removeFree();
        var pending = new List<(string QueueId, int Index, Task<bool> Done)>();
        await foreach (var message in queue.ListAsync(filter, cancel))
        {
            foreach (var recipient in message.Recipients)
                pending.Add((message.QueueId, recipient.Index, worker.Removals.Add(message.QueueId, recipient.Index, returned)));
        }

        if (pending.Count == 0)
            return count;
        count += await removeFree();
        await WithdrawGoneAsync(filter, pending, cancel);
        await Task.WhenAny(Task.WhenAll(pending.Select(request => request.Done)), Task.Delay(RemovalWait, time, cancel));
        // What is still being tried is removed later, and counts.
        count += pending.Count(request => !request.Done.IsCompletedSuccessfully || request.Done.Result);

        // Durable like the others before it is counted.
        if (!await outcomes.StoreAsync([], []))
            throw new IOException("the queue could not be written");
        return count;
    }

    /// <summary>Requests about recipients that have left the queue would never end.</summary>
    private async Task WithdrawGoneAsync(
        QueueFilter filter, List<(string QueueId, int Index, Task<bool> Done)> pending, CancellationToken cancel)
    {
        var left = new HashSet<(string, int)>();
        await foreach (var message in queue.ListAsync(filter, cancel))
            left.UnionWith(message.Recipients.Select(recipient => (message.QueueId, recipient.Index)));
        foreach (var (queueId, index, _) in pending)
        {
            if (!left.Contains((queueId, index)))
                worker.Removals.Withdraw(queueId, index);
        }
    }

    private async Task<int> BounceFreeAsync(QueueFilter filter, Reply reply, CancellationToken cancel)
    {
        int count = 0;
        while (await queue.LeaseMatchingAsync(filter, LeaseSize, cancel) is { Count: > 0 } leased)
        {
            int handled = 0;
            try
            {
                foreach (var message in leased)
                {
                    var result = AttemptResult.Same(message, reply, Stage.Local, null, null, isTrouble: false);
                    var (returned, notices) = await services().Outcomes.BuildAsync(message, result, ids.Next(), cancel);
                    // From here on the lease ends with the outcome, whatever comes of it.
                    handled++;
                    if (!await outcomes.StoreAsync(returned, notices))
                        throw new IOException("the queue could not be written");
                    count += returned.Count;
                    foreach (var recipient in message.Recipients)
                        worker.Removals.Withdraw(message.QueueId, recipient.Index);
                }
            }
            finally
            {
                foreach (var message in leased.Skip(handled))
                    await worker.ReleaseAsync(message);
            }
        }

        return count;
    }
}
