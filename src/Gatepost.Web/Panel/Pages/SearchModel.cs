using Gatepost.Smtp.Search;

namespace Gatepost.Web.Panel.Pages;

/// <summary>What was looked for and what was found.</summary>
/// <param name="Asked">As the person wrote it; empty before the first search.</param>
/// <param name="Stories">Newest first.</param>
/// <param name="Words">What the search that found them looked for.</param>
/// <param name="Problems">What is wrong with the words.</param>
/// <param name="Next">Query of the next page; null for none.</param>
public sealed record SearchModel(
    string Asked, IReadOnlyList<Story> Stories, string Words, IReadOnlyList<string> Problems, string? Next);
