using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>The quick reader of our files beside the full parser.</summary>
public sealed class PlainTomlTests
{
    public static TheoryData<string> Files =>
        [.. typeof(ReplyDatabase).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".toml", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_of_ours_is_plain_and_read_as_the_full_parser_reads_it(string name)
    {
        string text = Builtin(name);
        var plain = PlainToml.Read(text);
        Assert.NotNull(plain);
        AssertSame(DataFile.ParseFully(text, name), plain);
    }

    [Theory]
    [InlineData("a = \"x\"\na = \"y\"")]
    [InlineData("[a]\n[a]")]
    [InlineData("a = 1\n[a]")]
    [InlineData("[[a]]\n[a]")]
    [InlineData("[a]\n[[a]]")]
    [InlineData("[a]\nb = 1\n[a.b]")]
    [InlineData("[a.b]\n[a]\nb = 1")]
    [InlineData("a = 01")]
    [InlineData("a = 1 2")]
    [InlineData("a = tru")]
    [InlineData("a = truer")]
    [InlineData("a = [\"x\" \"y\"]")]
    [InlineData("a = [,]")]
    [InlineData("a = \"x")]
    [InlineData("a = \"x\ty\u0001\"")]
    [InlineData("a = \"\\q\"")]
    [InlineData("a")]
    [InlineData("[a")]
    [InlineData("[[a]")]
    [InlineData("[]")]
    [InlineData("a = \"x\" b = \"y\"")]
    [InlineData("a = \"x\"\rb = \"y\"")]
    public void What_the_full_parser_refuses_is_not_read(string text)
    {
        Assert.NotEmpty(DataFile.ParseFully(text, "x").Problems);
        Assert.Null(PlainToml.Read(text));
        Assert.NotEmpty(DataFile.Parse(text, "x").Problems);
    }

    [Theory]
    [InlineData("a = \"\"\"x\"\"\"")]
    [InlineData("a = 'x'")]
    [InlineData("a = \"\\u00e9\"")]
    [InlineData("a.b = 1")]
    [InlineData("\"a\" = 1")]
    [InlineData("a = -1")]
    public void What_is_right_but_not_plain_is_left_to_the_full_parser(string text)
    {
        Assert.Null(PlainToml.Read(text));
        Assert.Empty(DataFile.Parse(text, "x").Problems);
        AssertSame(DataFile.ParseFully(text, "x"), DataFile.Parse(text, "x").Sections);
    }

    [Fact]
    public void Whatever_is_changed_in_a_file_the_two_never_disagree()
    {
        const string Text =
            "# remark\nname = \"x \\\"y\\\" \\\\\" # more\r\nlist = [\"a\", \"b\",\n  # within\n  \"c\"]\nempty = []\n\n[[reply]]\nid = "
            + "\"one\"\nclass = 5\ngood = true\n[[reply]]\nid = \"два\"\n[code.101]\ntext = \"t\"\n[code.\"X.1.1\"]\nn = 0\n[last]\n";
        const string Letters = "\"\\[]=#.,\n\r\t a10_-'\u0001";
        var random = new Random(20261124);
        int plainOnes = 0;
        for (int round = 0; round < 20_000; round++)
        {
            string changed = Text;
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(changed.Length);
                int drop = random.Next(0, 3);
                string put = random.Next(3) == 0 ? "" : Letters[random.Next(Letters.Length)].ToString();
                changed = changed[..at] + put + changed[Math.Min(changed.Length, at + drop)..];
            }

            if (PlainToml.Read(changed) is not { } plain)
                continue;
            plainOnes++;
            AssertSame(DataFile.ParseFully(changed, "x"), plain);
        }

        Assert.True(plainOnes > 1_000, $"only {plainOnes} stayed plain: the test compares nothing");
    }

    private static void AssertSame(DataFile full, List<DataFile.Section> plain)
    {
        Assert.Empty(full.Problems);
        Assert.Equal(full.Sections.Select(Shown), plain.Select(Shown));
    }

    private static string Shown(DataFile.Section section) =>
        $"{string.Join('|', section.Path)} {section.InArray} {section.Line}: "
            + string.Join(
                "; ", section.Items.Select(
                    item =>
                        $"{item.Key} {item.Line} {item.Value.GetType().Name} "
                        + $"{(item.Value is string[] list ? string.Join("|", list) : item.Value)}"));

    private static string Builtin(string name)
    {
        using var stream = typeof(ReplyDatabase).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
