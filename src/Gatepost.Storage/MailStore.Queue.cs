using System.Threading.Channels;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Ids;
using Gatepost.Storage.Queue;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage;

/// <summary>The queue's side of the store.</summary>
public sealed partial class MailStore : IQueue
{
    public ChannelReader<QueuedMessage> Arrivals => arrivals.Reader;

    public Task Nudged(CancellationToken cancel) => nudge.Given(cancel);

    public ValueTask<(IReadOnlyList<DueDestination> Due, DateTimeOffset? Next)> DueAsync(
        DateTimeOffset now, int max, CancellationToken cancel) =>
        new(leasing.Due(now, max));

    public ValueTask<IReadOnlyList<QueuedMessage>> LeaseAsync(
        Destination destination, DateTimeOffset now, int maxMessages, CancellationToken cancel) =>
        new(leasing.Lease(destination, now, maxMessages));

    /// <summary>Whether the message is in the queue.</summary>
    public bool Has(string queueId) => QueueIds.Read(queueId) is { } id && readers.Read(reader => reader.Has(id));

    public Stream OpenBody(string queueId) => view.OpenBody(queueId);

    public ValueTask<IReadOnlyList<string>> SettleAsync(
        IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices, CancellationToken cancel)
    {
        var known = new (long Message, DeliveryOutcome Settlement)[settlements.Count];
        for (int i = 0; i < known.Length; i++)
            known[i] = (QueueIds.Read(settlements[i].QueueId)
                ?? throw new ArgumentException($"{settlements[i].QueueId} is no queue id", nameof(settlements)), settlements[i]);

        if (notices.Count == 0 && settlements.All(settlement => settlement.Outcome == Outcome.Untried))
        {
            foreach (var (message, settlement) in known)
                leases.End(message, settlement.Index);
            return new([]);
        }

        NewMessage[] messages = notices.Count == 0 ? [] : [.. notices.Select(Compose)];
        var job = new OutcomeJob(known, messages, arrivals, leases, unrecorded, Intake.Now);
        writer.Add(job);
        return new(job.Done);
    }

    private NewMessage Compose(Notice notice)
    {
        long id = ids.Next();
        byte[] record = new byte[BodyRecord.HeaderLength + notice.Octets.Length];
        notice.Octets.Span.CopyTo(record.AsSpan(BodyRecord.HeaderLength));
        var contents = Contents.Of(id, record);
        ReadOnlyMemory<byte>? inMemory = notice.Octets.Length <= StoreOptions.ArrivalsBodyLimit ? record.AsMemory(BodyRecord.HeaderLength)
            : null;
        return NewMessage.From(id, notice.Envelope, null, Intake.Now, contents, inMemory);
    }

    public IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel) => view.ListAsync(filter, cancel);

    /// <summary>Recipients in the queue now: all, and held; and messages.</summary>
    /// <exception cref="IOException">The database does not answer.</exception>
    public (long Recipients, long Held, long Messages) Count() => view.Count();

    /// <summary>
    /// Begins a message released from quarantine. Its commit records the recipients, and is refused where one of them has had it.
    /// </summary>
    /// <param name="source">The queue id it had in quarantine.</param>
    public IMessageDraft BeginRelease(string source) => Intake.Begin(source);

    /// <summary>The recipients to whom a message in quarantine has been released.</summary>
    /// <exception cref="IOException">The database does not answer.</exception>
    public IReadOnlySet<string> ReleasedTo(string source) => readers.Read(reader => ReleaseTable.Recipients(reader.Database, source));

    /// <summary>Forgets the releases of a message that has left the quarantine.</summary>
    /// <exception cref="IOException">It could not be written; then they stay recorded, which harms nothing.</exception>
    public Task ForgetReleasesAsync(string source)
    {
        var job = new ChangeJob(ledger => ledger.Releases.Forget(source));
        writer.Add(job);
        return job.Done;
    }

    public ValueTask<int> HoldAsync(QueueFilter filter, CancellationToken cancel) =>
        ChangeAsync(filter, RecipientState.Queued, (ledger, message, index) => ledger.Hold(message, index), cancel);

    public async ValueTask<int> ReleaseAsync(QueueFilter filter, CancellationToken cancel)
    {
        int released = await ChangeAsync(filter, RecipientState.Held, (ledger, message, index) => ledger.Release(message, index), cancel);
        nudge.Give();
        return released;
    }

    public async ValueTask<int> RetryAsync(QueueFilter filter, CancellationToken cancel)
    {
        int retried = await ChangeAsync(filter, RecipientState.Queued, (ledger, message, index) =>
            ledger.Retry(message, index, Intake.Now), cancel);
        nudge.Give();
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
        nudge.Give();
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

    public ValueTask<IReadOnlyList<QueuedMessage>> LeaseMatchingAsync(QueueFilter filter, int maxMessages, CancellationToken cancel) =>
        leasing.LeaseMatchingAsync(filter, maxMessages, cancel);
}
