using Gatepost.Smtp;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Queue;

/// <summary>A new message: in the queue, leased and handed to delivery, all with its commit.</summary>
internal sealed class StoreJob(NewMessage message, Arrivals arrivals) : Job
{
    private readonly TaskCompletionSource<StoreResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool isSecondRelease;

    public Task<StoreResult> Done => done.Task;

    public long Id => message.Id;

    /// <summary>
    /// Set if it is not known whether the message is in the queue: its lease stays until it was surely taken out, so that what was
    /// refused is not delivered.
    /// </summary>
    public bool IsUncertain { get; set; }

    public override long Weight => message.Record.Length + message.Inline.Length + 512;

    public override bool IsPatient => false;

    public override void Apply(QueueTransaction ledger)
    {
        isSecondRelease = message.ReleasedFrom is { } source && !ledger.Releases.TryAdd(source, message);
        if (isSecondRelease)
            return;
        arrivals.Prepare(message);
        ledger.Insert(message);
    }

    public override void Committed()
    {
        if (isSecondRelease)
        {
            done.TrySetResult(
                new StoreResult(StoreOutcome.Broken, null, $"{message.ReleasedFrom} was released to one of these recipients already"));
            return;
        }

        arrivals.Publish(message);
        done.TrySetResult(
            new StoreResult(StoreOutcome.Kept, message.Parts.Count > 0 ? message.Parts[0].QueueId : QueueIds.Write(message.Id)));
    }

    public override void Refused(StoreOutcome outcome, Exception cause)
    {
        if (!IsUncertain)
            Withdraw();
        done.TrySetResult(new StoreResult(outcome, null, cause.Message));
    }

    public void Withdraw() => arrivals.Withdraw(message);
}
