using Gatepost.Smtp;

namespace Gatepost.Storage.Queue;

/// <summary>Something an administrator or the store itself changes, with a number to report.</summary>
internal sealed class ChangeJob(Func<QueueTransaction, int> change, Action? after = null) : Job
{
    private readonly TaskCompletionSource<int> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int changed;

    public Task<int> Done => done.Task;

    public override void Apply(QueueTransaction ledger) => changed = change(ledger);

    public override void Committed()
    {
        after?.Invoke();
        done.TrySetResult(changed);
    }

    public override void Refused(StoreOutcome outcome, Exception cause)
    {
        after?.Invoke();
        done.TrySetException(StoreFailure.From(outcome, cause));
        // There may be no one waiting: the store's own corrections are not awaited.
        _ = done.Task.Exception;
    }
}
