using Gatepost.Replies.Catalogue;

namespace Gatepost.Composition;

/// <summary>A postmaster's own words and dialects, beside the configuration.</summary>
internal static class CatalogueFolder
{
    private static readonly string[] Kinds = ["words", "dialects", "families", "notices"];

    /// <summary>What comes with the program, and over it the files of a folder, if it has any for the catalogue.</summary>
    /// <param name="folder">Null for none.</param>
    public static ReplyDatabase Read(string? folder) =>
        folder is not null && Array.Exists(Kinds, kind => Directory.Exists(Path.Combine(folder, kind)))
            ? ReplyDatabase.Load(folder)
            : ReplyDatabase.BuiltIn;
}
