namespace Gatepost.Replies.Compiled;

/// <summary>The tables of the compiled catalogue, in the order of the file.</summary>
internal enum Section
{
    StringStarts,
    StringLetters,
    Lists,
    Languages,
    Texts,
    Words,
    Dialects,
    Entries,
    Providers,
    Domains,
    Phrases,
    Parts,

    /// <summary>An index of literals takes its own places from here on.</summary>
    PhraseIndex,

    /// <summary>The same for the words of families.</summary>
    WordIndex = PhraseIndex + SectionPlaces.OfIndex,
    WordClasses = WordIndex + SectionPlaces.OfIndex,
    WordMeanings,

    /// <summary>One list: the classes of words that only mail has.</summary>
    MailClasses,
    Families,
    PhraseLists,
    ListedPhrases,
    Count,
}

/// <summary>How many sections follow each other.</summary>
internal static class SectionPlaces
{
    /// <summary>Tables of one index: seven of its automaton, two of what a literal means.</summary>
    public const int OfIndex = 9;
}
