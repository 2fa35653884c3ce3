using System.Collections.Concurrent;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Destinations;

/// <summary>
/// Raises an alarm while a host of the configuration refuses us, while a mailbox cannot be written, and while a stored message cannot be
/// read; ends it with the first message that goes through.
/// </summary>
internal sealed class DeliveryAlarms(IAlarms? alarms)
{
    private const int MostMailboxes = 20;

    /// <summary>What the key of a mailbox begins with.</summary>
    private const string Mailbox = "mailbox:";

    private readonly ConcurrentDictionary<string, byte> raised = new(StringComparer.Ordinal);

    public void Note(Destination destination, QueuedMessage message, AttemptResult result)
    {
        if (alarms is null)
            return;
        NoteBody(message, result);
        if (destination.Kind == DestinationKind.Maildir)
            NoteMailbox(destination, result);
        if (!NamedHost.Is(destination))
            return;
        var wrong = result.Recipients.FirstOrDefault(NamedHost.IsAlarming);
        Note(KeyOf(destination), wrong is null ? null : OurEvidence.NextHostAlarm.Say(destination.ToString(), wrong.Reply.Text),
            IsDelivered(result));
    }

    /// <summary>A disk that fails makes every mailbox fail: some are named, and each alarm is a mail to the postmaster.</summary>
    private void NoteMailbox(Destination destination, AttemptResult result)
    {
        var unwritten = Find(result, DeliveryReplies.MaildirFailed, DeliveryReplies.DeliveryDiskFull);
        if (unwritten is not null && raised.Keys.Count(known => known.StartsWith(Mailbox, StringComparison.Ordinal)) >= MostMailboxes)
            return;
        Note(Mailbox + destination.Name,
            unwritten is null ? null : OurEvidence.NextHostAlarm.Say(destination.ToString(), unwritten.Reply.Text), IsDelivered(result));
    }

    private void NoteBody(QueuedMessage message, AttemptResult result)
    {
        var unreadable = Find(result, DeliveryReplies.BodyUnreadable);
        Note("message:" + message.QueueId,
            unreadable is null ? null : OurEvidence.MessageUnreadable.Say(message.QueueId, unreadable.Reply.Text),
            result.Recipients.Count > 0);
    }

    private static RecipientResult? Find(AttemptResult result, params ReadOnlySpan<ReplyEntry> entries)
    {
        foreach (var recipient in result.Recipients)
            if (entries.Contains(recipient.Reply.Entry))
                return recipient;
        return null;
    }

    private static bool IsDelivered(AttemptResult result) => result.Recipients.Any(recipient => recipient.Outcome == Outcome.Delivered);

    /// <summary>Raises an alarm, or ends it.</summary>
    /// <param name="key">Under which it is known.</param>
    /// <param name="wrong">Null if nothing is wrong.</param>
    /// <param name="isOver">Whether that is certain, so that an alarm about it ends.</param>
    private void Note(string key, Finding? wrong, bool isOver)
    {
        if (wrong is not null)
        {
            raised[key] = 0;
            alarms!.Raise(key, wrong);
        }
        else if (isOver && !raised.IsEmpty)
        {
            Clear(key);
        }
    }

    /// <summary>With a new configuration what was wrong may be right, or the host may be gone.</summary>
    public void ClearAll()
    {
        foreach (string key in raised.Keys)
            Clear(key);
    }

    private void Clear(string key)
    {
        if (raised.TryRemove(key, out _))
            alarms!.Clear(key);
    }

    private static string KeyOf(Destination destination) => $"next-host:{destination}";
}
