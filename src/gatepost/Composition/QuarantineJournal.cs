using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Composition;

/// <summary>Records what becomes of messages in quarantine, under the session they came in and the verdict that put them there.</summary>
internal sealed class QuarantineJournal(IJournal journal, TimeProvider time)
{
    public void Dropped(QuarantinedMessage message, string recipient) =>
        journal.Record(
            Event(JournalKind.QueueChanged, message, message.Id, recipient) with { Detail = OurEvidence.QuarantineDropped.Say() });

    /// <summary>Recorded twice: where it left the quarantine, and where it entered the queue.</summary>
    /// <param name="size">Octets as they are in the queue.</param>
    public void Released(QuarantinedMessage message, string queueId, string recipient, long size)
    {
        journal.Record(Event(JournalKind.QueueChanged, message, message.Id, recipient) with
        {
            Detail = OurEvidence.QuarantineReleased.Say(queueId),
        });
        journal.Record(Event(JournalKind.Accepted, message, queueId, recipient) with
        {
            Size = size,
            Detail = OurEvidence.FromQuarantine.Say(message.Id),
        });
    }

    private JournalEvent Event(JournalKind kind, QuarantinedMessage message, string queueId, string recipient) => new()
    {
        Kind = kind,
        At = time.GetUtcNow(),
        Session = message.Session,
        QueueId = queueId,
        VerdictId = message.VerdictId,
        PeerName = message.Helo,
        Sender = message.Sender,
        Recipient = recipient,
    };
}
