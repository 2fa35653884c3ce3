namespace Gatepost.Explain.Text;

/// <summary>
/// Words taken from a <see cref="Passage"/> as one line: folds undone, blanks closed up, every character knowing where it came from.
/// </summary>
internal sealed class Excerpt
{
    private readonly int[] origins;

    private Excerpt(SourceText passage, string text, int[] origins)
    {
        Passage = passage;
        Text = text;
        this.origins = origins;
    }

    public SourceText Passage { get; }

    public string Text { get; }

    public bool IsEmpty => Text.Length == 0;

    /// <summary>Longest stretch that is ever looked at; a cause needs fewer words.</summary>
    public const int Longest = 4096;

    public static Excerpt Empty { get; } = new(SourceText.Of(""), "", []);

    public static Excerpt From(SourceText passage) => From(passage, 0, passage.Text.Length);

    /// <summary>The characters from <paramref name="start"/> up to <paramref name="end"/>, at most <see cref="Longest"/> of them.</summary>
    public static Excerpt From(SourceText passage, int start, int end) => Join(passage, [(start, end)]);

    /// <summary>Several stretches of one passage, one behind the other.</summary>
    public static Excerpt Join(SourceText passage, ReadOnlySpan<(int Start, int End)> stretches)
    {
        int room = 0;
        foreach (var (start, end) in stretches)
            room += Math.Max(0, Math.Min(end, passage.Text.Length) - start) + 1;
        char[] text = new char[Math.Min(room, Longest)];
        int[] origins = new int[text.Length];
        int length = 0;
        bool blank = true;
        foreach (var (start, end) in stretches)
        {
            int stop = Math.Min(Math.Min(end, passage.Text.Length), start + (Longest * 4));
            for (int i = start; i < stop && length < text.Length; i++)
            {
                char c = passage.Text[i];
                if (c == SourceText.Filler)
                    continue;
                bool space = char.IsWhiteSpace(c) || char.IsControl(c);
                if (space && blank)
                    continue;
                if (!space && blank && length > 3 && RepeatedCode(passage.Text.AsSpan(i, stop - i), text.AsSpan(0, length)) is var skip
                    and > 0)
                {
                    i += skip - 1;
                    continue;
                }

                blank = space;
                text[length] = space ? ' ' : c;
                origins[length++] = i;
            }

            if (!blank && length < text.Length)
            {
                text[length] = ' ';
                origins[length] = length == 0 ? start : origins[length - 1];
                length++;
                blank = true;
            }
        }

        while (length > 0 && text[length - 1] == ' ')
            length--;
        return new Excerpt(passage, new string(text, 0, length), origins[..length]);
    }

    /// <summary>
    /// Characters of a code that only repeats the one at the start of a reply of many lines: <c>550-5.1.1 No such user 550 5.1.1 here</c>.
    /// </summary>
    private static int RepeatedCode(ReadOnlySpan<char> here, ReadOnlySpan<char> before)
    {
        if (here.Length < 5 || here[0] is not ('2' or '4' or '5') || !char.IsAsciiDigit(here[1]) || !char.IsAsciiDigit(here[2])
            || here[3] is not ('-' or ' '))
            return 0;

        // The first line of it is known by its dash; without one, "550 550 5.7.1" is no repetition but a stammer.
        Span<char> first = [here[0], here[1], here[2], '-'];
        if (before.IndexOf(first) < 0)
            return 0;
        int length = 4;
        if (Gatepost.Replies.EnhancedStatus.TryReadPrefix(here[4..], out _, out int status))
            length += status;
        return length;
    }

    /// <summary>Part of this quote.</summary>
    public Excerpt Slice(int start, int length)
    {
        while (length > 0 && Text[start] == ' ')
        {
            start++;
            length--;
        }

        while (length > 0 && Text[start + length - 1] == ' ')
            length--;
        return new Excerpt(Passage, Text.Substring(start, length), origins[start..(start + length)]);
    }

    public Excerpt Slice(int start) => Slice(start, Text.Length - start);

    /// <summary>Where that character is in the passage.</summary>
    public int Origin(int index) => origins[index];

    /// <summary>The words as they are in the document, one piece for each line they stretch over.</summary>
    public void AddEvidence(List<Quotation> evidence, int start, int length)
    {
        int at = start, end = Math.Min(start + length, Text.Length);
        while (at < end)
        {
            if (Text[at] == ' ')
            {
                at++;
                continue;
            }

            // A character that replaces an entity is not in the document as such.
            int first = origins[at];
            if (IsMarkup(first))
            {
                at++;
                continue;
            }

            int line = Passage.SourceLineAt(first);
            int last = first;
            for (; at < end && Passage.SourceLineAt(origins[at]) == line && !MarkupBetween(last, origins[at]); at++)
                if (Text[at] != ' ')
                    last = origins[at];
            string words = Passage.Source.Substring(first, last - first + 1);
            evidence.Add(new Quotation(words, Passage.OffsetOf(first), Passage.Part));
        }
    }

    /// <summary>Markup was blanked in between: the words on both sides are two pieces of the document.</summary>
    private bool MarkupBetween(int from, int to)
    {
        for (int i = from; i <= to; i++)
            if (IsMarkup(i))
                return true;
        return false;
    }

    private bool IsMarkup(int index) => !Passage.IsRespelled && Passage.Source[index] != Passage.Text[index];

    public override string ToString() => Text;
}
