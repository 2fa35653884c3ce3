using Gatepost.Replies.Compiled;

namespace Gatepost.Replies.Matching;

/// <summary>Words of many languages by what they mean: "blocked", "gesperrt" and "заблокирован" are one class.</summary>
/// <remarks>
/// A word is written as in a <see cref="Pattern"/>: <c>(a|b)</c> for choices, <c>%</c> at an end where it may go on, as with endings:
/// <c>заблокирован%</c>.
/// Immutable once compiled.
/// </remarks>
/// <param name="compiled">The words that come with the program; null for none.</param>
internal sealed class Lexicon(CompiledCatalogue? compiled = null)
{
    /// <summary>Most words that are looked at in one text; hostile ones hold nothing else.</summary>
    public const int MaxFinds = 96;

    internal readonly List<string> Classes = compiled is null ? [] : [.. compiled.Texts(compiled.Table<int>(Section.WordClasses)[0])];

    /// <summary>Classes whose words alone make a text one about mail: "sender", "greylisted", "PTR".</summary>
    internal readonly SortedSet<int> MailClasses = compiled is null ? [] : [.. compiled.List(compiled.Table<int>(Section.MailClasses)[0])];

    /// <summary>What the files add, each pair once, in the order of the words.</summary>
    internal readonly List<(string Literal, Meaning Meaning)> Added = [];

    private readonly HashSet<(string, Meaning)> known = [];
    private MappedTable<Meaning> added;
    internal LiteralIndex? AddedIndex;

    private readonly LiteralIndex? index = compiled is null ? null : new LiteralIndex(compiled, Section.WordIndex);
    private readonly MappedTable<Meaning> meanings = compiled?.Table<Meaning>(Section.WordMeanings) ?? default;

    /// <summary>What a word means, and where a longer word may hold it.</summary>
    internal readonly record struct Meaning(int Class, int Length, int Free)
    {
        public bool FreeStart => (Free & 1) != 0;

        public bool FreeEnd => (Free & 2) != 0;
    }

    /// <summary>A word of a class, with its place in the text.</summary>
    /// <param name="Class">What it means.</param>
    /// <param name="Start">Where it begins.</param>
    /// <param name="End">Where it ends.</param>
    /// <param name="IsInner">It is part of a longer word for what happened: "mailbox" in "mailbox full".</param>
    public readonly record struct Find(int Class, int Start, int End, bool IsInner = false);

    /// <summary>Classes of what happened, and those that are only ever what it happened to; by class.</summary>
    private bool[] isEvent = [], isObject = [];

    /// <summary>Tells which classes are events and which are objects, after the families are known.</summary>
    public void Sort(IReadOnlyList<Family> families)
    {
        (isEvent, isObject) = (new bool[Count], new bool[Count]);
        foreach (var family in families)
        {
            foreach (int what in family.What)
                isEvent[what] = true;
            foreach (int named in family.Objects)
                isObject[named] = true;
        }

        for (int i = 0; i < Count; i++)
            isObject[i] &= !isEvent[i];
    }

    /// <summary>How many classes there are.</summary>
    public int Count => Classes.Count;

    /// <summary>The number of a class, a new one where the name is not known.</summary>
    public int Class(string name)
    {
        int known = Classes.IndexOf(name);
        if (known < 0)
            Classes.Add(name);
        return known < 0 ? Classes.Count - 1 : known;
    }

    /// <summary>The number of a class, -1 where no word was given for it.</summary>
    public int FindClass(string name) => Classes.IndexOf(name);

    /// <exception cref="FormatException">The word is too short, or expands to too many.</exception>
    public void Add(int number, string word)
    {
        foreach (string written in Alternatives.Expand(word.Trim()))
        {
            bool freeStart = written.StartsWith('%'), freeEnd = written.EndsWith('%');
            string literal = Normaliser.Fold(written.Trim('%'));
            if (literal.Length < 2)
                throw new FormatException($"\"{word}\" must hold at least 2 given characters");
            Put(literal, number, freeStart, freeEnd);

            // NOSUCHUSER, recipientNotFound: the words of a name are written without spaces.
            if (literal.Length >= 7 && literal.Contains(' '))
                Put(literal.Replace(" ", "", StringComparison.Ordinal)
                    .Replace("'", "", StringComparison.Ordinal), number, freeStart, freeEnd);
        }
    }

    /// <summary>After the last word was added.</summary>
    public void Compile()
    {
        if (Added.Count == 0)
            return;
        AddedIndex = new LiteralIndex(Added.Select(pair => pair.Literal), 0);
        added = MappedTable<Meaning>.Of([.. Added.Select(pair => pair.Meaning)]);
    }

    /// <summary>Finds the words of a text, in the order in which they end; a word inside a longer one is left out.</summary>
    /// <param name="text">Folded, and plain (see <see cref="PlainText"/>).</param>
    /// <param name="finds">At least <see cref="MaxFinds"/> places.</param>
    public int FindAll(ReadOnlySpan<char> text, Span<Find> finds)
    {
        Span<Find> halves = stackalloc Find[16];
        int found = 0, half = 0, state = 0, addedState = 0;
        for (int i = 0; i < text.Length && found < MaxFinds; i++)
        {
            if (index is not null)
            {
                state = index.Automaton.Step(state, text[i]);
                found = Take(index, meanings, state, text, i + 1, finds, found, halves, ref half);
            }

            if (AddedIndex is not null)
            {
                addedState = AddedIndex.Automaton.Step(addedState, text[i]);
                found = Take(AddedIndex, added, addedState, text, i + 1, finds, found, halves, ref half);
            }
        }

        return found;
    }

    /// <summary>Takes the words that end at one place.</summary>
    private int Take(
        LiteralIndex index, MappedTable<Meaning> meanings, int state, ReadOnlySpan<char> text, int end, Span<Find> finds, int found,
        Span<Find> halves, ref int half)
    {
        for (int literal = index.Automaton.First(state, out int cursor); literal >= 0; literal = index.Automaton.Next(ref cursor))
            foreach (int number in index.Of(literal))
            {
                var meaning = meanings[number];
                int start = end - meaning.Length;
                bool starts = meaning.FreeStart || IsBoundary(text, start), ends = meaning.FreeEnd || IsBoundary(text, end);
                var find = new Find(meaning.Class, start, meaning.FreeEnd ? EndOfWord(text, end) : end);
                if (starts && ends && found < MaxFinds)
                    found = Keep(finds, found, find);
                else if (starts && half < halves.Length)
                    halves[half++] = find;
                else if (ends && Joined(halves[..half], start) is { } first && found + 1 < MaxFinds)
                    found = Keep(finds, Keep(finds, found, first), find);
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
    private int Keep(Span<Find> finds, int found, Find find)
    {
        int first = found;
        while (first > 0 && IsIn(finds[first - 1], find))
            first--;
        int kept = first;
        for (int i = first; i < found; i++)
            if (IsNamedBy(find, finds[i]))
                finds[kept++] = finds[i] with { IsInner = true };
        for (int i = 0; i < kept; i++)
        {
            if (!IsIn(find, finds[i]))
                continue;
            if (!IsNamedBy(finds[i], find))
                return kept;
            find = find with { IsInner = true };
        }

        finds[kept] = find;
        return kept + 1;
    }

    private static bool IsIn(Find one, Find other) =>
        other.Start <= one.Start && other.End >= one.End && other.End - other.Start > one.End - one.Start;

    /// <summary>Whether a word for what happened names by itself what it happened to: "mailbox full".</summary>
    private bool IsNamedBy(Find happened, Find named) =>
        happened.Class < isEvent.Length && isEvent[happened.Class] && named.Class < isObject.Length && isObject[named.Class];

    private void Put(string literal, int number, bool freeStart, bool freeEnd)
    {
        var meaning = new Meaning(number, literal.Length, (freeStart ? 1 : 0) | (freeEnd ? 2 : 0));
        if (known.Add((literal, meaning)))
            Added.Add((literal, meaning));
    }

    /// <summary>A stem matches the whole word, so that the word as written in another class does not hide it.</summary>
    private static int EndOfWord(ReadOnlySpan<char> text, int at)
    {
        while (at > 0 && at < text.Length && !IsBoundary(text, at))
            at++;
        return at;
    }

    private static bool IsBoundary(ReadOnlySpan<char> text, int at) =>
        at <= 0 || at >= text.Length || !Normaliser.IsWordLetter(text[at - 1]) || !Normaliser.IsWordLetter(text[at]);
}
