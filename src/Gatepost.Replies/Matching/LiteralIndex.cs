using Gatepost.Replies.Compiled;

namespace Gatepost.Replies.Matching;

/// <summary>Literals and what each of them belongs to, by number: phrases of which it is the key, meanings of a word.</summary>
internal sealed class LiteralIndex
{
    internal readonly MappedTable<int> Starts;
    internal readonly MappedTable<int> Numbers;

    /// <summary>As the build compiled it.</summary>
    public LiteralIndex(CompiledCatalogue catalogue, Section first)
    {
        Automaton = new Automaton(catalogue, first);
        Starts = catalogue.Table<int>(first + 7);
        Numbers = catalogue.Table<int>(first + 8);
    }

    /// <param name="literals">The literal of each number; several numbers may share one.</param>
    /// <param name="first">The number of the first.</param>
    public LiteralIndex(IEnumerable<string> literals, int first)
    {
        var groups = literals.Select((literal, index) => (literal, Number: first + index))
            .GroupBy(pair => pair.literal, pair => pair.Number, StringComparer.Ordinal).ToList();
        Automaton = new Automaton([.. groups.Select(group => group.Key)]);
        int total = 0;
        Starts = MappedTable<int>.Of([0, .. groups.Select(group => total += group.Count())]);
        Numbers = MappedTable<int>.Of([.. groups.SelectMany(group => group)]);
    }

    public Automaton Automaton { get; }

    /// <summary>What a literal belongs to.</summary>
    public ReadOnlySpan<int> Of(int literal) => Numbers.All[Starts[literal]..Starts[literal + 1]];
}
