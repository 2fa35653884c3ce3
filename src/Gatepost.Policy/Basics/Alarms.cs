using System.Collections.Concurrent;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Basics;

/// <summary>Something that wants an admin's eye: raised once, however often it is met, until it is over.</summary>
/// <param name="Key">Names the thing: <c>dnsbl:zen.example</c>.</param>
/// <param name="Since">When it was first met.</param>
/// <param name="Text">What is wrong and what was done about it, one line.</param>
public sealed record Alarm(string Key, DateTimeOffset Since, Finding Text);

/// <summary>The alarms that are on.</summary>
/// <param name="journal">Gets one event when an alarm is raised and one when it is over; null for none.</param>
public sealed class Alarms(IJournal? journal, TimeProvider time) : IAlarms
{
    /// <summary>More together have one cause; further keys are not kept.</summary>
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<string, Alarm> on = new(StringComparer.Ordinal);

    /// <summary>An alarm was raised, or (true) is over. Called where that was found out: must not wait.</summary>
    public event Action<Alarm, bool>? Changed;

    public IReadOnlyList<Alarm> On => [.. on.Values.OrderBy(alarm => alarm.Since)];

    public void Raise(string key, Finding text)
    {
        if (on.ContainsKey(key) || on.Count >= Most)
            return;
        var alarm = new Alarm(key, time.GetUtcNow(), text);
        if (!on.TryAdd(key, alarm))
            return;
        journal?.Report(time, OurEvidence.AlarmRaised.Say(key, text));
        Changed?.Invoke(alarm, false);
    }

    public void Clear(string key)
    {
        if (!on.TryRemove(key, out var alarm))
            return;
        journal?.Report(time, OurEvidence.AlarmOver.Say(key, alarm.Since));
        Changed?.Invoke(alarm, true);
    }
}
