using Gatepost.Smtp;

namespace Gatepost.Storage.Queue;

/// <summary>One thing to be made durable. Applied on the writer's thread together with others, then told how the commit went.</summary>
internal abstract class Job
{
    /// <summary>Octets it adds to a batch, roughly; batches are bounded by it.</summary>
    public virtual long Weight => 0;

    /// <summary>Whether it may wait a moment for others, because no client waits for it.</summary>
    public virtual bool IsPatient => true;

    /// <summary>Changes rows in the running transaction. Called once.</summary>
    public abstract void Apply(QueueTransaction ledger);

    /// <summary>It is durable.</summary>
    public abstract void Committed();

    /// <summary>It is not, or nobody can tell; nothing may be acknowledged.</summary>
    public abstract void Refused(StoreOutcome outcome, Exception cause);
}

/// <summary>Something an administrator or the store itself changes, with a number to tell.</summary>
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
        // Nobody may be waiting: the store's own corrections are not awaited.
        _ = done.Task.Exception;
    }
}

/// <summary>What callers of the queue get when the store cannot write.</summary>
internal static class StoreFailure
{
    public static IOException From(StoreOutcome outcome, Exception cause) =>
        new(outcome == StoreOutcome.Full ? $"no room in the store: {cause.Message}" : $"the store is broken: {cause.Message}", cause);
}
