namespace Gatepost.Explain.Text;

/// <summary>Searches for words without regard to case. The framework's own search is slow where it runs without culture data, as we
/// do.</summary>
internal static class WordSearch
{
    /// <summary>First place of <paramref name="word"/>, or -1.</summary>
    public static int Find(this ReadOnlySpan<char> text, string word)
    {
        char lower = char.ToLowerInvariant(word[0]), upper = char.ToUpperInvariant(word[0]);
        int from = 0;
        while (true)
        {
            int next = text[from..].IndexOfAny(lower, upper);
            if (next < 0 || text.Length - from - next < word.Length)
                return -1;
            from += next;
            if (text.Slice(from, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase))
                return from;
            from++;
        }
    }

    public static bool Holds(this ReadOnlySpan<char> text, string word) => text.Find(word) >= 0;

    public static bool Holds(this string text, string word) => text.AsSpan().Find(word) >= 0;
}
