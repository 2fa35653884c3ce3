namespace Gatepost.Replies.Matching;

/// <summary>
/// A wording to be found anywhere in a text: literal words and gaps, no alternatives, no repetition, so no backtracking.
/// </summary>
/// <remarks>
/// <c>{}</c> matches anything of limited length, <c>{digits}</c> for one or more digits, <c>{word}</c> for a run without spaces that may
/// be empty. <c>^</c> at the start and <c>$</c> at the end tie it to the ends of the reply. Upper and lower case, accents, and the number
/// of spaces do not matter. It does not begin or end inside a word, unless <c>%</c> is at that end: <c>переполнен%</c>.
/// </remarks>
internal sealed class Pattern
{
    /// <summary>Longest run of characters that <c>{}</c> matches in a provider's own wording.</summary>
    public const int MaxGap = 160;

    /// <summary>The same in general words, which must not reach into the next sentence.</summary>
    public const int ShortGap = 48;

    /// <summary>Shortest literal that a pattern must hold: less would match by accident.</summary>
    public const int MinLiteral = 3;

    internal readonly Part[] Parts;
    internal readonly bool AtStart, AtEnd, FreeStart, FreeEnd;
    internal readonly int AnyGap;

    /// <summary>Help may follow one of our own replies, see <see cref="Reply.Adding"/>.</summary>
    private bool IsTemplate => AnyGap == int.MaxValue;

    /// <summary>Of parts that were read before.</summary>
    internal Pattern(Part[] parts, bool atStart, bool atEnd, bool freeStart, bool freeEnd, int anyGap)
    {
        (Parts, AtStart, AtEnd, FreeStart, FreeEnd, AnyGap) = (parts, atStart, atEnd, freeStart, freeEnd, anyGap);
        for (int i = 1; i < parts.Length; i++)
        {
            if (parts[i].Literal.Length > parts[Key].Literal.Length)
                Key = i;
        }

        LiteralLength = parts.Sum(part => part.Literal.Length);
    }

    internal enum Gap
    {
        None,
        Any,
        Digits,
        Word,
    }

    /// <summary>A literal and what comes before it.</summary>
    internal readonly record struct Part(Gap Before, string Literal);

    /// <summary>The part whose literal the automaton looks for: the longest.</summary>
    private int Key { get; }

    public string KeyLiteral => Parts[Key].Literal;

    /// <summary>How many characters are given: the more, the more particular the wording.</summary>
    public int LiteralLength { get; }

    /// <summary>True for one literal without a space, which might as well be part of an address or a host name.</summary>
    public bool IsSingleWord => Parts.Length == 1 && !Parts[0].Literal.Contains(' ');

    /// <summary>A single word of a script that puts spaces between words, without digits: "blocked".</summary>
    public bool IsPlainWord => IsSingleWord && Parts[0].Literal.All(letter => char.IsLetter(letter) && letter < 0x2E80);

    /// <summary>
    /// 0 to 60: how unlikely another server says the same. A word with digits is a provider's own code, particular however short.
    /// </summary>
    public int Particularity => IsSingleWord && Parts[0].Literal.Any(char.IsAsciiDigit) ? 60 : Math.Min(LiteralLength, 60);

    /// <summary>Reads a pattern as a dialect file has it.</summary>
    /// <param name="source">The wording.</param>
    /// <param name="maxGap">Longest run of characters that <c>{}</c> matches.</param>
    /// <exception cref="FormatException">What is wrong and what to write instead.</exception>
    public static Pattern Parse(string source, int maxGap = MaxGap)
    {
        string rest = source.Trim();
        bool atStart = rest.StartsWith('^'), atEnd = rest.Length > 1 && rest.EndsWith('$');
        rest = rest[(atStart ? 1 : 0)..^(atEnd ? 1 : 0)];
        bool freeStart = rest.StartsWith('%'), freeEnd = rest.Length > 1 && rest.EndsWith('%');
        rest = rest[(freeStart ? 1 : 0)..^(freeEnd ? 1 : 0)];

        var parts = Split(rest, source);
        if (!parts.Any(part => part.Literal.Length >= MinLiteral || (part.Literal.Length == 2 && part.Literal[0] >= '\u2E80')))
            throw new FormatException($"\"{source}\" must hold at least {MinLiteral} given characters in a row");
        return new Pattern([.. parts], atStart, atEnd, freeStart || atStart, freeEnd || atEnd, maxGap);
    }

    /// <summary>Tries the pattern where its key literal was found.</summary>
    /// <param name="text">Folded.</param>
    /// <param name="keyStart">Where the key literal begins.</param>
    /// <param name="coreStart">Where the reply itself begins within the text.</param>
    /// <param name="coreEnd">Where it ends.</param>
    /// <param name="start">Where the match begins.</param>
    /// <param name="end">Where it ends.</param>
    public bool Matches(ReadOnlySpan<char> text, int keyStart, int coreStart, int coreEnd, out int start, out int end)
    {
        start = keyStart;
        end = keyStart + Parts[Key].Literal.Length;
        for (int i = Key; i > 0; i--)
        {
            start = Before(text, start, Parts[i].Before, Parts[i - 1].Literal, AtStart && i == 1 ? coreStart : -1);
            if (start < 0)
                return false;
        }

        for (int i = Key + 1; i < Parts.Length; i++)
        {
            end = After(text, end, Parts[i].Before, Parts[i].Literal, i == Parts.Length - 1 ? coreEnd : -1);
            if (end < 0)
                return false;
        }

        bool ended = end == coreEnd || (IsTemplate && end < text.Length && text[end] == ' ');
        if ((AtStart && start != coreStart) || (AtEnd && !ended))
            return false;
        return (FreeStart || IsBoundary(text, start)) && (FreeEnd || IsBoundary(text, end));
    }

    private int Before(ReadOnlySpan<char> text, int start, Gap gap, string literal, int mustStart)
    {
        int from = start;
        switch (gap)
        {
            case Gap.Digits:
                while (from > 0 && char.IsAsciiDigit(text[from - 1]))
                    from--;
                return from < start && text[..from].EndsWith(literal) ? from - literal.Length : -1;
            case Gap.Word:
                int wordStart = from;
                while (wordStart > 0 && text[wordStart - 1] != ' ')
                    wordStart--;
                int within = text[Math.Max(0, wordStart - literal.Length)..start].LastIndexOf(literal);
                return within < 0 ? -1 : Math.Max(0, wordStart - literal.Length) + within;
            default:
                if (mustStart >= 0)
                    return mustStart + literal.Length <= start && text[mustStart..].StartsWith(literal) ? mustStart : -1;
                int low = IsTemplate ? 0 : Math.Max(0, start - AnyGap - literal.Length);
                int found = text[low..start].LastIndexOf(literal);
                return found < 0 ? -1 : low + found;
        }
    }

    private int After(ReadOnlySpan<char> text, int end, Gap gap, string literal, int last)
    {
        int to = end;
        switch (gap)
        {
            case Gap.Digits:
                while (to < text.Length && char.IsAsciiDigit(text[to]))
                    to++;
                return to > end && text[to..].StartsWith(literal) ? to + literal.Length : -1;
            case Gap.Word:
                int wordEnd = to;
                while (wordEnd < text.Length && text[wordEnd] != ' ')
                    wordEnd++;
                int within = text[end..Math.Min(text.Length, wordEnd + literal.Length)].IndexOf(literal);
                return within < 0 ? -1 : end + within + literal.Length;
            default:
                if (last >= 0 && IsTemplate)
                {
                    int latest = text[end..Math.Max(end, last)].LastIndexOf(literal);
                    return latest < 0 ? -1 : end + latest + literal.Length;
                }

                if (last >= 0 && AtEnd)
                    return last - literal.Length >= end && text[..last].EndsWith(literal) ? last : -1;
                int high = IsTemplate ? text.Length : Math.Min(text.Length, end + AnyGap + literal.Length);
                int found = text[end..high].IndexOf(literal);
                return found < 0 ? -1 : end + found + literal.Length;
        }
    }

    /// <summary>True if no word goes on across this place.</summary>
    private static bool IsBoundary(ReadOnlySpan<char> text, int at) =>
        at <= 0 || at >= text.Length || !Normaliser.IsWordLetter(text[at - 1]) || !Normaliser.IsWordLetter(text[at]);

    private static List<Part> Split(string source, string whole)
    {
        var parts = new List<Part>();
        var gap = Gap.None;
        int at = 0;
        while (at <= source.Length)
        {
            int open = source.IndexOf('{', at);
            string literal = Normaliser.Fold(open < 0 ? source[at..] : source[at..open]);
            if (literal.Length > 0)
                parts.Add(new Part(gap, literal));
            else if (open < 0 || gap != Gap.None || parts.Count == 0)
                throw new FormatException(
                    $"\"{whole}\" must begin and end with given characters, and two placeholders need some between them");
            if (open < 0)
                return parts;

            int close = source.IndexOf('}', open);
            gap = (close < 0 ? "" : source[(open + 1)..close]) switch
            {
                "" when close > 0 => Gap.Any,
                "digits" => Gap.Digits,
                "word" => Gap.Word,
                _ => throw new FormatException($"\"{whole}\" holds a placeholder that is none of {{}}, {{digits}} and {{word}}"),
            };
            at = close + 1;
        }

        return parts;
    }
}
