using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Gatepost.Tests.Architecture;

/// <summary>The rooms know of each other what docs/ARCHITECTURE.md says, and nothing more.</summary>
public sealed partial class ArrowTests
{
    [Fact]
    public void A_project_refers_only_to_rooms_its_arrows_lead_to()
    {
        var arrows = DrawnArrows();
        var stray =
            from reference in References()
            where !Reachable(arrows, reference.From).Contains(reference.To)
            select $"{reference.From} refers to {reference.To}, no arrow leads there";

        Finding.None(stray);
    }

    [Fact]
    public void Every_arrow_between_existing_rooms_is_a_reference()
    {
        var projects = Projects().Select(project => project.Name).ToHashSet();
        var actual = References().ToLookup(reference => reference.From, reference => reference.To);
        var idle =
            from arrow in DrawnArrows()
            from target in arrow
            where projects.Contains(arrow.Key) && projects.Contains(target) && !Reachable(actual, arrow.Key).Contains(target)
            select $"{arrow.Key} -> {target} is drawn, but no reference leads there";

        Finding.None(idle);
    }

    [Theory]
    [InlineData("Gatepost.Replies", "Tomlyn")]
    [InlineData("Gatepost.Smtp", "")]
    public void The_rooms_others_build_on_need_next_to_no_foreign_package(string name, string allowed)
    {
        var project = Projects().Single(project => project.Name == name).Xml;

        Finding.None(
            from package in project.Descendants("PackageReference").Concat(project.Descendants("FrameworkReference"))
            let id = (string)package.Attribute("Include")!
            where id != allowed
            select id);
    }

    [Fact]
    public void There_are_twelve_projects_at_most() => Assert.InRange(Projects().Count(), 1, 12);

    private static IEnumerable<(string Name, XDocument Xml)> Projects() =>
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => (Path.GetFileNameWithoutExtension(path), XDocument.Load(path)));

    private static IEnumerable<(string From, string To)> References() =>
        from project in Projects()
        from reference in project.Xml.Descendants("ProjectReference")
            // A tool that runs in the build is no room.
        where (string?)reference.Attribute("ReferenceOutputAssembly") != "false"
        select (project.Name, Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));

    /// <summary>Reads the picture: <c>Web --> Explain &amp; Policy</c>, lower case is the program.</summary>
    private static ILookup<string, string> DrawnArrows()
    {
        string picture = Picture().Match(SourceTree.Read("docs/ARCHITECTURE.md")).Groups["arrows"].Value;
        var arrows = (
            from Match arrow in Arrow().Matches(picture)
            from source in Nodes(arrow.Groups["from"].Value)
            from target in Nodes(arrow.Groups["to"].Value)
            select (source, target)).ToList();
        Assert.True(arrows.Count > 5, "docs/ARCHITECTURE.md has no picture of arrows (a mermaid flowchart)");
        return arrows.ToLookup(arrow => arrow.source, arrow => arrow.target);
    }

    private static IEnumerable<string> Nodes(string list) =>
        from node in list.Split('&')
        let name = Regex.Match(node.Trim(), @"^\w+").Value
        where name.Length > 0
        select name == "gatepost" ? name : "Gatepost." + name;

    private static HashSet<string> Reachable(ILookup<string, string> arrows, string from)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>(arrows[from]);
        while (next.TryPop(out string? room))
        {
            if (reached.Add(room))
            {
                foreach (string further in arrows[room])
                    next.Push(further);
            }
        }

        return reached;
    }

    [GeneratedRegex(@"```mermaid\s+flowchart[^\n]*\n(?<arrows>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Picture();

    [GeneratedRegex(@"^\s*(?<from>[^\n]+?)\s*-->\s*(?<to>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();
}
