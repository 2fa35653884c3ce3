using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

public sealed class PagesTests
{
    [Fact]
    public void The_pages_about_replies_are_those_the_catalogue_writes()
    {
        string folder = Path.Combine(Repository.Root, "docs", "replies");
        var pages = ReplyPages.All(ReplyDatabase.BuiltIn).ToDictionary(page => page.Path, page => page.Text, StringComparer.Ordinal);
        var there = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).ToHashSet(StringComparer.Ordinal)
            : [];
        Shown.None(pages.Where(page => !there.Contains(page.Key) || File.ReadAllText(Path.Combine(folder, page.Key)) != page.Value)
            .Select(page => page.Key)
            .Concat(there.Except(pages.Keys))
            .Select(path => $"docs/replies/{path} is out of date: rm -r docs/replies && ./gatepost manual replies --out docs/replies"));
    }

    [Fact]
    public void Every_entry_has_its_heading_on_a_page()
    {
        string all = string.Join('\n', ReplyPages.All(ReplyDatabase.BuiltIn).Select(page => page.Text));
        Shown.None(ReplyDatabase.BuiltIn.Entries.Keys.Where(
            id => !id.StartsWith("general-", StringComparison.Ordinal) && !all.Contains($"## {id}\n", StringComparison.Ordinal)));
    }
}
