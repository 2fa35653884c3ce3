using System.Threading.Channels;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Schedule;
using Gatepost.Smtp;

namespace Gatepost.Delivery;

/// <summary>Makes outcomes durable, many in one commit, off the way of the workers.</summary>
/// <remarks>A message is leased until its outcome is durable, so nobody tries it twice meanwhile; a crash before that repeats it, which SMTP cannot prevent (RFC 1047).</remarks>
internal sealed class Settler(IQueue queue, IJournal journal, TimeProvider time, Alarm alarm)
{
    private const int Batch = 512;

    private readonly Channel<Work> channel = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });

    /// <summary>Hands over outcomes; waits only where thousands are waiting already.</summary>
    public ValueTask AddAsync(IReadOnlyList<Settlement> settlements, IReadOnlyList<Notice> notices) =>
        channel.Writer.WriteAsync(new Work(settlements, notices, null));

    /// <summary>As <see cref="AddAsync"/>, and waits until they are durable.</summary>
    /// <returns>False where the store failed.</returns>
    public async ValueTask<bool> SettleAsync(IReadOnlyList<Settlement> settlements, IReadOnlyList<Notice> notices)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await channel.Writer.WriteAsync(new Work(settlements, notices, done));
        return await done.Task;
    }

    /// <summary>No more will come; <see cref="RunAsync"/> ends when what came is durable.</summary>
    public void Complete() => channel.Writer.TryComplete();

    public async Task RunAsync()
    {
        var settlements = new List<Settlement>(Batch);
        var notices = new List<Notice>();
        var waiting = new List<TaskCompletionSource<bool>>();
        while (await channel.Reader.WaitToReadAsync())
        {
            settlements.Clear();
            notices.Clear();
            waiting.Clear();
            while (settlements.Count < Batch && channel.Reader.TryRead(out var work))
            {
                settlements.AddRange(work.Settlements);
                notices.AddRange(work.Notices);
                if (work.Done is { } done)
                    waiting.Add(done);
            }

            bool kept = await CommitAsync(settlements, notices);
            foreach (var done in waiting)
                done.TrySetResult(kept);
        }
    }

    private async ValueTask<bool> CommitAsync(List<Settlement> settlements, List<Notice> notices)
    {
        try
        {
            var ids = await queue.SettleAsync(settlements, notices, default);
            for (int i = 0; i < notices.Count; i++)
                RecordNotice(notices[i], i < ids.Count ? ids[i] : null);
            SetAlarm(settlements);
            return true;
        }
        catch (Exception failure)
        {
            // The recipients stay as they were and are tried again: a second copy is better than a lost one.
            journal.Record(new JournalEvent { Kind = JournalKind.Server, At = time.GetUtcNow(), Detail = $"the outcome of {settlements.Count} deliveries could not be stored, they will be repeated: {failure.Message}" });
            return false;
        }
    }

    /// <summary>What stays in the queue is due again at a time that nobody who sleeps knows yet.</summary>
    private void SetAlarm(List<Settlement> settlements)
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

    private sealed record Work(IReadOnlyList<Settlement> Settlements, IReadOnlyList<Notice> Notices, TaskCompletionSource<bool>? Done);
}
