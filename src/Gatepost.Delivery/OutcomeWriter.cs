using System.Threading.Channels;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Schedule;
using Gatepost.Smtp;

namespace Gatepost.Delivery;

/// <summary>Makes outcomes durable, many in one commit, off the way of the workers.</summary>
/// <remarks>A message is leased until its outcome is durable, so nobody tries it twice meanwhile; a crash before that repeats it, which SMTP cannot prevent (RFC 1047).</remarks>
internal sealed class OutcomeWriter(IQueue queue, IJournal journal, TimeProvider time, WakeTimer alarm)
{
    private const int Batch = 512;

    private readonly UnsavedOutcomes refused = new(time);
    private volatile bool storing = true;

    private readonly Channel<Work> channel = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });

    /// <summary>Whether the store took the last outcomes.</summary>
    public bool IsStoring => storing;

    /// <summary>Stores again what was refused about the recipients of a new lease.</summary>
    /// <returns>The message with those who are to be tried; null where that is nobody.</returns>
    public async ValueTask<QueuedMessage?> WithoutKnownAsync(QueuedMessage message)
    {
        if (!refused.Any || refused.Take(message) is not { } known)
            return message;
        await AddAsync(known.Settlements, known.Notices);
        var open = message.Recipients.Where(recipient => known.Settlements.All(settlement => settlement.Index != recipient.Index)).ToList();
        return open.Count > 0 ? message with { Recipients = open } : null;
    }

    /// <summary>Hands over outcomes; waits only where thousands are waiting already.</summary>
    public ValueTask AddAsync(IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices) =>
        channel.Writer.WriteAsync(new Work(settlements, notices, null));

    /// <summary>As <see cref="AddAsync"/>, and waits until they are durable.</summary>
    /// <returns>False where the store failed.</returns>
    public async ValueTask<bool> SettleAsync(IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await channel.Writer.WriteAsync(new Work(settlements, notices, done));
        return await done.Task;
    }

    /// <summary>No more will come; <see cref="RunAsync"/> ends when what came is durable.</summary>
    public void Complete() => channel.Writer.TryComplete();

    public async Task RunAsync()
    {
        var settlements = new List<DeliveryOutcome>(Batch);
        var notices = new List<Notice>();
        var works = new List<Work>();
        while (await channel.Reader.WaitToReadAsync())
        {
            settlements.Clear();
            notices.Clear();
            works.Clear();
            while (settlements.Count < Batch && channel.Reader.TryRead(out var work))
            {
                settlements.AddRange(work.Settlements);
                notices.AddRange(work.Notices);
                works.Add(work);
            }

            storing = await CommitAsync(settlements, notices);
            foreach (var work in works)
            {
                if (work.Done is { } done)
                    done.TrySetResult(storing);
                else if (!storing)
                    refused.Keep(work.Settlements, work.Notices);
            }
        }
    }

    private async ValueTask<bool> CommitAsync(List<DeliveryOutcome> settlements, List<Notice> notices)
    {
        try
        {
            var ids = await queue.SettleAsync(settlements, notices, default);
            for (int i = 0; i < notices.Count; i++)
                RecordNotice(notices[i], i < ids.Count ? ids[i] : null);
            refused.Forget(settlements);
            SetAlarm(settlements);
            // What was refused before can be stored now; it is found among what is due.
            if (!storing)
                alarm.SetFor(time.GetUtcNow());
            return true;
        }
        catch (Exception failure)
        {
            // The recipients stay as they were. While we live the outcome is stored again instead of a second try; after a crash a second copy is better than a lost one.
            journal.Record(new JournalEvent { Kind = JournalKind.Server, At = time.GetUtcNow(), Detail = $"the outcome of {settlements.Count} deliveries could not be stored, it is kept in memory and will be stored again: {failure.Message}" });
            return false;
        }
    }

    /// <summary>What stays in the queue is due again at a time that nobody who sleeps knows yet.</summary>
    private void SetAlarm(List<DeliveryOutcome> settlements)
    {
        var earliest = DateTimeOffset.MaxValue;
        foreach (var settlement in settlements)
        {
            if (settlement.Outcome is Outcome.Deferred or Outcome.Untried && settlement.NextAttempt < earliest)
                earliest = settlement.NextAttempt;
        }

        alarm.SetFor(earliest);
    }

    private void RecordNotice(Notice notice, string? id) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Bounced,
        At = time.GetUtcNow(),
        QueueId = notice.About,
        Sender = "",
        Recipient = notice.Envelope.Recipients.FirstOrDefault()?.Address.ToString(),
        Size = notice.Octets.Length,
        Facts = id is null ? [] : [new Fact("notice", id)],
    });

    private sealed record Work(IReadOnlyList<DeliveryOutcome> Settlements, IReadOnlyList<Notice> Notices, TaskCompletionSource<bool>? Done);
}
