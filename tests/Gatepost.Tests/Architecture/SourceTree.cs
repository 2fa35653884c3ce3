using System.Text.RegularExpressions;

namespace Gatepost.Tests.Architecture;

/// <summary>One of our own source files, as text.</summary>
/// <param name="Path">Relative to the repository, with slashes.</param>
/// <param name="Code">The text with comments blanked out, line by line as long as before.</param>
public sealed partial record SourceFile(string Path, string Text, string Code)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The project it belongs to: <c>Gatepost.Smtp</c>.</summary>
    public string Project => Path.Split('/')[1];

    /// <summary>Where the code matches, as <c>path:line: text</c>.</summary>
    public IEnumerable<string> Find(Regex pattern) =>
        pattern.Matches(Code).Select(match => $"{Path}:{1 + Code.AsSpan(0, match.Index).Count('\n')}: {match.Value.Trim()}");

    internal static string WithoutComments(string text) =>
        Comment().Replace(text, match => match.Groups["keep"].Success ? match.Value : Regex.Replace(match.Value, "[^\n]", " "));

    /// <summary>Comments, and the literals that may hold what looks like one.</summary>
    [GeneratedRegex("""(?<keep>"{3,}[\s\S]*?"{3,}|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])')|//[^\n]*|/\*[\s\S]*?\*/""")]
    private static partial Regex Comment();
}

/// <summary>The working copy these tests were built from.</summary>
public static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>All C# of src/, what the build wrote excepted.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Full: path, Short: Path.GetRelativePath(Root, path).Replace('\\', '/')))
            .Where(path =>
                !path.Short.Contains("/obj/", StringComparison.Ordinal) && !path.Short.Contains("/bin/", StringComparison.Ordinal))
            .OrderBy(path => path.Short, StringComparer.Ordinal)
            .Select(path => (path.Short, Text: File.ReadAllText(path.Full)))
            .Select(file => new SourceFile(file.Short, file.Text, SourceFile.WithoutComments(file.Text))),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gatepost.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("no Gatepost.slnx above the tests: they read the sources they were built from");
    }
}
