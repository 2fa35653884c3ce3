namespace Gatepost.Replies.Matching;

/// <summary>Finds families in a sentence: what happened, and of the things named near it the nearest that it can happen to.</summary>
internal sealed class FamilyMatcher
{
    /// <summary>What a comma or colon between two words counts, in characters.</summary>
    private const int SoftBreak = 10;

    /// <summary>By how many characters a word is preferred to a value: "sender 192.0.2.1 is blacklisted" is about the sender.</summary>
    private const int ValueBehindWord = 40;

    /// <summary>
    /// The same for a thing that the word for what happened names itself: "take no mail with attachments" is about these.
    /// </summary>
    private const int InnerBehindWord = 12;

    /// <summary>How near before a word "not" has to be to negate it.</summary>
    private const int NegationReach = 14;

    private readonly Lexicon lexicon;
    private readonly Family[] families;
    private readonly List<int>[] familiesOfEvent;
    private readonly bool[] isNegation, isGuess;
    private readonly int perhaps;
    private readonly int address, host, ip, url;

    public FamilyMatcher(Lexicon lexicon, IReadOnlyList<Family> all)
    {
        this.lexicon = lexicon;
        families = [.. all];
        (address, host, ip, url) = (
            lexicon.Class("value-address"), lexicon.Class("value-host"), lexicon.Class("value-ip"), lexicon.Class("value-url"));
        int negation = lexicon.Class("not"), condition = lexicon.Class("condition");
        perhaps = lexicon.Class("perhaps");
        lexicon.Compile();
        lexicon.Sort(families);
        familiesOfEvent = new List<int>[lexicon.Count];
        isNegation = new bool[lexicon.Count];
        isGuess = new bool[lexicon.Count];
        (isNegation[negation], isGuess[perhaps], isGuess[condition]) = (true, true, true);
        for (int i = 0; i < familiesOfEvent.Length; i++)
            familiesOfEvent[i] = [];
        for (int i = 0; i < families.Length; i++)
            foreach (int what in families[i].What)
                familiesOfEvent[what].Add(i);
    }

    /// <summary>A family that a text belongs to, and the words for it.</summary>
    /// <param name="Family">Its number.</param>
    /// <param name="Start">Where the words begin, in the plain text.</param>
    /// <param name="End">Where they end.</param>
    /// <param name="IsGuess">It is said to be possible only ("perhaps the user does not exist").</param>
    public readonly record struct FamilyHit(int Family, int Start, int End, bool IsGuess);

    public Family this[int number] => families[number];

    /// <summary>Whether a word is in the text that only mail has.</summary>
    /// <param name="text">Folded.</param>
    public bool IsAboutMail(ReadOnlySpan<char> text)
    {
        Span<Lexicon.Find> finds = stackalloc Lexicon.Find[Lexicon.MaxFinds];
        foreach (var find in finds[..lexicon.FindAll(text, finds)])
            if (lexicon.MailClasses.Contains(find.Class))
                return true;
        return false;
    }

    /// <param name="text">Plain.</param>
    /// <param name="values">What was taken out of it.</param>
    /// <param name="first">The first digit of code or status, 0 for none.</param>
    /// <param name="hits">At least <see cref="Lexicon.MaxFinds"/> places.</param>
    /// <param name="guesses">Where "perhaps" and similar words are; what follows in the sentence is no statement.</param>
    /// <param name="guessed">How many of them there are.</param>
    public int Find(
        ReadOnlySpan<char> text, ReadOnlySpan<Value> values, int first, Span<FamilyHit> hits, Span<int> guesses, out int guessed)
    {
        guessed = 0;
        Span<Lexicon.Find> finds = stackalloc Lexicon.Find[Lexicon.MaxFinds + PlainText.MaxValues];
        int count = lexicon.FindAll(text, finds);
        if (count == 0)
            return 0;
        foreach (var value in values)
            if (ClassOf(value.Kind) is >= 0 and var number)
                finds[count++] = new Lexicon.Find(number, Math.Min(value.At, text.Length), Math.Min(value.At, text.Length));
        var all = finds[..count];

        int found = 0;
        foreach (var what in all)
        {
            if (what.Class == perhaps && guessed < guesses.Length)
                guesses[guessed++] = what.End;
            if (familiesOfEvent[what.Class].Count == 0 || found == hits.Length || IsNegated(text, all, what))
                continue;
            if (Nearest(text, all, what, first) is { } hit)
                hits[found++] = hit;
        }

        return found;
    }

    private bool IsValue(int number) => number == address || number == host || number == ip || number == url;

    private int ClassOf(ValueKind kind) => kind switch
    {
        ValueKind.Address => address,
        ValueKind.Host => host,
        ValueKind.Ip => ip,
        ValueKind.Url => url,
        _ => -1,
    };

    /// <summary>The family of the nearest object; one that asks for none counts as the farthest.</summary>
    private FamilyHit? Nearest(ReadOnlySpan<char> text, ReadOnlySpan<Lexicon.Find> finds, Lexicon.Find what, int first)
    {
        int bestDistance = int.MaxValue;
        FamilyHit? best = null;
        foreach (int number in familiesOfEvent[what.Class])
        {
            var family = families[number];
            if (family.Class != 0 && first != 0 && family.Class != first)
                continue;
            if (family.Objects.Length == 0)
            {
                if (best is null && Company(text, finds, what, what, family))
                    (best, bestDistance) = (new FamilyHit(number, what.Start, what.End, IsGuessed(text, finds, what)), 10_000);
                continue;
            }

            foreach (var named in finds)
            {
                // One and the same word is not both what happened and what it happened to.
                if (!family.Objects.Contains(named.Class)
                    || (named.Start == what.Start && named.End == what.End)
                    || (family.Order == FamilyOrder.EventFirst && named.Start < what.End)
                    || (family.Order == FamilyOrder.ObjectFirst && named.Start > what.Start))
                    continue;
                int distance = Distance(text, what, named);
                int rank = distance + (IsValue(named.Class) ? ValueBehindWord : named.IsInner ? InnerBehindWord : 0);
                if (distance > family.Near || rank >= bestDistance || !Company(text, finds, what, named, family))
                    continue;
                bestDistance = rank;
                best = new FamilyHit(
                    number, Math.Min(what.Start, named.Start), Math.Max(what.End, named.End), IsGuessed(text, finds, what));
            }
        }

        return best;
    }

    /// <summary>Whether the words that a family wants beside its own are in the sentence, and no others.</summary>
    private static bool Company(
        ReadOnlySpan<char> text, ReadOnlySpan<Lexicon.Find> finds, Lexicon.Find what, Lexicon.Find named, Family family)
    {
        foreach (int needed in family.With)
        {
            bool isThere = false;
            foreach (var find in finds)
                isThere |= find.Class == needed && find.Start != named.Start && !find.IsInner && InSentence(text, what, find);
            if (!isThere)
                return false;
        }

        foreach (int unwanted in family.Without)
            foreach (var find in finds)
                if (find.Class == unwanted && !find.IsInner && InSentence(text, what, find))
                    return false;
        return true;
    }

    private static bool InSentence(ReadOnlySpan<char> text, Lexicon.Find one, Lexicon.Find other) => Distance(text, one, other) < 120;

    /// <summary>
    /// Characters between two words, more if a comma or colon separates them, none within one; without end where a sentence ends
    /// between.
    /// </summary>
    private static int Distance(ReadOnlySpan<char> text, Lexicon.Find one, Lexicon.Find other)
    {
        var (left, right) = one.Start <= other.Start ? (one, other) : (other, one);
        if (right.Start <= left.End)
            return 0;
        var between = text[left.End..right.Start];
        int distance = between.Length;
        for (int i = 0; i < between.Length; i++)
        {
            switch (between[i])
            {
                case '.' or '!' or '?' or ';' when i + 1 == between.Length || between[i + 1] == ' ':
                case '。':
                    return int.MaxValue;
                case ',' or ':' or '、' or '，':
                    distance += SoftBreak;
                    break;
                case >= '\u2E80':
                    distance++;
                    break;
            }
        }

        return distance;
    }

    private bool IsNegated(ReadOnlySpan<char> text, ReadOnlySpan<Lexicon.Find> finds, Lexicon.Find what)
    {
        foreach (var find in finds)
            if (isNegation[find.Class] && find.Start < what.Start && find.End <= what.Start && Distance(text, find, what) <= NegationReach)
                return true;
        return false;
    }

    /// <summary>"Perhaps", "if", "please check that": what follows in the sentence is no statement.</summary>
    private bool IsGuessed(ReadOnlySpan<char> text, ReadOnlySpan<Lexicon.Find> finds, Lexicon.Find what)
    {
        foreach (var find in finds)
            if (isGuess[find.Class] && find.End <= what.Start && Distance(text, find, what) < 60)
                return true;
        return false;
    }
}
