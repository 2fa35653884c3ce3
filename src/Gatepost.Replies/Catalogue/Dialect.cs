namespace Gatepost.Replies.Catalogue;

/// <summary>What one provider or product says: the replies of one dialect file.</summary>
/// <param name="Provider">As people call it ("Gmail"); empty for words that many providers use.</param>
/// <param name="File">Name of the file it comes from.</param>
/// <param name="HelpUrl">The provider's own page about its replies.</param>
/// <param name="Entries">In the order of the file.</param>
public sealed record Dialect(string Provider, string File, string? HelpUrl, IReadOnlyList<DialectEntry> Entries);

/// <summary>One reply of a dialect, or one family of general words.</summary>
/// <param name="Entry">What it is recognised as.</param>
/// <param name="Examples">Texts that must be recognised as this entry; a test tries each.</param>
/// <param name="IsGeneral">True for a family of words that many providers use.</param>
public sealed record DialectEntry(ReplyEntry Entry, IReadOnlyList<string> Examples, bool IsGeneral);
