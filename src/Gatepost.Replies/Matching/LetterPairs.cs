namespace Gatepost.Replies.Matching;

/// <summary>Where one of several words may begin, found by two letters: most places of a text are passed over at one look.</summary>
/// <remarks>A place that is named is to be compared; one that is not named holds none of the words.</remarks>
public sealed class LetterPairs
{
    /// <summary>Words that begin with letters of one slot are tried together.</summary>
    public const int Slots = 128;

    // A row for each first letter, a bit in it for each second one; letters of one remainder share them.
    private readonly ulong[] rows = new ulong[Slots];

    /// <param name="words">None of them empty; in the spelling in which the letters of the text will be given.</param>
    public LetterPairs(IEnumerable<string> words)
    {
        foreach (string word in words)
            rows[SlotOf(word[0])] |= word.Length == 1 ? ulong.MaxValue : 1UL << (word[1] & 63);
    }

    /// <summary>The slot of a first letter, below <see cref="Slots"/>.</summary>
    public static int SlotOf(char first) => first & (Slots - 1);

    /// <summary>May a word begin with these two letters?</summary>
    public bool Begin(char first, char second) => ((rows[SlotOf(first)] >> (second & 63)) & 1) != 0;

    /// <summary>The first place from <paramref name="at"/> on at which a word may begin, or -1.</summary>
    public int Next(ReadOnlySpan<char> text, int at)
    {
        for (; at < text.Length - 1; at++)
            if (Begin(text[at], text[at + 1]))
                return at;
        return at == text.Length - 1 && Begin(text[at], '\0') ? at : -1;
    }
}
