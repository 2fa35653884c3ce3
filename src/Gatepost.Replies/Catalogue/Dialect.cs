namespace Gatepost.Replies.Catalogue;

/// <summary>What one provider or product says: the replies of one dialect file.</summary>
/// <param name="Provider">As people call it ("Gmail"); empty for words that are nobody's in particular.</param>
/// <param name="File">Name of the file it comes from.</param>
/// <param name="HelpUrl">The provider's own page about its replies.</param>
/// <param name="Entries">In the order of the file.</param>
public sealed record Dialect(string Provider, string File, string? HelpUrl, IReadOnlyList<DialectEntry> Entries);

/// <summary>One reply of a dialect, or one family of general words.</summary>
/// <param name="Entry">What it is recognised as.</param>
/// <param name="Patterns">As they stand in the file.</param>
/// <param name="Examples">Texts that must be recognised as this entry; a test tries each.</param>
/// <param name="Weight">How much the words say; see <see cref="Match.Weight"/>.</param>
/// <param name="IsGeneral">True for a family of words that are nobody's in particular.</param>
/// <param name="HelpUrl">A page about this very reply, else the dialect's.</param>
public sealed record DialectEntry(ReplyEntry Entry, IReadOnlyList<string> Patterns, IReadOnlyList<string> Examples, int Weight,
    bool IsGeneral, string? HelpUrl);
