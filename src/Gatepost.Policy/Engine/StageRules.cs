using System.Collections.Concurrent;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Policy.Engine;

/// <summary>The rules of one stage at one kind of listener, and what it is called when some of them had nothing to object.</summary>
/// <remarks>
/// Which rules were silent and which did not apply is one of few patterns, so each pattern's evidence is made once and shared: a pass costs
/// no allocation.
/// </remarks>
internal sealed class StageRules
{
    /// <summary>Patterns kept; clients can choose some of them, so further ones are made each time.</summary>
    private const int Most = 1_024;

    public static readonly StageRules Empty = new([]);

    private readonly BoundRule[] rules;
    private readonly ConcurrentDictionary<(ulong Silent, ulong Exempt), Verdict> known = new();

    public StageRules(BoundRule[] rules)
    {
        // The bits of a ulong. The rules are ours, never the configuration's, so the first test with a 65th finds this.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rules.Length, 64);
        this.rules = rules;
    }

    public int Count => rules.Length;

    public BoundRule this[int index] => rules[index];

    /// <summary>A pass that says which rules objected to nothing and which were not asked.</summary>
    /// <param name="silent">Bit by bit, the rules that judged and had nothing to record.</param>
    /// <param name="exempt">The rules that were not asked about this client.</param>
    public Verdict PassSilently(ulong silent, ulong exempt)
    {
        if ((silent | exempt) == 0)
            return Verdict.Unremarkable;
        if (known.TryGetValue((silent, exempt), out var verdict))
            return verdict;

        verdict = Make(silent, exempt);
        if (known.Count < Most)
            known.TryAdd((silent, exempt), verdict);
        return verdict;
    }

    private Verdict Make(ulong silent, ulong exempt)
    {
        var facts = new List<Fact>(2);
        if (silent != 0)
            facts.Add(OurFacts.NoObjection.Is(Names(silent)));
        if (exempt != 0)
            facts.Add(OurFacts.NotAsked.Is(Names(exempt)));
        return Verdict.PassSilently(facts);
    }

    private string[] Names(ulong which) => [.. rules.Where((_, i) => (which >> i & 1) != 0).Select(rule => rule.Rule.Name)];
}
