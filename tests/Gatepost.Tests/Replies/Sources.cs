using Gatepost.CatalogueCompiler;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Tests.Replies;

/// <summary>The catalogue's files as they are written: what only tests want to know is not compiled.</summary>
internal static class Sources
{
    private static readonly Lazy<CatalogueLoader> Read = new(() => CatalogueSources.Read(Folder));

    private static string Folder => Path.Combine(Repository.Root, "src", "Gatepost.Replies");

    /// <summary>Everything, read as the build reads it.</summary>
    public static CatalogueLoader Loader => Read.Value;

    /// <summary>Texts that must be read as a reason, from the files of families.</summary>
    public static IEnumerable<(Reason Reason, string Text)> FamilyExamples =>
        from section in SectionsIn("Families")
        where section.Path is ["family"]
        from example in DataFile.List(section, "examples")
        select (Gatepost.Replies.Reason.Find(DataFile.Text(section, "reason")!)!, example);

    /// <summary>Texts that a list of phrases must find.</summary>
    public static IEnumerable<(string List, string Text)> NoticeExamples =>
        from section in SectionsIn("Notices")
        where section.Path.Length > 0
        from example in DataFile.List(section, "examples")
        select (section.Path[0], example);

    /// <summary>The texts of one language by their keys.</summary>
    public static IReadOnlyDictionary<string, string> Texts(string language) =>
        new Dictionary<string, string>(Loader.Books[new Language(language)].KnownTexts, StringComparer.Ordinal);

    private static IEnumerable<DataFile.Section> SectionsIn(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.toml")
            .SelectMany(file => DataFile.Parse(File.ReadAllText(file), file).Sections);
}
