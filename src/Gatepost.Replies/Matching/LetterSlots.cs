namespace Gatepost.Replies.Matching;

/// <summary>
/// Words, or things that begin with a word, by the slot of their first letter: those that may begin at a place of a text.
/// </summary>
public sealed class LetterSlots<T>
{
    private readonly LetterPairs pairs;
    private readonly T[][] slots = new T[LetterPairs.Slots][];

    /// <param name="items">In the order in which they are tried.</param>
    /// <param name="head">The word an item begins with; not empty, in the spelling in which the letters of the text will be given.</param>
    public LetterSlots(IReadOnlyCollection<T> items, Func<T, string> head)
    {
        pairs = new LetterPairs(items.Select(head));
        Array.Fill(slots, []);
        foreach (var group in items.GroupBy(item => LetterPairs.SlotOf(head(item)[0])))
            slots[group.Key] = [.. group];
    }

    /// <summary>What may begin with a letter.</summary>
    public ReadOnlySpan<T> At(char first) => slots[LetterPairs.SlotOf(first)];

    /// <inheritdoc cref="LetterPairs.Begin"/>
    public bool Begin(char first, char second) => pairs.Begin(first, second);

    /// <inheritdoc cref="LetterPairs.Next"/>
    public int Next(ReadOnlySpan<char> text, int at) => pairs.Next(text, at);
}
