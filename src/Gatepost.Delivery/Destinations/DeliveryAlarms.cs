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

        if (result.Recipients.FirstOrDefault(NamedHost.IsAlarming) is { } wrong)
        {
            string key = KeyOf(destination);
            raised[key] = 0;
            alarms.Raise(key, OurEvidence.NextHostAlarm.Say(destination.ToString(), wrong.Reply.Text));
        }
        else if (!raised.IsEmpty && result.Recipients.Any(recipient => recipient.Outcome == Outcome.Delivered))
        {
            Clear(KeyOf(destination));
        }
    }

    /// <summary>A disk that fails makes every mailbox fail: some are named, and each alarm is a mail to the postmaster.</summary>
    private void NoteMailbox(Destination destination, AttemptResult result)
    {
        string key = "mailbox:" + destination.Name;
        if (result.Recipients.FirstOrDefault(each =>
            each.Reply.Entry == DeliveryReplies.MaildirFailed || each.Reply.Entry == DeliveryReplies.DeliveryDiskFull) is { } unwritten)
        {
            if (raised.Keys.Count(known => known.StartsWith("mailbox:", StringComparison.Ordinal)) >= MostMailboxes)
                return;
            raised[key] = 0;
            alarms!.Raise(key, OurEvidence.NextHostAlarm.Say(destination.ToString(), unwritten.Reply.Text));
        }
        else if (!raised.IsEmpty && result.Recipients.Any(each => each.Outcome == Outcome.Delivered))
        {
            Clear(key);
        }
    }

    private void NoteBody(QueuedMessage message, AttemptResult result)
    {
        string key = "message:" + message.QueueId;
        if (result.Recipients.FirstOrDefault(each => each.Reply.Entry == DeliveryReplies.BodyUnreadable) is { } unreadable)
        {
            raised[key] = 0;
            alarms!.Raise(key, OurEvidence.MessageUnreadable.Say(message.QueueId, unreadable.Reply.Text));
        }
        else if (!raised.IsEmpty && result.Recipients.Count > 0)
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
