using System.Text.RegularExpressions;
using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>What docs/ARCHITECTURE.md and CONTRIBUTING.md name is there, so that their tables and lists lead somewhere.</summary>
public sealed partial class MapTests
{
    /// <summary>Words in code marks that are neither ours nor files: types of the framework, members that several types have.</summary>
    private static readonly string[] Others = ["TimeProvider", "Kind", "FieldsOf"];

    private static string Page { get; } =
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "ARCHITECTURE.md"))
            + File.ReadAllText(Path.Combine(Repository.Root, "CONTRIBUTING.md"));

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
        var named = Named().SelectMany(Alternatives).Where(name => PathName().IsMatch(name)).ToList();

        Assert.True(named.Count > 90, $"only {named.Count} files and folders are named");
        Finding.None(named.Where(name => !IsThere(files, name)));
    }

    /// <summary>Without a list of files a newcomer searches; each thing people add has one.</summary>
    [Theory]
    [InlineData("a rule", 7)]
    [InlineData("a configuration key", 4)]
    [InlineData("a field of the journal", 10)]
    [InlineData("a language", 3)]
    [InlineData("a provider's wording", 1)]
    [InlineData("a verb", 8)]
    [InlineData("a column of the queue", 7)]
    [InlineData("a record for a domain in DNS", 6)]
    [InlineData("an alarm", 3)]
    public void What_one_adds_has_its_list_of_files(string thing, int files)
    {
        string row = Assert.Single(Page.Split('\n'), line => line.StartsWith($"| {thing} |", StringComparison.Ordinal));

        int named = Code().Matches(row).SelectMany(match => Alternatives(match.Groups[1].Value)).Count(PathName().IsMatch);
        Assert.True(named >= files, $"{named} files are named");
    }

    /// <summary><c>Words/{en,ru}/*.toml</c> is two names.</summary>
    private static IEnumerable<string> Alternatives(string name) => Braces().Match(name) is { Success: true } found
        ? found.Groups[1].Value.Split(',').Select(each => name.Replace(found.Value, each, StringComparison.Ordinal))
        : [name];

    private static bool IsThere(HashSet<string> files, string name)
    {
        string wanted = name.TrimEnd('/').Replace("Gatepost.", "", StringComparison.Ordinal);
        if (wanted.Contains('*', StringComparison.Ordinal))
        {
            var pattern = new Regex("/" + Regex.Escape(wanted).Replace("\\*", "[^/]*", StringComparison.Ordinal) + "$");
            return files.Any(pattern.IsMatch);
        }

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

    [GeneratedRegex(@"\{([\w,]+)\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"^\w[\w.]*(/[\w.*-]+)+/?$|^[\w.-]+\.(cs|toml|md)$|^\w+/$")]
    private static partial Regex PathName();
}
