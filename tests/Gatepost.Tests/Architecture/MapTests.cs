using System.Text.RegularExpressions;
using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>What docs/ARCHITECTURE.md names is there, so that its tables lead somewhere.</summary>
public sealed partial class MapTests
{
    /// <summary>Words in code marks that are neither ours nor files: types of the framework, members that several types have.</summary>
    private static readonly string[] Others = ["TimeProvider", "Kind"];

    private static string Page => File.ReadAllText(Path.Combine(Repository.Root, "docs", "ARCHITECTURE.md"));

    [Fact]
    public void Every_type_it_names_is_declared()
    {
        var declared = ((string[])["src", "tests"])
            .SelectMany(root => Directory.EnumerateFiles(Path.Combine(Repository.Root, root), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
        var named = Named().Where(name => TypeName().IsMatch(name)).Except(Others).ToList();

        Assert.True(named.Count > 60, $"only {named.Count} types are named");
        Finding.None(named.Where(name => !declared.Contains(name)));
    }

    [Fact]
    public void Every_file_and_folder_it_names_is_there()
    {
        var files = Directory.EnumerateFileSystemEntries(Repository.Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => "/" + path.Replace("Gatepost.", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
        var named = Named().Where(name => PathName().IsMatch(name)).ToList();

        Assert.True(named.Count > 30, $"only {named.Count} files and folders are named");
        Finding.None(named.Where(name => !IsThere(files, name)));
    }

    private static bool IsThere(HashSet<string> files, string name)
    {
        string wanted = name.TrimEnd('/').Replace("Gatepost.", "", StringComparison.Ordinal);
        return files.Any(file => file.EndsWith("/" + wanted, StringComparison.Ordinal)
            || file.EndsWith($"/{wanted}.cs", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Named() =>
        Code().Matches(Block().Replace(Page, "")).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?(\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex("^[A-Z][a-z]\\w*$|^I[A-Z]\\w*$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^\w[\w.]*(/[\w.]+)+/?$|^\w+\.(cs|toml|md)$|^\w+/$")]
    private static partial Regex PathName();
}
