namespace Gatepost.Policy.Basics;

/// <summary>"Did you mean?"</summary>
public static class Spelling
{
    /// <summary>The word nearest to what was written; null if none is near enough to be meant.</summary>
    public static string? Nearest(string written, IEnumerable<string> words)
    {
        string? nearest = null;
        int least = Math.Max(1, written.Length / 3) + 1;
        foreach (string word in words)
        {
            int distance = Distance(written.ToLowerInvariant().Replace('_', '-'), word);
            if (distance < least)
                (nearest, least) = (word, distance);
        }

        return nearest;
    }

    /// <summary>Single-letter insertions, removals, changes and swaps of neighbours that turn one word into the other.</summary>
    public static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
            table[i, 0] = i;
        for (int j = 0; j <= to.Length; j++)
            table[0, j] = j;

        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int change = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[from.Length, to.Length];
    }
}
