using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Queue;

/// <summary>Outcomes of an attempt and the notices they cause, in one commit.</summary>
internal sealed class OutcomeJob(IReadOnlyList<(long Message, DeliveryOutcome Settlement)> settlements, IReadOnlyList<NewMessage> notices,
    Arrivals arrivals, Leases leases, PendingDeliveries unrecorded, DateTimeOffset now) : Job
{
    private readonly TaskCompletionSource<IReadOnlyList<string>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IReadOnlyList<string>> Done => done.Task;

    public override long Weight => notices.Sum(notice => (long)notice.Size) + 128;

    public override void Apply(QueueTransaction ledger)
    {
        foreach (var (message, settlement) in settlements)
        {
            switch (settlement.Outcome)
            {
                case Outcome.Delivered or Outcome.Failed:
                    ledger.Remove(message, settlement.Index);
                    break;
                case Outcome.Deferred:
                    ledger.Defer(message, settlement, now);
                    break;
            }
        }

        foreach (var notice in notices)
        {
            arrivals.Prepare(notice);
            ledger.Insert(notice);
        }
    }

    public override void Committed()
    {
        EndLeases(keepDelivered: false);
        foreach (var notice in notices)
            arrivals.Publish(notice);
        done.TrySetResult(notices.Count == 0 ? [] : [.. notices.Select(notice => QueueIds.Write(notice.Id))]);
    }

    public override void Refused(StoreOutcome outcome, Exception cause)
    {
        foreach (var notice in notices)
            arrivals.Withdraw(notice);
        EndLeases(keepDelivered: true);
        done.TrySetException(StoreFailure.From(outcome, cause));
        _ = done.Task.Exception;
    }

    /// <summary>
    /// Who has got the message must not get it again because our disk failed: those stay leased until that could be written down.
    /// </summary>
    private void EndLeases(bool keepDelivered)
    {
        foreach (var (message, settlement) in settlements)
        {
            if (!keepDelivered || settlement.Outcome != Outcome.Delivered || !unrecorded.TryKeep(message, settlement.Index))
                leases.End(message, settlement.Index);
        }
    }
}
