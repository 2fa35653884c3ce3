using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Outcomes;

/// <summary>Writes the journal events of attempts and notices.</summary>
internal static class DeliveryEvents
{
    /// <summary>An attempt ended for one recipient.</summary>
    /// <param name="attempt">Its id.</param>
    public static void Attempted(
        this IJournal journal, QueuedMessage message, RecipientResult recipient, DeliveryOutcome outcome, string attempt,
            DateTimeOffset now) =>
        journal.Record(new JournalEvent
        {
            Kind = outcome.Outcome switch
            {
                Outcome.Delivered => JournalKind.Delivered,
                Outcome.Deferred => JournalKind.Deferred,
                _ => JournalKind.Failed,
            },
            At = now,
            Session = attempt,
            QueueId = message.QueueId,
            Outbound = true,
            Peer = recipient.Address,
            PeerName = recipient.Host,
            Stage = recipient.Stage,
            Reply = recipient.Reply,
            Sender = message.Sender?.ToString() ?? "",
            Recipient = recipient.Recipient.Address.ToString(),
            Size = message.Size,
            NextAttempt = outcome.Outcome == Outcome.Deferred ? outcome.NextAttempt : null,
            Facts = recipient.IsForwarded ? [OurFacts.Forward.Is($"{recipient.Recipient.Accepted} -> {recipient.Recipient.Address}")] : [],
            Detail = OurEvidence.ToDestination.Say(recipient.Recipient.Destination.ToString()),
        });

    /// <summary>A notice to the sender was queued.</summary>
    /// <param name="id">Its own queue id; null if the store gave none.</param>
    public static void Notified(this IJournal journal, TimeProvider time, Notice notice, string? id) => journal.Record(new JournalEvent
    {
        Kind = JournalKind.Bounced,
        At = time.GetUtcNow(),
        QueueId = notice.About,
        Sender = "",
        Recipient = notice.Envelope.Recipients.FirstOrDefault()?.Address.ToString(),
        Size = notice.Octets.Length,
        Facts = id is null ? [] : [OurFacts.Notice.Is(id)],
    });
}
