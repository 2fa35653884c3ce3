using System.Collections.Concurrent;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Destinations;

/// <summary>Raises an alarm while a host of the configuration refuses us, and ends it with the first message it takes.</summary>
internal sealed class NextHostAlarms(IAlarms? alarms)
{
    private readonly ConcurrentDictionary<string, byte> raised = new(StringComparer.Ordinal);

    public void Note(Destination destination, AttemptResult result)
    {
        if (alarms is null || !NamedHost.Is(destination))
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
