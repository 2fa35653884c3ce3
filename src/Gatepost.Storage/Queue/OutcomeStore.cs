using Gatepost.Delivery.Queue;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Ids;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage.Queue;

/// <summary>Makes outcomes of deliveries durable, together with the notices they cause.</summary>
internal sealed class OutcomeStore(
    GroupCommitter writer, Arrivals arrivals, Leases leases, PendingDeliveries unrecorded, QueueIds ids, TimeProvider clock)
{
    /// <summary>Whether deliveries wait that a failed disk did not record.</summary>
    public bool HasUnrecorded => unrecorded.Any;

    /// <summary>Outcomes that changed nothing only end their leases.</summary>
    /// <returns>The queue ids of the notices.</returns>
    public ValueTask<IReadOnlyList<string>> StoreAsync(IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices)
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
        var job = new OutcomeJob(known, messages, arrivals, leases, unrecorded, clock.GetUtcNow());
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
        return NewMessage.From(id, notice.Envelope, null, clock.GetUtcNow(), contents, inMemory);
    }
}
