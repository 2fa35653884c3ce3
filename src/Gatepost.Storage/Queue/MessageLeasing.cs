using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage.Health;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Queue;

/// <summary>Finds what is due, leases it and reads it for delivery.</summary>
internal sealed class MessageLeasing(ReaderPool readers, QueueView view, Leases leases, GroupCommitter writer, StoreHealth health)
{
    /// <summary>Destinations with mail that is due and not leased, and when the next is.</summary>
    public (IReadOnlyList<DueDestination> Due, DateTimeOffset? Next) Due(DateTimeOffset now, int max)
    {
        // The outcome of a delivery could not be written now; the recovery wakes the caller.
        if (health.State == StoreState.Broken)
            return ([], null);

        var due = new List<DueDestination>();
        var corrections = new List<long>();
        var next = readers.Read(reader => reader.Due(now, max, leases, due, corrections));
        if (corrections.Count > 0)
            writer.Add(new ChangeJob(ledger => Correct(ledger, corrections)));
        return (due, next);
    }

    private static int Correct(QueueTransaction ledger, List<long> destinations)
    {
        foreach (long destination in destinations)
            ledger.Correct(destination);
        return destinations.Count;
    }

    public IReadOnlyList<QueuedMessage> Lease(Destination destination, DateTimeOffset now, int maxMessages) =>
        health.State == StoreState.Broken ? [] : readers.Read(reader => Lease(reader, destination, now, maxMessages));

    /// <summary>
    /// Leases first and reads afterwards; see <see cref="Leases"/>. Where that fails part-way, every lease is given back.
    /// </summary>
    private List<QueuedMessage> Lease(QueueReader reader, Destination destination, DateTimeOffset now, int maxMessages)
    {
        var taken = reader.TakeDue(destination, now, maxMessages, leases);
        var leased = new List<QueuedMessage>(taken.Count);
        int done = 0;
        try
        {
            while (done < taken.Count)
            {
                var (id, indices) = taken[done++];
                ReadLeased(wanted => reader.Read(id, wanted), id, indices, leased, IsDue);
            }
        }
        catch
        {
            EndLeases(leased);
            foreach (var (id, indices) in taken.Skip(done))
                leases.End(id, indices);
            throw;
        }

        return leased;

        bool IsDue(QueuedRecipient recipient) =>
            recipient.State == RecipientState.Queued && recipient.NextAttempt <= now && recipient.Destination == destination;
    }

    /// <summary>
    /// Reads a message whose recipients were leased, and gives back those that have changed since; all of them if it cannot be read.
    /// </summary>
    private void ReadLeased(
        Func<Predicate<QueuedRecipient>, QueuedMessage?> read, long id, List<int> indices, List<QueuedMessage> leased,
            Predicate<QueuedRecipient> still)
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
            leases.End(id, indices);
            throw;
        }

        if (message?.Recipients.Count > 0)
            leased.Add(message);
        foreach (int index in indices)
        {
            if (message is null || !message.Recipients.Any(recipient => recipient.Index == index))
                leases.End(id, index);
        }
    }

    /// <summary>
    /// Holds recipients that cannot be read: otherwise they would be due, and fail, again immediately. Their leases end when they are held.
    /// </summary>
    private void SetAside(long id, List<int> indices, UnreadableMessage why)
    {
        writer.Add(new ChangeJob(ledger => indices.Count(index => ledger.Hold(id, index)), () => leases.End(id, indices)));
        health.Note(new IOException($"{why.Message}; it is on hold", why));
    }

    private void EndLeases(List<QueuedMessage> leased)
    {
        foreach (var message in leased)
            leases.End(QueueIds.Read(message.QueueId)!.Value, message.Recipients);
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
                    var indices = group.Where(found => leases.TryTake(found.Message, found.Index)).Select(found => found.Index).ToList();
                    if (indices.Count > 0)
                        ReadLeased(wanted => readers.Read(reader => reader.Read(group.Key, wanted)), group.Key, indices, leased, _ => true);
                }
            }
        }
        catch
        {
            // The caller gets nothing, so these would stay leased forever.
            EndLeases(leased);
            throw;
        }

        return leased;
    }
}
