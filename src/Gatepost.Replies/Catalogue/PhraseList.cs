using Gatepost.Replies.Compiled;
using Gatepost.Replies.Matching;

namespace Gatepost.Replies.Catalogue;

/// <summary>Phrases that are looked for together, without regard to case, accents, quotes and line breaks.</summary>
/// <remarks>
/// <c>{}</c> matches up to <see cref="MaxGap"/> characters of one sentence. A phrase does not begin or end inside a word unless <c>%</c>
/// is at that end. Filled while its files are read, then only asked.
/// </remarks>
public sealed class PhraseList
{
    /// <summary>Longest run of characters that <c>{}</c> matches.</summary>
    public const int MaxGap = 60;

    /// <summary>Of a line that begins with a phrase no more is looked at.</summary>
    private const int LongestLine = 400;

    internal readonly List<Phrase> Phrases = [];
    private readonly Lock sync = new();
    private volatile LetterSlots<Phrase>? index;

    internal sealed record Phrase(string[] Pieces, bool FreeStart, bool FreeEnd);

    internal PhraseList()
    {
    }

    /// <summary>As the build compiled it.</summary>
    internal PhraseList(CompiledCatalogue catalogue, PhraseListRecord list)
    {
        var phrases = catalogue.Table<ListedPhraseRecord>(Section.ListedPhrases);
        for (int i = 0; i < list.PhraseCount; i++)
        {
            var phrase = phrases[list.FirstPhrase + i];
            Phrases.Add(new Phrase(catalogue.Texts(phrase.Pieces), (phrase.Flags & 1) != 0, (phrase.Flags & 2) != 0));
        }
    }

    /// <summary>Adds phrases.</summary>
    /// <returns>The first that is too short to be one, or null.</returns>
    internal string? Add(IEnumerable<string> texts)
    {
        string? bad = null;
        foreach (string text in texts)
        {
            string[] pieces = [.. text.Trim('%').Split("{}").Select(piece => Normaliser.Fold(piece).Trim()).Where(piece =>
                piece.Length > 0)];
            if (!pieces.Any(piece => piece.Length > 1 || piece[0] >= '\u2E80'))
                bad ??= text;
            else
                Phrases.Add(new Phrase(pieces, text.StartsWith('%'), text.EndsWith('%')));
        }

        index = null;
        return bad;
    }

    /// <summary>Whether one of the phrases is in the text.</summary>
    public bool IsIn(FoldedText text) => Find(text, 0, out _, out _) >= 0;

    /// <inheritdoc cref="IsIn(FoldedText)"/>
    public bool IsIn(ReadOnlySpan<char> text) => !text.IsEmpty && IsIn(FoldedText.Of(text));

    /// <summary>Does the text begin with one of the phrases?</summary>
    public bool Begins(ReadOnlySpan<char> text) => Begins(text, out int rest) && rest >= 0;

    /// <summary>Is the text a line that one of the phrases announces: the phrase, and nothing behind it unless it ends in
    /// <c>%</c>?</summary>
    /// <param name="text">What is looked at.</param>
    /// <param name="rest">Characters of the text behind the phrase.</param>
    public bool Announces(ReadOnlySpan<char> text, out int rest) => Begins(text, out rest, whole: true);

    private bool Begins(ReadOnlySpan<char> text, out int rest, bool whole = false)
    {
        rest = -1;
        if (text.IsEmpty || Phrases.Count == 0)
            return false;
        var known = Made().At(Normaliser.Fold(text[0]));
        if (known.IsEmpty)
            return false;
        var folded = FoldedText.Of(text[..Math.Min(text.Length, LongestLine)]);
        foreach (var phrase in known)
        {
            if (EndOf(phrase, folded.Letters, 0) is not (var end and >= 0))
                continue;
            if (whole && !phrase.FreeEnd && HasLetters(folded.Letters[end..]))
                continue;
            rest = folded.Letters.Length - end;
            return true;
        }

        return false;
    }

    private static bool HasLetters(ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
            if (char.IsLetter(letter))
                return true;
        return false;
    }

    /// <summary>Does the text end with one of the phrases?</summary>
    public bool EndsIn(ReadOnlySpan<char> text) => Ends(text, int.MaxValue);

    /// <summary>Does the text end with one of the phrases, and hold at most <paramref name="before"/> characters before it?</summary>
    public bool Ends(ReadOnlySpan<char> text, int before)
    {
        if (text.IsEmpty || Phrases.Count == 0)
            return false;
        var heads = Made();
        var letters = FoldedText.Of(text).Letters;
        for (int at = heads.Next(letters, 0); at >= 0 && at <= before; at = heads.Next(letters, at + 1))
        {
            foreach (var phrase in heads.At(letters[at]))
                if (EndOf(phrase, letters, at) == letters.Length)
                    return true;
        }

        return false;
    }

    /// <summary>How often phrases are in the text, at most <paramref name="most"/>; phrases that overlap count once.</summary>
    public int Count(ReadOnlySpan<char> text, int most)
    {
        var folded = FoldedText.Of(text);
        int count = 0;
        for (int from = 0; count < most && Find(folded, from, out int end, out _) >= 0; from = end)
            count++;
        return count;
    }

    /// <summary>Where the first phrase is in the text as it was before folding, or -1.</summary>
    /// <param name="text">What is searched.</param>
    /// <param name="length">Characters of the original text from the first letter to the last.</param>
    public int Find(FoldedText text, out int length)
    {
        length = 0;
        if (Find(text, 0, out int end, out int at) < 0)
            return -1;
        int start = text.OriginOf(at);
        length = text.OriginOf(end - 1) + 1 - start;
        return start;
    }

    private int Find(FoldedText text, int from, out int end, out int at)
    {
        end = at = -1;
        if (Phrases.Count == 0)
            return -1;
        var heads = Made();
        var letters = text.Letters;
        for (at = heads.Next(letters, from); at >= 0; at = heads.Next(letters, at + 1))
        {
            foreach (var phrase in heads.At(letters[at]))
                if (EndOf(phrase, letters, at) is var found and >= 0)
                {
                    end = found;
                    return at;
                }
        }

        return at = -1;
    }

    private LetterSlots<Phrase> Made()
    {
        if (index is { } made)
            return made;
        lock (sync)
        {
            return index ??= new LetterSlots<Phrase>(Phrases, phrase => phrase.Pieces[0]);
        }
    }

    /// <summary>The place behind the phrase where it is at <paramref name="at"/>, or -1.</summary>
    private static int EndOf(Phrase phrase, ReadOnlySpan<char> text, int at)
    {
        string head = phrase.Pieces[0];
        if (text.Length - at < head.Length || text[at] != head[0] || (head.Length > 1 && text[at + 1] != head[1])
            || !text[at..].StartsWith(head, StringComparison.Ordinal) || (!phrase.FreeStart && InsideWord(text, at)))
            return -1;
        int end = at + head.Length;
        for (int i = 1; i < phrase.Pieces.Length; i++)
        {
            string piece = phrase.Pieces[i];
            var window = text[end..Math.Min(text.Length, end + MaxGap + piece.Length)];
            int found = window.IndexOf(piece, StringComparison.Ordinal);
            if (found < 0 || EndsSentence(window[..found]))
                return -1;
            end += found + piece.Length;
        }

        return phrase.FreeEnd || !InsideWord(text, end) ? end : -1;
    }

    private static bool EndsSentence(ReadOnlySpan<char> gap) => gap.IndexOf(". ", StringComparison.Ordinal) >= 0
        || gap.ContainsAny('。', '！', '!');

    private static bool InsideWord(ReadOnlySpan<char> text, int at) =>
        at > 0 && at < text.Length && Normaliser.IsWordLetter(text[at - 1]) && Normaliser.IsWordLetter(text[at]);
}
