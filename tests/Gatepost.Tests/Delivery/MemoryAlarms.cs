using System.Collections.Concurrent;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Tests.Delivery;

/// <summary>Alarms that are on, in memory.</summary>
internal sealed class MemoryAlarms : IAlarms
{
    public ConcurrentDictionary<string, Finding> On { get; } = [];

    public void Raise(string key, Finding text) => On[key] = text;

    public void Clear(string key) => On.TryRemove(key, out _);
}
