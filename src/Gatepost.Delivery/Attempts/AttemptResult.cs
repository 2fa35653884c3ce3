using System.Net;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery.Attempts;

/// <summary>What one attempt brought for one recipient.</summary>
/// <param name="Recipient">Whom it is about.</param>
/// <param name="Reply">A received reply or a condition.</param>
/// <param name="Stage">What it answered.</param>
/// <param name="Host">Who said it; null where nobody was reached.</param>
/// <param name="Address">The address tried.</param>
/// <param name="CarriedDsn">Whether the next server took over the duty to report success.</param>
internal sealed record RecipientResult(QueuedRecipient Recipient, Reply Reply, Stage Stage, string? Host, IPAddress? Address, bool CarriedDsn = false)
{
    /// <summary>Where the queue gave up: what the last try had ended with.</summary>
    public Reply? Cause { get; init; }

    /// <summary>Whether the address that was written to passes its mail on to this one.</summary>
    public bool IsForwarded => !Recipient.Accepted.Equals(Recipient.Address);

    /// <summary>Whether success means the mailbox itself, not a further server: a Maildir, or a mailbox store behind LMTP.</summary>
    public bool IsFinalDelivery => Recipient.Destination.Kind is Smtp.DestinationKind.Maildir or Smtp.DestinationKind.Lmtp;

    public Outcome Outcome => Judgement.Of(Reply, Stage);

    public LastReply ToLast() => new(Reply.Entry.Id, Reply.Code, Reply.Status?.ToString(), Reply.Text, Host, Address?.ToString(), Stage);
}

/// <param name="Recipients">One for each recipient of the attempt; for those known by then where it was broken off.</param>
/// <param name="Trouble">Set where no session came about at all: it says something about the destination, not about the message.</param>
internal sealed record AttemptResult(IReadOnlyList<RecipientResult> Recipients, RecipientResult? Trouble = null)
{
    /// <summary>What ended the attempt before all recipients had a result: our stopping or a fault of ours. What is known by then holds.</summary>
    public Exception? BrokenOffBy { get; init; }

    /// <summary>The recipients about whom nothing is known.</summary>
    public IReadOnlyList<QueuedRecipient> Without(QueuedMessage message)
    {
        if (BrokenOffBy is null)
            return [];
        var known = Recipients.Select(result => result.Recipient.Index).ToHashSet();
        return [.. message.Recipients.Where(recipient => !known.Contains(recipient.Index))];
    }

    public static AttemptResult Same(QueuedMessage message, Reply reply, Stage stage, string? host, IPAddress? address, bool isTrouble)
    {
        var all = message.Recipients.Select(recipient => new RecipientResult(recipient, reply, stage, host, address)).ToList();
        return new AttemptResult(all, isTrouble && all.Count > 0 && all[0].Outcome == Outcome.Deferred ? all[0] : null);
    }
}

/// <summary>What a reply means for the queue.</summary>
internal static class Judgement
{
    /// <summary>Received replies count by their code's class (RFC 5321 §4.2.1), conditions of ours by their status' class: their numbers are no reply codes.</summary>
    public static Outcome Of(Reply reply, Stage stage)
    {
        int kind = reply.WasReceived ? reply.Class : reply.Status?.Class ?? reply.Class;
        // A recipient's end is the answer to the data; an earlier "yes" is none.
        return kind switch
        {
            2 when stage is Stage.Message or Stage.Local => Outcome.Delivered,
            5 => Outcome.Failed,
            _ => Outcome.Deferred,
        };
    }
}
