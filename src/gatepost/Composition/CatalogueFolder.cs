using Gatepost.Replies;

namespace Gatepost.Composition;

/// <summary>A postmaster's own words and dialects, beside the configuration.</summary>
internal static class CatalogueFolder
{
    /// <summary>
    /// What comes with the program, and over it <c>words/</c> and <c>dialects/</c> of the folder; null where it has neither.
    /// </summary>
    /// <param name="folder">Null for none.</param>
    public static ReplyDatabase? Read(string? folder) =>
        folder is not null && (Directory.Exists(Path.Combine(folder, "dialects")) || Directory.Exists(Path.Combine(folder, "words")))
            ? ReplyCatalogue.Load(folder)
            : null;
}
