using System.CommandLine;
using Gatepost.Commands;
using Gatepost.Composition;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class CatalogueFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-catalogue-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_without_words_and_dialects_changes_nothing()
    {
        Assert.Same(ReplyDatabase.BuiltIn, CatalogueFolder.Read(null));
        Assert.Same(ReplyDatabase.BuiltIn, CatalogueFolder.Read(folder));
    }

    [Fact]
    public void Words_for_families_are_enough_for_a_folder_to_be_read()
    {
        Write("families/shop.toml", """
            [words]
            shop = ["shop", "boutique"]
            shut = ["is shut", "est fermé"]
            [[family]]
            what = ["shut"]
            of = ["shop"]
            reason = "mailbox-disabled"
            """);

        var read = CatalogueFolder.Read(folder);

        Assert.Empty(read.Problems);
        Assert.Equal("mailbox-disabled", read.Explain("550 la boutique est fermé").Reason?.Word);
    }

    [Fact]
    public void A_postmasters_own_wording_is_known()
    {
        Write("dialects/corp.toml", """
            provider = "Corp"
            source = "seen in our log"
            [[reply]]
            id = "corp-closed"
            patterns = ["the shop is closed today"]
            reason = "mailbox-disabled"
            actors = ["recipient"]
            retry = "later"
            en = "The shop is closed today."
            ru = "Магазин сегодня закрыт."
            """);
        var knowledge = CatalogueFolder.Read(folder);

        Assert.NotNull(knowledge);
        Assert.Empty(knowledge.Problems);
        Assert.Equal("corp-closed", knowledge.Explain("550 5.7.1 Sorry, the shop is closed today").Entry.Id);
    }

    [Theory]
    [InlineData("patterns = [", 78)]
    [InlineData("", 0)]
    public void Config_check_tells_what_is_wrong_in_them(string dialect, int status)
    {
        if (dialect.Length > 0)
            Write("dialects/own.toml", dialect);
        Write("gatepost.toml", "hostname = \"mx.example.org\"");
        using var said = new StringWriter();
        int exit = CommandLine.Build().Parse(["config", "check", "--json", "--config", Path.Combine(folder, "gatepost.toml")])
            .Invoke(new InvocationConfiguration { Output = said, EnableDefaultExceptionHandler = false });

        Assert.Equal(status, exit);
        Assert.Equal(dialect.Length > 0, said.ToString().Contains("own.toml", StringComparison.Ordinal));
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
