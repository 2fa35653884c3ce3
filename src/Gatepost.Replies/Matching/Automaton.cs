namespace Gatepost.Replies.Matching;

/// <summary>Finds all of many literals in one pass over a text (Aho and Corasick, 1975).</summary>
/// <remarks>Time grows with the length of the text and the number of finds only. Immutable once built.</remarks>
internal sealed class Automaton
{
    private const int DirectRoot = 0x500;

    // Node n has the edges edgeStart[n] up to edgeStart[n + 1]; few nodes but the first have more than three.
    private readonly int[] edgeStart;
    private readonly char[] edgeLetter;
    private readonly int[] edgeTarget;
    private readonly int[] fallback;
    private readonly int[] rootTarget = new int[DirectRoot];

    // The literal that ends at a node, and the nearest fallback node at which another one ends.
    private readonly int[] literalAt;
    private readonly int[] nextWithLiteral;

    /// <param name="literals">Distinct and not empty; a find tells the index in this list.</param>
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

        literalAt = [.. ends];
        edgeStart = new int[children.Count + 1];
        edgeLetter = new char[children.Count - 1];
        edgeTarget = new int[children.Count - 1];
        int edge = 0;
        for (int node = 0; node < children.Count; node++)
        {
            edgeStart[node] = edge;
            foreach (var (letter, target) in children[node])
            {
                (edgeLetter[edge], edgeTarget[edge]) = (letter, target);
                edge++;
                if (node == 0 && letter < DirectRoot)
                    rootTarget[letter] = target;
            }
        }

        edgeStart[children.Count] = edge;
        fallback = new int[children.Count];
        nextWithLiteral = new int[children.Count];
        LinkFallbacks(children);
    }

    /// <summary>Walks one character on from a state; states begin at 0.</summary>
    public int Step(int state, char letter)
    {
        while (true)
        {
            if (state == 0)
                return letter < DirectRoot ? rootTarget[letter] : Math.Max(0, Child(0, letter));
            int next = Child(state, letter);
            if (next >= 0)
                return next;
            state = fallback[state];
        }
    }

    /// <summary>The first literal that ends at this state, -1 for none; go on with <see cref="Next"/>.</summary>
    public int First(int state, out int cursor)
    {
        cursor = literalAt[state] >= 0 ? state : nextWithLiteral[state];
        return cursor == 0 ? -1 : literalAt[cursor];
    }

    /// <summary>The next literal that ends at the same place, -1 for none.</summary>
    public int Next(ref int cursor)
    {
        cursor = nextWithLiteral[cursor];
        return cursor == 0 ? -1 : literalAt[cursor];
    }

    private int Child(int node, char letter)
    {
        for (int edge = edgeStart[node]; edge < edgeStart[node + 1]; edge++)
        {
            if (edgeLetter[edge] == letter)
                return edgeTarget[edge];
        }

        return -1;
    }

    private void LinkFallbacks(List<SortedDictionary<char, int>> children)
    {
        var waiting = new Queue<int>(children[0].Values);
        while (waiting.TryDequeue(out int node))
        {
            foreach (var (letter, child) in children[node])
            {
                int state = fallback[node];
                while (state != 0 && Child(state, letter) < 0)
                    state = fallback[state];
                fallback[child] = Math.Max(0, Child(state, letter));
                nextWithLiteral[child] = literalAt[fallback[child]] >= 0 ? fallback[child] : nextWithLiteral[fallback[child]];
                waiting.Enqueue(child);
            }
        }
    }
}
