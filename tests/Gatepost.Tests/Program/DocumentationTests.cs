using System.Text.RegularExpressions;
using Gatepost.Commands;
using Gatepost.Configuration;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages =>
        [
            .. Directory.GetFiles(Repository.Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "packaging"), "*.md"))
            .Select(page => Path.GetRelativePath(Repository.Root, page))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_to_one(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var links = Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => match.Groups[1].Value);
        Assert.All(links.Where(link => !link.Contains(':') && !link.StartsWith('#')), link =>
            Assert.True(Path.Exists(Path.Combine(folder, link.Split('#')[0])), $"{page} links to {link}"));
    }

    [Fact]
    public void The_example_of_the_package_is_a_configuration_the_program_takes_but_for_its_certificate()
    {
        string example = File.ReadAllText(Path.Combine(Repository.Root, "packaging", "gatepost.toml"));
        var faults = Assert.Throws<ConfigurationException>(
            () => SettingsReader.Read(example, "gatepost.toml", new Overrides(), "/etc/gatepost")).Errors;
        Assert.All(faults, fault => Assert.Contains("there is no such file", fault.Message));
        Assert.Equal(2, faults.Count);
    }

    [Fact]
    public void The_manual_names_every_command()
    {
        string manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "manual", "gatepost.md"));
        Assert.All(
            CommandLine.Build().Subcommands.Where(command => !command.Hidden), command =>
                Assert.True(manual.Contains($"gatepost {command.Name}", StringComparison.Ordinal),
                    $"docs/manual/gatepost.md does not tell of gatepost {command.Name}"));
        foreach (var verb in CommandLine.Build().Subcommands.Single(command => command.Name == "queue").Subcommands)
            Assert.Contains(verb.Name, manual, StringComparison.Ordinal);
    }

    [Fact]
    public void The_architecture_page_names_only_what_is_there()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "ARCHITECTURE.md"));
        string sources = string.Concat(Architecture.SourceTree.Product.Select(file => file.Path + "\n" + file.Code))
            + string.Concat(Directory.GetFiles(
                Path.Combine(Repository.Root, "tests", "Gatepost.Tests"), "*.cs", SearchOption.AllDirectories));
        var names = Name().Matches(page).Select(match => match.Groups[1].Value).Distinct();
        Assert.All(names, name => Assert.Matches($@"\b{name}\b", sources));
    }

    /// <summary>A type, member or file in backticks.</summary>
    [GeneratedRegex(@"`(?:[\w/]+/)?([A-Z]\w+)(?:\.cs)?`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
