using System.Buffers;

namespace Gatepost.Replies.Matching;

/// <summary>Every phrase that is known, compiled into one automaton; finds what a text says.</summary>
/// <remarks>One pass over the text, then each place where a phrase's longest literal stands is looked at once. No backtracking.</remarks>
internal sealed class PatternMatcher
{
    /// <summary>What lies beyond this many characters is not read: a reply says its cause early, and hostile ones are long.</summary>
    public const int MaxExamined = 16 * 1024;

    /// <summary>What a wording of ours weighs in somebody else's mouth: less than an entry made for that server, more than loose words.</summary>
    private const int CommonWording = 110;

    private const int MaxHits = 128;
    private const int OnStack = 1024;

    private readonly Phrase[] phrases;
    private readonly int[][] phrasesOfLiteral;
    private readonly Automaton automaton;
    private readonly Providers providers;

    public PatternMatcher(IReadOnlyList<Phrase> all, Providers providers)
    {
        this.providers = providers;
        phrases = [.. all];
        var groups = Enumerable.Range(0, phrases.Length)
            .GroupBy(index => phrases[index].Pattern.KeyLiteral, StringComparer.Ordinal)
            .ToList();
        phrasesOfLiteral = [.. groups.Select(group => group.ToArray())];
        automaton = new Automaton([.. groups.Select(group => group.Key)]);
    }

    /// <summary>The phrase of a vote.</summary>
    public Phrase this[in Vote vote] => phrases[vote.Best - 1];

    private readonly record struct Hit(int Phrase, int Start, int End);

    /// <summary>What a text says, the best first; false where its words say nothing.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="reading">Code, status and extent of the reply within it.</param>
    /// <param name="remoteHost">Who spoke, if known.</param>
    /// <param name="isOurs">True where our own wordings are ours; otherwise they are a known wording that many servers have.</param>
    /// <param name="votes">One place for each reason and one more; filled with what speaks for each.</param>
    public void Listen(ReadOnlySpan<char> text, in ReplyReading reading, string? remoteHost, bool isOurs, Span<Vote> votes)
    {
        if (text.Length > MaxExamined)
            text = text[..MaxExamined];

        char[]? rentedText = null;
        int[]? rentedOrigins = null;
        Span<char> folded = text.Length <= OnStack ? stackalloc char[OnStack] : (rentedText = ArrayPool<char>.Shared.Rent(text.Length));
        Span<int> origins = text.Length <= OnStack ? stackalloc int[OnStack] : (rentedOrigins = ArrayPool<int>.Shared.Rent(text.Length));
        int length = Normaliser.Fold(text, folded, origins, reading.Code);
        Listen(folded[..length], origins[..length], reading, remoteHost, isOurs, votes);

        if (rentedText is not null)
            ArrayPool<char>.Shared.Return(rentedText);
        if (rentedOrigins is not null)
            ArrayPool<int>.Shared.Return(rentedOrigins);
    }

    private void Listen(ReadOnlySpan<char> text, ReadOnlySpan<int> origins, in ReplyReading reading, string? remoteHost, bool isOurs, Span<Vote> votes)
    {
        Span<Hit> hits = stackalloc Hit[MaxHits];
        int found = Find(text, origins, reading, hits);
        ulong speakers = providers.OfHost(remoteHost);
        foreach (var hit in hits[..found])
        {
            if (phrases[hit.Phrase].IsMark)
                speakers |= 1UL << phrases[hit.Phrase].Provider;
        }

        for (int i = 0; i < found; i++)
        {
            var phrase = phrases[hits[i].Phrase];
            bool known = phrase.Provider >= 0 && (speakers & (1UL << phrase.Provider)) != 0;
            if (phrase.IsMark || phrase.ReasonIndex < 0 || (phrase.NeedsProvider && !known) || IsHidden(hits, found, i, isOurs))
                continue;
            int start = origins[hits[i].Start];
            int weight = phrase.Basis == Basis.Own && !isOurs ? CommonWording : phrase.Weight + (known ? 40 : 0);

            // Of two replies of ours in one text the one whose words come last holds the other as a value.
            if (phrase.Basis == Basis.Own && isOurs)
                weight += 4 * Math.Min(hits[i].End, 1000);
            votes[phrase.ReasonIndex].Add(
                hits[i].Phrase + 1, weight, phrase.Pattern.LiteralLength, start, origins[hits[i].End - 1] + 1 - start);
        }
    }

    private int Find(ReadOnlySpan<char> text, ReadOnlySpan<int> origins, in ReplyReading reading, Span<Hit> hits)
    {
        int coreStart = Place(origins, reading.CoreStart), coreEnd = Place(origins, reading.CoreEnd);
        if (coreEnd > coreStart && text[coreEnd - 1] == ' ')
            coreEnd--;

        int found = 0, state = 0;
        for (int i = 0; i < text.Length; i++)
        {
            state = automaton.Step(state, text[i]);
            for (int literal = automaton.First(state, out int cursor); literal >= 0; literal = automaton.Next(ref cursor))
            {
                foreach (int index in phrasesOfLiteral[literal])
                {
                    var phrase = phrases[index];
                    int keyStart = i + 1 - phrase.Pattern.KeyLiteral.Length;
                    if (!phrase.Fits(reading.Code, reading.Status)
                        || !phrase.Pattern.Matches(text, keyStart, coreStart, coreEnd, out int start, out int end)
                        || (phrase.Basis == Basis.Words && (start >= coreEnd || (phrase.Pattern.IsSingleWord && IsPartOfName(text, start, end)))))
                        continue;
                    if (found == hits.Length)
                        return found;
                    hits[found++] = new Hit(index, start, end);
                }
            }
        }

        return found;
    }

    /// <summary>True where a longer phrase of another meaning holds this one: "not spam" says nothing of spam.</summary>
    private bool IsHidden(ReadOnlySpan<Hit> hits, int found, int which, bool isOurs)
    {
        var mine = hits[which];
        var phrase = phrases[mine.Phrase];
        if (phrase.Basis == Basis.Own || (phrase.Basis == Basis.Dialect && isOurs))
            return false;
        for (int i = 0; i < found; i++)
        {
            // A whole reply in our wording says more than the beginning of it that others use for something else.
            if (phrase.Basis == Basis.Dialect && !(phrases[hits[i].Phrase] is { Basis: Basis.Own } own && own.Pattern.LiteralLength > phrase.Pattern.LiteralLength * 2))
                continue;
            var other = hits[i];
            if (i != which
                && other.Start <= mine.Start && other.End >= mine.End
                && phrases[other.Phrase] is { IsMark: false } longer && longer.Pattern.LiteralLength > phrase.Pattern.LiteralLength
                && longer.ReasonIndex != phrase.ReasonIndex
                && (longer.ReasonIndex < 0 || longer.Basis is Basis.Words or Basis.Own))
                return true;
        }

        return false;
    }

    /// <summary>True inside an address, a link or a host name: <c>spam@example.com</c>.</summary>
    private static bool IsPartOfName(ReadOnlySpan<char> text, int start, int end)
    {
        const string Breaks = " <>()[]\",;";
        int from = start, to = end;
        while (from > 0 && start - from < 80 && !Breaks.Contains(text[from - 1]))
            from--;
        while (to < text.Length && to - end < 80 && !Breaks.Contains(text[to]))
            to++;
        var token = text[from..to];
        if (token.Contains('@') || token.Contains("://", StringComparison.Ordinal))
            return true;
        return token.TrimEnd('.').Count('.') >= 2;
    }

    /// <summary>Where a place of the original text is in the folded one.</summary>
    private static int Place(ReadOnlySpan<int> origins, int original)
    {
        int index = origins.BinarySearch(original);
        return index >= 0 ? index : ~index;
    }
}
