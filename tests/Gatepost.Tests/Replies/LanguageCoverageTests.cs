using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>Each of the twelve languages says as much as the others: the words of families, and a sentence for every reason.</summary>
public sealed class LanguageCoverageTests
{
    private static readonly string[] Twelve = ["en", "ru", "de", "fr", "es", "it", "pt", "pl", "ja", "zh", "ko", "tr"];

    /// <summary>Names of errors and set phrases of programs, the same in every language.</summary>
    private static readonly string[] OfPrograms = ["errno", "busy-ports"];

    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Gatepost.Replies", "Families");

    [Fact]
    public void Every_class_that_a_family_needs_has_words_in_every_of_the_twelve_languages()
    {
        string[] needed = [.. SectionsOf("families.toml").Where(section => section.Path is ["family"])
            .SelectMany(section => (string[])[.. DataFile.List(section, "what"), .. DataFile.List(section, "of")])
            .Where(name => !name.StartsWith("value-", StringComparison.Ordinal)).Except(OfPrograms).Distinct()];

        Shown.None(
            from language in Twelve
            let known = ClassesIn(language)
            from name in needed
            where !known.Contains(name)
            select $"{language} has no words of the class {name}");
    }

    [Fact]
    public void Every_reason_is_read_in_every_of_the_twelve_languages()
    {
        var rows = File.ReadLines(Path.Combine(
                Repository.Root, "tests", "Gatepost.Tests", "Replies", "Paraphrases", "twelve-languages.tsv"))
            .Skip(1).Select(line => line.Split('\t')).ToList();

        Assert.All(
            rows.GroupBy(row => row[2]), group => Assert.Equal(Twelve.Order(), group.Select(row => row[4]).Distinct().Order()));
        Shown.None(
            from row in rows
            let reason = ReplyDatabase.BuiltIn.Explain(row[1]).Reason
            where !IsAccepted(reason, [row[2], .. row[3].Split(',')])
            select $"{row[2]} in {row[4]} was read as {reason?.Word}: {row[1]}");
    }

    private static bool IsAccepted(Reason? reason, string[] right) =>
        reason is not null && (right.Contains(reason.Word) || (reason.Wider is { } wider && right.Contains(wider)));

    private static HashSet<string> ClassesIn(string language) =>
        [.. SectionsOf($"words-{language}.toml").Where(section => section.Path is ["words"])
            .SelectMany(section => section.Items.Select(item => item.Key))];

    private static List<DataFile.Section> SectionsOf(string file)
    {
        string path = Path.Combine(Folder, file);
        return DataFile.Parse(File.ReadAllText(path), path).Sections;
    }
}
