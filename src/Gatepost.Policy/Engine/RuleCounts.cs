using System.Collections.Concurrent;

namespace Gatepost.Policy.Engine;

/// <summary>How often each rule refused or would have. Rules are few, so this stays small.</summary>
public sealed class RuleCounts
{
    private readonly ConcurrentDictionary<(string Rule, bool Warned), StrongBox> counts = new();

    /// <summary>Rule, whether it only warned, and how often, in the order of names.</summary>
    public IReadOnlyList<(string Rule, bool Warned, long Count)> All =>
        [.. counts.Select(pair => (pair.Key.Rule, pair.Key.Warned, Interlocked.Read(ref pair.Value.Count)))
            .OrderBy(count => count.Rule, StringComparer.Ordinal)];

    internal void Refused(string rule) => Add(rule, warned: false);

    internal void Warned(string rule) => Add(rule, warned: true);

    private void Add(string rule, bool warned) =>
        Interlocked.Increment(ref counts.GetOrAdd((rule, warned), static _ => new StrongBox()).Count);

    private sealed class StrongBox
    {
        public long Count;
    }
}
