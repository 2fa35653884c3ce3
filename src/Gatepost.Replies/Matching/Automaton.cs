using Gatepost.Replies.Compiled;

namespace Gatepost.Replies.Matching;

/// <summary>Finds all of many literals in one pass over a text (Aho and Corasick, 1975).</summary>
/// <remarks>Time grows with the length of the text and the number of finds only. Immutable once built.</remarks>
internal sealed class Automaton
{
    private const int DirectRoot = 0x500;

    /// <summary>So many edges are looked at one by one.</summary>
    private const int FewEdges = 4;

    // Node n has the edges EdgeStart[n] up to EdgeStart[n + 1]; few nodes but the first have more than three.
    internal readonly MappedTable<int> EdgeStart;
    internal readonly MappedTable<char> EdgeLetter;
    internal readonly MappedTable<int> EdgeTarget;
    internal readonly MappedTable<int> Fallback;
    internal readonly MappedTable<int> RootTarget;

    // The literal that ends at a node, and the nearest fallback node at which another one ends.
    internal readonly MappedTable<int> LiteralAt;
    internal readonly MappedTable<int> NextWithLiteral;

    /// <summary>As the build compiled it.</summary>
    /// <param name="catalogue">Where it is.</param>
    /// <param name="first">The first of its seven tables.</param>
    public Automaton(CompiledCatalogue catalogue, Section first)
    {
        EdgeStart = catalogue.Table<int>(first);
        EdgeLetter = catalogue.Table<char>(first + 1);
        EdgeTarget = catalogue.Table<int>(first + 2);
        Fallback = catalogue.Table<int>(first + 3);
        RootTarget = catalogue.Table<int>(first + 4);
        LiteralAt = catalogue.Table<int>(first + 5);
        NextWithLiteral = catalogue.Table<int>(first + 6);
    }

    /// <param name="literals">Distinct and not empty; a find gives the index in this list.</param>
    public Automaton(IReadOnlyList<string> literals)
    {
        var children = new List<SortedDictionary<char, int>> { new() };
        var ends = new List<int> { -1 };
        for (int index = 0; index < literals.Count; index++)
        {
            int node = 0;
            foreach (char letter in literals[index])
            {
                if (!children[node].TryGetValue(letter, out int next))
                {
                    next = children.Count;
                    children[node].Add(letter, next);
                    children.Add([]);
                    ends.Add(-1);
                }

                node = next;
            }

            ends[node] = index;
        }

        LiteralAt = MappedTable<int>.Of([.. ends]);
        (EdgeStart, EdgeLetter, EdgeTarget, RootTarget) = Edges(children);
        (Fallback, NextWithLiteral) = Links(children);
    }

    /// <summary>Walks one character on from a state; states begin at 0.</summary>
    public int Step(int state, char letter)
    {
        while (true)
        {
            if (state == 0)
                return letter < DirectRoot ? RootTarget[letter] : Math.Max(0, Child(0, letter));
            int next = Child(state, letter);
            if (next >= 0)
                return next;
            state = Fallback[state];
        }
    }

    /// <summary>The first literal that ends at this state, -1 for none; go on with <see cref="Next"/>.</summary>
    public int First(int state, out int cursor)
    {
        cursor = LiteralAt[state] >= 0 ? state : NextWithLiteral[state];
        return cursor == 0 ? -1 : LiteralAt[cursor];
    }

    /// <summary>The next literal that ends at the same place, -1 for none.</summary>
    public int Next(ref int cursor)
    {
        cursor = NextWithLiteral[cursor];
        return cursor == 0 ? -1 : LiteralAt[cursor];
    }

    private int Child(int node, char letter)
    {
        int from = EdgeStart[node], to = EdgeStart[node + 1];
        if (to - from > FewEdges)
        {
            int at = EdgeLetter.All[from..to].IndexOf(letter);
            return at < 0 ? -1 : EdgeTarget[from + at];
        }

        for (int edge = from; edge < to; edge++)
            if (EdgeLetter[edge] == letter)
                return EdgeTarget[edge];
        return -1;
    }

    private static (MappedTable<int> Start, MappedTable<char> Letter, MappedTable<int> Target, MappedTable<int> Root) Edges(
        List<SortedDictionary<char, int>> children)
    {
        int[] start = new int[children.Count + 1], target = new int[children.Count - 1], root = new int[DirectRoot];
        char[] letters = new char[children.Count - 1];
        int edge = 0;
        for (int node = 0; node < children.Count; node++)
        {
            start[node] = edge;
            foreach (var (letter, next) in children[node])
            {
                (letters[edge], target[edge]) = (letter, next);
                edge++;
                if (node == 0 && letter < DirectRoot)
                    root[letter] = next;
            }
        }

        start[children.Count] = edge;
        return (MappedTable<int>.Of(start), MappedTable<char>.Of(letters), MappedTable<int>.Of(target), MappedTable<int>.Of(root));
    }

    private (MappedTable<int> Fallback, MappedTable<int> NextWithLiteral) Links(List<SortedDictionary<char, int>> children)
    {
        int[] fallback = new int[children.Count], next = new int[children.Count];
        var waiting = new Queue<int>(children[0].Values);
        while (waiting.TryDequeue(out int node))
        {
            foreach (var (letter, child) in children[node])
            {
                int state = fallback[node];
                while (state != 0 && Child(state, letter) < 0)
                    state = fallback[state];
                fallback[child] = Math.Max(0, Child(state, letter));
                next[child] = LiteralAt[fallback[child]] >= 0 ? fallback[child] : next[fallback[child]];
                waiting.Enqueue(child);
            }
        }

        return (MappedTable<int>.Of(fallback), MappedTable<int>.Of(next));
    }
}
