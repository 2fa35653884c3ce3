using System.Buffers;

namespace Gatepost.Replies.Matching;

/// <summary>Every phrase that is known, compiled into one automaton; finds what a text says.</summary>
/// <remarks>
/// One pass over the text, then each place where a phrase's longest literal is found is looked at one time. No backtracking.
/// </remarks>
internal sealed class PatternMatcher
{
    /// <summary>Characters of a reply that are read: a cause comes early, and hostile replies are long.</summary>
    public const int MaxExamined = 16 * 1024;

    /// <summary>
    /// What a wording of ours weighs when another server says it: less than an entry made for that server, more than loose words.
    /// </summary>
    private const int CommonWording = 110;

    /// <summary>
    /// A condition of our client with fewer characters given leaves the cause to its values: "connect to {path}: {cause}".
    /// </summary>
    private const int LeastCommonWording = 20;

    private const int MaxHits = 128;
    private const int OnStack = 1024;

    /// <summary>From this weight on a provider's wording decides alone: families weigh up to 90, a status adds 30.</summary>
    private const int DecidingWeight = 136;

    /// <summary>From this length on a provider's wording is found around values too.</summary>
    private const int LongWording = 20;

    /// <summary>What a family counts that is only said to be possible.</summary>
    private const int GuessWeight = 15;

    private readonly PhraseTable phrases;
    private readonly LiteralIndex[] indexes;
    private readonly Providers providers;
    private readonly FamilyMatcher families;

    /// <param name="phrases">All of them.</param>
    /// <param name="indexes">Their key literals: those of the program, and those of files.</param>
    /// <param name="families">Asked if no phrase decides alone.</param>
    /// <param name="providers">Who is meant by a host name.</param>
    public PatternMatcher(PhraseTable phrases, LiteralIndex[] indexes, FamilyMatcher families, Providers providers) =>
        (this.phrases, this.indexes, this.families, this.providers) = (phrases, indexes, families, providers);

    /// <summary>The phrase or family of a vote.</summary>
    public Wording this[in Vote vote] => vote.Best <= phrases.Count ? phrases[vote.Best - 1] : families[vote.Best - 1 - phrases.Count];

    /// <inheritdoc cref="FamilyMatcher.IsAboutMail"/>
    public bool IsAboutMail(ReadOnlySpan<char> text) => families.IsAboutMail(text);

    private readonly record struct Hit(int Phrase, int Start, int End);

    /// <summary>Who is known to speak: providers as bits, and whether it is a Gatepost.</summary>
    private readonly record struct Speaker(ulong Providers, bool IsOurs);

    /// <summary>What a text says, the best first; false if its words say nothing.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="reading">Code, status and extent of the reply within it.</param>
    /// <param name="remoteHost">Who spoke, if known.</param>
    /// <param name="isOurs">True if our own wordings are ours; otherwise they are a known wording that many servers have.</param>
    /// <param name="votes">One place for each reason and one more; filled with what speaks for each.</param>
    public void Listen(ReadOnlySpan<char> text, in ReplyReading reading, string? remoteHost, bool isOurs, Span<Vote> votes)
    {
        if (text.Length > MaxExamined)
            text = text[..MaxExamined];

        char[]? rentedText = null;
        int[]? rentedOrigins = null;
        int room = (2 * text.Length) + PlainText.Room;
        Span<char> letters = room <= OnStack ? stackalloc char[OnStack] : (rentedText = ArrayPool<char>.Shared.Rent(room));
        Span<int> places = room <= OnStack ? stackalloc int[OnStack] : (rentedOrigins = ArrayPool<int>.Shared.Rent(room));
        int length = Normaliser.Fold(text, letters, places, reading.Code);
        var folded = letters[..length];
        var origins = places[..length];

        Span<Hit> hits = stackalloc Hit[MaxHits];
        int found = Find(folded, origins, reading, hits);
        ulong speakers = providers.OfHost(remoteHost);
        foreach (var hit in hits[..found])
            if (phrases[hit.Phrase].IsMark)
                speakers |= 1UL << phrases[hit.Phrase].Provider;

        MatchPlainText(
            text, folded, origins, reading, letters[length..], places[length..], hits[..found], new Speaker(speakers, isOurs), votes);
        if (rentedText is not null)
            ArrayPool<char>.Shared.Return(rentedText);
        if (rentedOrigins is not null)
            ArrayPool<int>.Shared.Return(rentedOrigins);
    }

    /// <summary>
    /// The same again without addresses, numbers, hosts and links, which break no phrase; then the families; then all votes are
    /// counted.
    /// </summary>
    private void MatchPlainText(
        ReadOnlySpan<char> text, ReadOnlySpan<char> folded, ReadOnlySpan<int> origins, in ReplyReading reading,
        Span<char> plainRoom, Span<int> placeRoom, ReadOnlySpan<Hit> hits, Speaker speaker, Span<Vote> votes)
    {
        Span<Value> values = stackalloc Value[PlainText.MaxValues];
        Span<Hit> plainHits = stackalloc Hit[MaxHits];
        Span<FamilyMatcher.FamilyHit> met = stackalloc FamilyMatcher.FamilyHit[Lexicon.MaxFinds];
        int coreStart = Place(origins, reading.CoreStart), coreEnd = Math.Max(coreStart, Place(origins, reading.CoreEnd));
        if (IsPlainEnough(hits, speaker))
        {
            Count(hits, origins, speaker, default, votes);
            return;
        }

        int length = PlainText.Read(
            text, folded[coreStart..coreEnd], origins[coreStart..coreEnd], plainRoom, placeRoom, values, out int taken);
        var plain = plainRoom[..length];
        var places = placeRoom[..length];
        int plainFound = 0;
        bool differs = length > 0 && !plain.SequenceEqual(folded[coreStart..coreEnd].TrimEnd(' '));
        if (differs)
            plainFound = FindWords(plain, places, reading with { CoreStart = places[0], CoreEnd = int.MaxValue }, hits, plainHits);

        Span<int> guesses = stackalloc int[8];
        int guessed = 0;
        int first = reading.Status?.Class ?? (reading.Code is { } code ? code / 100 : 0);
        int families = length == 0 ? 0 : this.families.Find(plain, values[..taken], first, met, guesses, out guessed);
        for (int i = 0; i < guessed; i++)
            guesses[i] = places[Math.Min(guesses[i], length - 1)];
        int kept = 0;
        foreach (var hit in met[..families])
        {
            bool ignored = differs
                ? IsIgnored(plainHits[..plainFound], hit.Start, hit.End)
                : IsIgnored(hits, hit.Start + coreStart, hit.End + coreStart);
            if (!ignored)
                met[kept++] = hit with { Start = places[hit.Start], End = places[hit.End - 1] + 1 };
        }

        Count(hits, origins, speaker, new Sentence(met[..kept], guesses[..guessed]), votes);
        Count(plainHits[..plainFound], places, speaker, new Sentence(met[..kept], guesses[..guessed]), votes);
        foreach (var hit in met[..kept])
        {
            var family = this.families[hit.Family];
            int weight = hit.IsGuess ? Math.Min(family.Weight, GuessWeight) : family.Weight;
            votes[family.ReasonIndex].Add(phrases.Count + 1 + hit.Family, weight, hit.End - hit.Start, hit.Start, hit.End - hit.Start);
        }
    }

    /// <summary>True if a provider's own wording is in the text: no general words can outweigh it.</summary>
    private bool IsPlainEnough(ReadOnlySpan<Hit> hits, Speaker speaker)
    {
        foreach (var hit in hits)
            if (phrases[hit.Phrase] is { Basis: Basis.Dialect, IsMark: false, Weight: >= DecidingWeight } phrase
                && (!phrase.NeedsProvider || (speaker.Providers & (1UL << phrase.Provider)) != 0))
                return true;
        return false;
    }

    /// <summary>What the families know of the sentence, in places of the text given.</summary>
    private readonly ref struct Sentence(ReadOnlySpan<FamilyMatcher.FamilyHit> met, ReadOnlySpan<int> guesses)
    {
        public ReadOnlySpan<FamilyMatcher.FamilyHit> Met { get; } = met;

        private readonly ReadOnlySpan<int> guesses = guesses;

        /// <summary>"Perhaps" comes shortly before.</summary>
        public bool IsGuess(int start)
        {
            foreach (int guess in guesses)
                if (start >= guess && start - guess < 60)
                    return true;
            return false;
        }
    }

    /// <summary>Words that are no provider's own, and longer wordings of providers: a short one may hold an address or a
    /// number.</summary>
    private int FindWords(
        ReadOnlySpan<char> plain, ReadOnlySpan<int> places, in ReplyReading reading,
        ReadOnlySpan<Hit> known, Span<Hit> hits)
    {
        int found = Find(plain, places, reading, hits), kept = 0;
        foreach (var hit in hits[..found])
            if (phrases[hit.Phrase] is { IsMark: false } phrase && (phrase.Basis == Basis.Words
                || (phrase.Basis == Basis.Dialect && phrase.Pattern.LiteralLength >= LongWording && !Holds(known, hit.Phrase))))
                hits[kept++] = hit;
        return kept;
    }

    private static bool Holds(ReadOnlySpan<Hit> hits, int phrase)
    {
        foreach (var hit in hits)
            if (hit.Phrase == phrase)
                return true;
        return false;
    }

    /// <summary>True if a family that looks at the whole sentence knows better what some of the words mean.</summary>
    private bool IsReadByFamily(ReadOnlySpan<FamilyMatcher.FamilyHit> met, int reasonIndex, int start, int end)
    {
        foreach (var hit in met)
            if (families[hit.Family] is { Decides: true } family && family.ReasonIndex != reasonIndex
                && !hit.IsGuess && hit.Start < end && hit.End > start)
                return true;
        return false;
    }

    private bool IsIgnored(ReadOnlySpan<Hit> hits, int start, int end)
    {
        foreach (var hit in hits)
            if (phrases[hit.Phrase] is { ReasonIndex: < 0, IsMark: false } && hit.Start <= start && hit.End >= end)
                return true;
        return false;
    }

    private void Count(ReadOnlySpan<Hit> hits, ReadOnlySpan<int> origins, Speaker speaker, in Sentence sentence, Span<Vote> votes)
    {
        for (int i = 0; i < hits.Length; i++)
        {
            var phrase = phrases[hits[i].Phrase];
            bool known = phrase.Provider >= 0 && (speaker.Providers & (1UL << phrase.Provider)) != 0;
            if (phrase.IsMark || phrase.ReasonIndex < 0 || (phrase.NeedsProvider && !known)
                || IsHidden(hits, hits.Length, i, speaker.IsOurs))
                continue;
            if (phrase.IsCondition && !speaker.IsOurs && phrase.Pattern.LiteralLength < LeastCommonWording)
                continue;
            int start = origins[hits[i].Start], end = origins[hits[i].End - 1] + 1;
            if (phrase.Basis == Basis.Words && IsReadByFamily(sentence.Met, phrase.ReasonIndex, start, end))
                continue;
            int weight = phrase.Basis == Basis.Own && !speaker.IsOurs ? CommonWording : phrase.Weight + (known ? 40 : 0);

            if (phrase.Basis == Basis.Words && sentence.IsGuess(start))
                weight = Math.Min(weight, GuessWeight);

            // Of two replies of ours in one text the one whose words come last holds the other as a value.
            if (phrase.Basis == Basis.Own && speaker.IsOurs)
                weight += 4 * Math.Min(hits[i].End, 1000);
            votes[phrase.ReasonIndex].Add(
                hits[i].Phrase + 1, weight, phrase.Pattern.LiteralLength, start, end - start);
        }
    }

    private int Find(ReadOnlySpan<char> text, ReadOnlySpan<int> origins, in ReplyReading reading, Span<Hit> hits)
    {
        int coreStart = Place(origins, reading.CoreStart), coreEnd = Place(origins, reading.CoreEnd);
        if (coreEnd > coreStart && text[coreEnd - 1] == ' ')
            coreEnd--;

        int found = 0;
        foreach (var index in indexes)
            found = Find(index, text, reading, coreStart, coreEnd, hits, found);
        return found;
    }

    private int Find(
        LiteralIndex index, ReadOnlySpan<char> text, in ReplyReading reading, int coreStart, int coreEnd, Span<Hit> hits, int found)
    {
        var automaton = index.Automaton;
        int state = 0;
        for (int i = 0; i < text.Length; i++)
        {
            state = automaton.Step(state, text[i]);
            for (int literal = automaton.First(state, out int cursor); literal >= 0; literal = automaton.Next(ref cursor))
            {
                foreach (int number in index.Of(literal))
                {
                    var phrase = phrases[number];
                    int keyStart = i + 1 - phrase.Pattern.KeyLiteral.Length;
                    if (!phrase.Fits(reading.Code, reading.Status)
                        || !phrase.Pattern.Matches(text, keyStart, coreStart, coreEnd, out int start, out int end)
                        || (phrase.Basis == Basis.Words
                            && (start >= coreEnd || (phrase.Pattern.IsSingleWord && IsPartOfName(text, start, end)))))
                        continue;
                    if (found == hits.Length)
                        return found;
                    hits[found++] = new Hit(number, start, end);
                }
            }
        }

        return found;
    }

    /// <summary>True if a longer phrase of another meaning holds this one: "not spam" says nothing of spam.</summary>
    private bool IsHidden(ReadOnlySpan<Hit> hits, int found, int which, bool isOurs)
    {
        var mine = hits[which];
        var phrase = phrases[mine.Phrase];
        if (phrase.Basis == Basis.Own || (phrase.Basis == Basis.Dialect && isOurs))
            return false;
        for (int i = 0; i < found; i++)
        {
            // A whole reply in our wording says more than the beginning of it that others use for something else.
            if (phrase.Basis == Basis.Dialect
                && !(phrases[hits[i].Phrase] is { Basis: Basis.Own } own && own.Pattern.LiteralLength > phrase.Pattern.LiteralLength * 2))
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
