using Gatepost.Explain;
using Gatepost.Replies;

namespace Gatepost.Web.Panel.Pages;

/// <summary>A document and what it means.</summary>
/// <param name="Text">As pasted; empty before the first, and for a file.</param>
/// <param name="Document">Null before the first.</param>
public sealed record ExplainModel(string Text, DocumentReport? Document);

/// <summary>Entries of the catalogue.</summary>
/// <param name="Asked">Words they must have; empty for all.</param>
/// <param name="Found">With their meaning, by name.</param>
public sealed record RepliesModel(string Asked, IReadOnlyList<(ReplyEntry Entry, string Meaning)> Found);
