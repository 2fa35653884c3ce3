using System.Threading.Channels;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Queue;

namespace Gatepost.Storage;

/// <summary>The queue's side of the store.</summary>
public sealed partial class MailStore : IQueue
{
    public ChannelReader<QueuedMessage> Arrivals => arrivals.Reader;

    public Task Nudged(CancellationToken cancel) => nudge.Given(cancel);

    public ValueTask<(IReadOnlyList<DueDestination> Due, DateTimeOffset? Next)> DueAsync(DateTimeOffset now, int max, CancellationToken cancel)
    {
        // What is delivered now could not be written down; the recovery nudges.
        if (Health.State == StoreState.Broken)
            return new((Array.Empty<DueDestination>(), null));

        var due = new List<DueDestination>();
        var corrections = new List<long>();
        var next = readers.Read(reader => reader.Due(now, max, Leases, due, corrections));
        if (corrections.Count > 0)
            writer.Add(new ChangeJob(ledger => Correct(ledger, corrections)));
        return new((due, next));
    }

    private static int Correct(QueueTransaction ledger, List<long> destinations)
    {
        foreach (long destination in destinations)
            ledger.Correct(destination);
        return destinations.Count;
    }

    public ValueTask<IReadOnlyList<QueuedMessage>> LeaseAsync(Destination destination, DateTimeOffset now, int maxMessages, CancellationToken cancel) =>
        new(Health.State == StoreState.Broken ? [] : readers.Read(reader => Lease(reader, destination, now, maxMessages)));

    /// <summary>
    /// Leases first and reads afterwards; see <see cref="Queue.Leases"/>. Where that fails part-way, nothing stays leased that nobody
    /// holds.
    /// </summary>
    private List<QueuedMessage> Lease(QueueReader reader, Destination destination, DateTimeOffset now, int maxMessages)
    {
        var taken = reader.TakeDue(destination, now, maxMessages, Leases);
        var leased = new List<QueuedMessage>(taken.Count);
        int done = 0;
        try
        {
            while (done < taken.Count)
            {
                var (id, indices) = taken[done++];
                ReadLeased(wanted => reader.Read(id, wanted), id, indices, leased, recipient => recipient.State == RecipientState.Queued && recipient.NextAttempt <= now && recipient.Destination == destination);
            }
        }
        catch
        {
            EndLeases(leased);
            foreach (var (id, indices) in taken.Skip(done))
                Leases.End(id, indices);
            throw;
        }

        return leased;
    }

    /// <summary>
    /// Reads a message whose recipients were leased, and gives back those that have changed since; all of them if it cannot be read.
    /// </summary>
    private void ReadLeased(Func<Predicate<QueuedRecipient>, QueuedMessage?> read, long id, List<int> indices, List<QueuedMessage> leased, Predicate<QueuedRecipient> still)
    {
        QueuedMessage? message;
        try
        {
            message = read(recipient => indices.Contains(recipient.Index) && still(recipient));
        }
        catch (UnreadableMessage e)
        {
            SetAside(id, indices, e);
            return;
        }
        catch
        {
            Leases.End(id, indices);
            throw;
        }

        if (message?.Recipients.Count > 0)
            leased.Add(message);
        foreach (int index in indices)
        {
            if (message is null || !message.Recipients.Any(recipient => recipient.Index == index))
                Leases.End(id, index);
        }
    }

    /// <summary>
    /// Holds recipients that cannot be read: otherwise they would be due, and fail, again at once. Their leases end when they are held.
    /// </summary>
    private void SetAside(long id, List<int> indices, UnreadableMessage why)
    {
        writer.Add(new ChangeJob(ledger => indices.Count(index => ledger.Hold(id, index)), () => Leases.End(id, indices)));
        Health.Note(new IOException($"{why.Message}; it is on hold", why));
    }

    private void EndLeases(List<QueuedMessage> leased)
    {
        foreach (var message in leased)
            Leases.End(QueueIds.Read(message.QueueId)!.Value, message.Recipients);
    }

    public Stream OpenBody(string queueId) => view.OpenBody(queueId);

    public ValueTask<IReadOnlyList<string>> SettleAsync(IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices, CancellationToken cancel)
    {
        var known = new (long Message, DeliveryOutcome Settlement)[settlements.Count];
        for (int i = 0; i < known.Length; i++)
            known[i] = (QueueIds.Read(settlements[i].QueueId) ?? throw new ArgumentException($"{settlements[i].QueueId} is no queue id", nameof(settlements)), settlements[i]);

        if (notices.Count == 0 && settlements.All(settlement => settlement.Outcome == Outcome.Untried))
        {
            foreach (var (message, settlement) in known)
                Leases.End(message, settlement.Index);
            return new([]);
        }

        NewMessage[] messages = notices.Count == 0 ? [] : [.. notices.Select(Compose)];
        var job = new OutcomeJob(known, messages, arrivals, Leases, unrecorded, Now);
        writer.Add(job);
        return new(job.Done);
    }

    private NewMessage Compose(Notice notice)
    {
        long id = ids.Next();
        byte[] record = new byte[BodyRecord.HeaderLength + notice.Octets.Length];
        notice.Octets.Span.CopyTo(record.AsSpan(BodyRecord.HeaderLength));
        var contents = Contents.Of(id, record);
        ReadOnlyMemory<byte>? inMemory = notice.Octets.Length <= StoreOptions.ArrivalsBodyLimit ? record.AsMemory(BodyRecord.HeaderLength) : null;
        return NewMessage.From(id, notice.Envelope, null, Now, contents, inMemory);
    }

    public IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel) => view.ListAsync(filter, cancel);

    /// <summary>Recipients in the queue now: all, and held; and messages.</summary>
    /// <exception cref="IOException">The database does not answer.</exception>
    public (long Recipients, long Held, long Messages) Count() => view.Count();

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
        int retried = await ChangeAsync(filter, RecipientState.Queued, (ledger, message, index) => ledger.Retry(message, index, Now), cancel);
        nudge.Give();
        return retried;
    }

    private async ValueTask<int> ChangeAsync(QueueFilter filter, RecipientState from, Func<QueueTransaction, long, int, bool> change, CancellationToken cancel)
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
            // The lease makes sure that nobody starts to deliver what is being dropped.
            var free = page.FindAll(found => Leases.TryTake(found.Message, found.Index));
            var job = new ChangeJob(
                ledger => free.Count(found => ledger.Remove(found.Message, found.Index)),
                () => free.ForEach(found => Leases.End(found.Message, found.Index)));
            writer.Add(job);
            dropped += await job.Done;
        }

        return dropped;
    }

    public async ValueTask<IReadOnlyList<QueuedMessage>> LeaseMatchingAsync(QueueFilter filter, int maxMessages, CancellationToken cancel)
    {
        var leased = new List<QueuedMessage>();
        try
        {
            await foreach (var page in view.PagesAsync(filter, cancel))
            {
                foreach (var group in page.GroupBy(found => found.Message))
                {
                    if (leased.Count >= maxMessages)
                        return leased;
                    var indices = group.Where(found => Leases.TryTake(found.Message, found.Index)).Select(found => found.Index).ToList();
                    if (indices.Count > 0)
                        ReadLeased(wanted => readers.Read(reader => reader.Read(group.Key, wanted)), group.Key, indices, leased, _ => true);
                }
            }
        }
        catch
        {
            // Whoever asked gets nothing, so nobody would ever end these.
            EndLeases(leased);
            throw;
        }

        return leased;
    }
}
