using Gatepost.Smtp;

namespace Gatepost.Storage.Queue;

/// <summary>One thing to be made durable. Applied on the writer's thread together with others, then informed how the commit went.</summary>
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

    /// <summary>It is not, or that is not known; nothing may be acknowledged.</summary>
    public abstract void Refused(StoreOutcome outcome, Exception cause);
}
