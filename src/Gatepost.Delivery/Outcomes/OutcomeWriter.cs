using System.Threading.Channels;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Schedule;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Outcomes;

/// <summary>Makes outcomes durable, many in one commit, without holding up the workers.</summary>
/// <remarks>
/// A message is leased until its outcome is durable, so it is not tried twice; a crash before that repeats it, which SMTP
/// cannot prevent (RFC 1047).
/// </remarks>
internal sealed class OutcomeWriter(IQueue queue, IJournal journal, TimeProvider time, WakeTimer wakeTimer)
{
    private const int Batch = 512;

    private readonly UnsavedOutcomes unsaved = new(time);
    private readonly Channel<Work> channel = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });
    private volatile bool storing = true;
    private volatile Commit? running;

    /// <summary>Whether the store took the last outcomes.</summary>
    public bool IsStoring => storing;

    /// <summary>Stores again what could not be stored about the recipients of a new lease.</summary>
    /// <returns>The message with the recipients to be tried; null if there are none.</returns>
    public async ValueTask<QueuedMessage?> WithoutKnownAsync(QueuedMessage message)
    {
        // A failed commit ends the leases before it reports the failure here: until then what is known is not complete.
        if (running is { } commit && commit.Concerns(message.QueueId))
            await commit.Ended.Task;
        if (!unsaved.Any || unsaved.Take(message) is not { } known)
            return message;
        await AddAsync(known.Outcomes, known.Notices);
        var open = message.Recipients.Where(recipient => known.Outcomes.All(outcome => outcome.Index != recipient.Index)).ToList();
        return open.Count > 0 ? message with { Recipients = open } : null;
    }

    /// <summary>Hands over outcomes; waits only if thousands are waiting already.</summary>
    public ValueTask AddAsync(IReadOnlyList<DeliveryOutcome> outcomes, IReadOnlyList<Notice> notices) =>
        channel.Writer.WriteAsync(new Work(outcomes, notices, null));

    /// <summary>As <see cref="AddAsync"/>, and waits until they, and all handed over before them, are durable.</summary>
    /// <returns>False if the store failed.</returns>
    public async ValueTask<bool> StoreAsync(IReadOnlyList<DeliveryOutcome> outcomes, IReadOnlyList<Notice> notices)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await channel.Writer.WriteAsync(new Work(outcomes, notices, done));
        return await done.Task;
    }

    /// <summary>Takes no more; <see cref="RunAsync"/> ends when all is durable.</summary>
    public void Complete() => channel.Writer.TryComplete();

    public async Task RunAsync()
    {
        var works = new List<Work>();
        while (await channel.Reader.WaitToReadAsync())
        {
            var commit = new Commit();
            works.Clear();
            while (commit.Outcomes.Count < Batch && channel.Reader.TryRead(out var work))
            {
                commit.Outcomes.AddRange(work.Outcomes);
                commit.Notices.AddRange(work.Notices);
                works.Add(work);
            }

            running = commit;
            storing = await CommitAsync(commit.Outcomes, commit.Notices);
            foreach (var work in works)
            {
                if (!storing && work.Done is null)
                    unsaved.Keep(work.Outcomes, work.Notices);
            }

            running = null;
            commit.Ended.TrySetResult();
            foreach (var work in works)
                work.Done?.TrySetResult(storing);
        }
    }

    private async ValueTask<bool> CommitAsync(List<DeliveryOutcome> outcomes, List<Notice> notices)
    {
        try
        {
            var ids = await queue.SettleAsync(outcomes, notices, default);
            for (int i = 0; i < notices.Count; i++)
                journal.Notified(time, notices[i], i < ids.Count ? ids[i] : null);
            unsaved.Forget(outcomes);
            SetWakeTimer(outcomes);
            // What could not be stored before can be stored now; it is found among what is due.
            if (!storing)
                wakeTimer.SetFor(time.GetUtcNow());
            return true;
        }
        catch (Exception failure)
        {
            // The recipients stay as they were. While we run the outcome is stored again instead of a second try;
            // after a crash a second copy is better than a lost one.
            journal.Report(time, OurEvidence.OutcomeNotStored.Say(outcomes.Count, failure.Message));
            return false;
        }
    }

    /// <summary>What stays in the queue may be due before the next look at it.</summary>
    private void SetWakeTimer(List<DeliveryOutcome> outcomes)
    {
        var earliest = DateTimeOffset.MaxValue;
        foreach (var outcome in outcomes)
        {
            if (outcome.Outcome is Outcome.Deferred or Outcome.Untried && outcome.NextAttempt < earliest)
                earliest = outcome.NextAttempt;
        }

        wakeTimer.SetFor(earliest);
    }

    private sealed record Work(IReadOnlyList<DeliveryOutcome> Outcomes, IReadOnlyList<Notice> Notices, TaskCompletionSource<bool>? Done);

    /// <summary>What is being stored together.</summary>
    private sealed class Commit
    {
        public List<DeliveryOutcome> Outcomes { get; } = [];

        public List<Notice> Notices { get; } = [];

        /// <summary>Completes when what could not be stored has been kept.</summary>
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Concerns(string queueId)
        {
            foreach (var outcome in Outcomes)
            {
                if (outcome.QueueId == queueId)
                    return true;
            }

            return false;
        }
    }
}
