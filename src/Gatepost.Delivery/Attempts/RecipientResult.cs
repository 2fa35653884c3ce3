using System.Net;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;

namespace Gatepost.Delivery.Attempts;

/// <summary>What one attempt brought for one recipient.</summary>
/// <param name="Recipient">Whom it is about.</param>
/// <param name="Reply">A received reply or a condition.</param>
/// <param name="Stage">What it answered.</param>
/// <param name="Host">Who said it; null if no host was reached.</param>
/// <param name="Address">The address tried.</param>
/// <param name="CarriedDsn">Whether the next server took over the duty to report success.</param>
internal sealed record RecipientResult(
    QueuedRecipient Recipient, Reply Reply, Stage Stage, string? Host, IPAddress? Address, bool CarriedDsn = false)
{
    /// <summary>Where the queue gave up: what the last try had ended with.</summary>
    public Reply? Cause { get; init; }

    /// <summary>Whether the address that was written to passes its mail on to this one.</summary>
    public bool IsForwarded => !Recipient.Accepted.Equals(Recipient.Address);

    /// <summary>Whether success means the mailbox itself, not a further server: a Maildir, or a mailbox store behind LMTP.</summary>
    public bool IsFinalDelivery => Recipient.Destination.Kind is Smtp.DestinationKind.Maildir or Smtp.DestinationKind.Lmtp;

    public Outcome Outcome => Judgement.Of(Reply, Stage);

    /// <summary>When a destination that is known to be unreachable was tried last; null for what this attempt met itself.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? NextProbe { get; init; }

    /// <summary>Whether no host was asked: the destination was known to be unreachable.</summary>
    public bool IsFromMemory => Reply.Entry == DeliveryReplies.NotTried;

    /// <summary>What ended the attempt, as the cause of another reply: <c>mx.example.org said: 550 ...</c>, or our own words.</summary>
    public string CauseText => DescribeCause(Reply);

    /// <summary>The same, of what was known before if no host was asked.</summary>
    public string FirstCauseText => DescribeCause(Cause ?? Reply);

    private string DescribeCause(Reply cause) => cause.WasReceived ? $"{Host} said: {cause}" : cause.Text;

    /// <summary>The entry stays that of the cause, so that the queue can be searched by it; the words say that no host was asked.</summary>
    public LastReply ToLast()
    {
        var known = IsFromMemory && Cause is not null ? Cause : Reply;
        return new(known.Entry.Id, known.Code, known.Status?.ToString(), Reply.Text, Host, Address?.ToString(), Stage);
    }
}
