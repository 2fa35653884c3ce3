namespace Gatepost.Replies.Matching;

/// <summary>Words of many languages by what they stand for: "blocked", "gesperrt" and "заблокирован" are one class.</summary>
/// <remarks>
/// A word is written as in a <see cref="Pattern"/>: <c>(a|b)</c> for choices, <c>%</c> at an end where it may go on, as with endings:
/// <c>заблокирован%</c>.
/// Immutable once compiled.
/// </remarks>
internal sealed class Lexicon
{
    /// <summary>Most words that are looked at in one text; hostile ones hold nothing else.</summary>
    public const int MaxFinds = 96;

    private readonly List<string> classes = [];
    private readonly Dictionary<string, int> literalNumbers = new(StringComparer.Ordinal);
    private readonly List<List<Meaning>> meanings = [];
    private readonly List<int> lengths = [];
    private Automaton? automaton;

    private readonly record struct Meaning(int Class, bool FreeStart, bool FreeEnd);

    /// <summary>A word of a class, with its place in the text.</summary>
    public readonly record struct Find(int Class, int Start, int End);

    /// <summary>How many classes there are.</summary>
    public int Count => classes.Count;

    /// <summary>The number of a class, a new one where the name is not known.</summary>
    public int Class(string name)
    {
        int known = classes.IndexOf(name);
        if (known < 0)
            classes.Add(name);
        return known < 0 ? classes.Count - 1 : known;
    }

    /// <summary>The name of a class.</summary>
    public string NameOf(int number) => classes[number];

    /// <summary>The number of a class, -1 where no word was given for it.</summary>
    public int FindClass(string name) => classes.IndexOf(name);

    /// <exception cref="FormatException">The word is too short, or stands for too many.</exception>
    public void Add(int number, string word)
    {
        foreach (string written in Alternatives.Expand(word.Trim()))
        {
            bool freeStart = written.StartsWith('%'), freeEnd = written.EndsWith('%');
            string literal = Normaliser.Fold(written.Trim('%'));
            if (literal.Length < 2)
                throw new FormatException($"\"{word}\" must hold at least 2 given characters");
            Put(literal, new Meaning(number, freeStart, freeEnd));

            // NOSUCHUSER, recipientNotFound: the words of a name are written without spaces.
            if (literal.Length >= 7 && literal.Contains(' '))
                Put(literal.Replace(" ", "", StringComparison.Ordinal)
                    .Replace("'", "", StringComparison.Ordinal), new Meaning(number, freeStart, freeEnd));
        }
    }

    public void Compile() => automaton = new Automaton([.. literalNumbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)]);

    /// <summary>Finds the words of a text, in the order in which they end; a word inside a longer one is left out.</summary>
    /// <param name="text">Folded, and plain (see <see cref="PlainText"/>).</param>
    /// <param name="finds">At least <see cref="MaxFinds"/> places.</param>
    public int FindAll(ReadOnlySpan<char> text, Span<Find> finds)
    {
        if (automaton is null || literalNumbers.Count == 0)
            return 0;
        Span<Find> halves = stackalloc Find[16];
        int found = 0, half = 0, state = 0;
        for (int i = 0; i < text.Length && found < MaxFinds; i++)
        {
            state = automaton.Step(state, text[i]);
            for (int literal = automaton.First(state, out int cursor); literal >= 0; literal = automaton.Next(ref cursor))
                foreach (var meaning in meanings[literal])
                {
                    int start = i + 1 - lengths[literal], end = i + 1;
                    bool starts = meaning.FreeStart || IsBoundary(text, start), ends = meaning.FreeEnd || IsBoundary(text, end);
                    var find = new Find(meaning.Class, start, meaning.FreeEnd ? EndOfWord(text, end) : end);
                    if (starts && ends && found < MaxFinds)
                        found = Keep(finds, found, find);
                    else if (starts && half < halves.Length)
                        halves[half++] = find;
                    else if (ends && Joined(halves[..half], start) is { } first && found + 1 < MaxFinds)
                        found = Keep(finds, Keep(finds, found, first), find);
                }
        }

        return found;
    }

    /// <summary>The word before this one, where both are written as one: <c>nosuch</c> before <c>user</c>.</summary>
    private static Find? Joined(ReadOnlySpan<Find> halves, int start)
    {
        foreach (var half in halves)
            if (half.End == start && half.End - half.Start >= 4)
                return half;
        return null;
    }

    /// <summary>Puts a find behind the others and drops what it holds: "address" in "sender address".</summary>
    private static int Keep(Span<Find> finds, int found, Find find)
    {
        int kept = found;
        while (kept > 0 && finds[kept - 1].Start >= find.Start && finds[kept - 1].End <= find.End
            && finds[kept - 1].End - finds[kept - 1].Start < find.End - find.Start)
            kept--;
        for (int i = 0; i < kept; i++)
            if (finds[i].Start <= find.Start && finds[i].End >= find.End && finds[i].End - finds[i].Start > find.End - find.Start)
                return found;
        finds[kept] = find;
        return kept + 1;
    }

    private void Put(string literal, Meaning meaning)
    {
        if (!literalNumbers.TryGetValue(literal, out int number))
        {
            literalNumbers.Add(literal, number = meanings.Count);
            meanings.Add([]);
            lengths.Add(literal.Length);
        }

        if (!meanings[number].Contains(meaning))
            meanings[number].Add(meaning);
    }

    /// <summary>A stem stands for the whole word, so that the word as written in another class does not hide it.</summary>
    private static int EndOfWord(ReadOnlySpan<char> text, int at)
    {
        while (at > 0 && at < text.Length && !IsBoundary(text, at))
            at++;
        return at;
    }

    private static bool IsBoundary(ReadOnlySpan<char> text, int at) =>
        at <= 0 || at >= text.Length || !Normaliser.IsWordLetter(text[at - 1]) || !Normaliser.IsWordLetter(text[at]);
}
