namespace Gatepost.Replies.Matching;

/// <summary>All the ways to say that one thing happened to another: a word for what happened near a word for what it happened to.</summary>
/// <remarks>Words are classes of a <see cref="Lexicon"/>, in any language and any order, with fillers between.</remarks>
internal sealed class Family : Wording
{
    /// <summary>Characters allowed between the two words, where the family does not say.</summary>
    public const int DefaultNear = 44;

    /// <summary>Classes of words for what happened; any of them.</summary>
    public required int[] What { get; init; }

    /// <summary>Classes of words for what it happened to, any of them; empty if the event says enough by itself.</summary>
    public required int[] Objects { get; init; }

    /// <summary>One word of each of these classes has to be in the same sentence as well.</summary>
    public required int[] With { get; init; }

    /// <summary>No word of these classes may be in the same sentence.</summary>
    public required int[] Without { get; init; }

    /// <summary>General phrases inside its words are not counted: the sentence as a whole says something else than they do.</summary>
    public bool Decides { get; init; }

    /// <summary>The event has to come before its object ("no user"), behind it ("user unknown"), or either.</summary>
    public FamilyOrder Order { get; init; }

    public int Near { get; init; } = DefaultNear;
}

/// <summary>In which order event and object come.</summary>
internal enum FamilyOrder
{
    Any,
    EventFirst,
    ObjectFirst,
}
