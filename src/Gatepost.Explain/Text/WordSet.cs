using Gatepost.Replies.Matching;

namespace Gatepost.Explain.Text;

/// <summary>Words that are looked for together, without regard to case.</summary>
/// <remarks>
/// The framework's search for several words falls back to a slow one where they are many or not all ASCII; each place is here looked
/// at only one time.
/// </remarks>
internal sealed class WordSet
{
    private readonly LetterSlots<string> words;

    public WordSet(params ReadOnlySpan<string> words)
    {
        var upper = new List<string>(words.Length);
        foreach (string word in words)
            upper.Add(word.ToUpperInvariant());
        this.words = new LetterSlots<string>(upper, word => word);
    }

    public bool IsIn(ReadOnlySpan<char> text) => IndexIn(text) >= 0;

    /// <summary>Where the first of the words begins, or -1.</summary>
    public int IndexIn(ReadOnlySpan<char> text)
    {
        char letter = text.IsEmpty ? '\0' : char.ToUpperInvariant(text[0]);
        for (int at = 0; at < text.Length; at++)
        {
            char next = at + 1 < text.Length ? char.ToUpperInvariant(text[at + 1]) : '\0';
            if (words.Begin(letter, next))
                foreach (string word in words.At(letter))
                    if (text[at..].StartsWith(word, StringComparison.OrdinalIgnoreCase))
                        return at;
            letter = next;
        }

        return -1;
    }
}
