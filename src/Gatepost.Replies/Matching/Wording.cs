namespace Gatepost.Replies.Matching;

/// <summary>Something that a text may say and what it means: a phrase, or a family of phrases.</summary>
internal abstract class Wording
{
    private ReplyEntry? entry;

    /// <summary>Finds the entry; asked once, if the wording decides.</summary>
    public required Func<ReplyEntry> EntryOf { private get; init; }

    public ReplyEntry Entry => entry ??= EntryOf();

    public required Basis Basis { get; init; }

    /// <summary>How much it says beside others; see <see cref="Catalogue.Match.Weight"/>.</summary>
    public required int Weight { get; init; }

    /// <summary>
    /// Index of the reason in <see cref="Reason.All"/>; one beyond for no refusal; -1 where the words mean nothing and hide others inside
    /// them.
    /// </summary>
    public required int ReasonIndex { get; init; }

    /// <summary>Only with this first digit, where the text has a code or status; 0 for any.</summary>
    public int Class { get; init; }
}
