using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Replies;

/// <summary>A postmaster adds what he knows in a folder, without rebuilding; his mistakes are told and harm nothing else.</summary>
public sealed class LoadTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-replies-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_dialect_file_in_the_folder_teaches_a_new_wording()
    {
        Write("dialects/corp.toml", """
            provider = "Corp"
            source = "seen in our log"
            [[reply]]
            id = "corp-closed"
            patterns = ["the shop is closed on {word}"]
            reason = "mailbox-disabled"
            actors = ["recipient"]
            retry = "later"
            en = "The shop is closed today."
            ru = "Магазин сегодня закрыт."
            """);
        var known = ReplyDatabase.Load(folder);
        Assert.Contains(known.Problems, problem =>
            problem.What.Contains("must begin and end with given characters", StringComparison.Ordinal));

        Write("dialects/corp.toml", File.ReadAllText(Path.Combine(folder, "dialects/corp.toml"))
            .Replace("{word}", "{word}day", StringComparison.Ordinal));
        known = ReplyDatabase.Load(folder);
        Assert.Empty(known.Problems);
        const string text = "550 5.7.1 Sorry, the SHOP is closed on Sunday";
        var read = known.Explain(text);
        Assert.Equal("corp-closed", read.Entry.Id);
        Assert.Equal("Corp", read.Entry.Provider);
        Assert.Equal(Reason.MailboxDisabled, read.Reason);
        Assert.Equal(Actors.Recipient, read.Actors);
        Assert.Equal(Retry.Later, read.Retry);
        var match = known.Match(text);
        Assert.Equal("the SHOP is closed on Sunday", text.Substring(match.Start, match.Length));
        Assert.Equal("Магазин сегодня закрыт.", read.Meaning(Language.Russian));
        Assert.NotEmpty(read.Steps(Language.Russian));
    }

    [Theory]
    [InlineData("550 the shop shut its doors")]
    [InlineData("550 Our store has, sadly, closed for good (today)")]
    public void A_wording_with_choices_is_found_in_each_of_them(string reply)
    {
        Write("dialects/corp.toml", """
            provider = "Corp"
            [[reply]]
            id = "corp-closed"
            patterns = ["(shop|store) {}(shut its doors|closed for good|gone)"]
            reason = "mailbox-disabled"
            en = "The shop is closed."
            ru = "Магазин закрыт."
            """);
        var known = ReplyDatabase.Load(folder);
        Assert.Empty(known.Problems);
        Assert.Equal("corp-closed", known.Explain(reply).Entry.Id);
        Assert.NotEqual("corp-closed", known.Explain("550 the shop is open").Entry.Id);
    }

    [Fact]
    public void A_wording_with_too_many_choices_is_reported()
    {
        string many = "(" + string.Join('|', Enumerable.Range(0, 30).Select(i => $"word{i}")) + ")";
        Write("dialects/corp.toml", $"""
            provider = "Corp"
            [[reply]]
            id = "corp-many"
            patterns = ["{many} {many}"]
            reason = "mailbox-disabled"
            """);
        Assert.Contains(ReplyDatabase.Load(folder).Problems, problem =>
            problem.What.Contains("write it as several", StringComparison.Ordinal));
    }

    [Fact]
    public void One_sentence_can_be_put_right_without_copying_the_rest()
    {
        Write("words/en/mine.toml", """
            [relay-denied]
            meaning = "We do not relay, ask Bob."
            """);
        var known = ReplyDatabase.Load(folder);
        Assert.Empty(known.Problems);
        var words = known.Words(RecipientReplies.RelayDenied, Language.English);
        Assert.Equal("We do not relay, ask Bob.", words.Meaning);
        Assert.Equal(ReplyDatabase.BuiltIn.Words(RecipientReplies.RelayDenied, Language.English).ForSender, words.ForSender);
    }

    [Fact]
    public void A_bad_file_is_reported_with_its_line_and_the_others_work()
    {
        Write("words/ru/broken.toml", "[relay-denied]\nmeaning = \"no end\n");
        Write("words/en/odd.toml", "[relay-denied]\nmeanning = \"a\"\nfor-sender = []\n");
        Write("dialects/odd.toml", """
            [[reply]]
            id = "odd"
            patterns = ["fine words here"]
            reason = "no-such-reason"
            [[reply]]
            id = "even"
            patterns = ["even finer words here", "{}x", "ab"]
            reason = "virus-detected"
            retry = "perhaps"
            [other]
            a = 1.5
            """);
        var known = ReplyDatabase.Load(folder);
        string all = string.Join('\n', known.Problems);
        Assert.Contains("broken.toml:", all, StringComparison.Ordinal);
        Assert.Contains("odd.toml:2: meanning is none of meaning", all, StringComparison.Ordinal);
        Assert.Contains("odd.toml:3: for-sender must be a text", all, StringComparison.Ordinal);
        Assert.Contains("[[reply]] needs an id and a reason", all, StringComparison.Ordinal);
        Assert.Contains("\"{}x\" must begin and end with given characters", all, StringComparison.Ordinal);
        Assert.Contains("\"ab\" must hold at least 3", all, StringComparison.Ordinal);
        Assert.Contains("retry: \"perhaps\" is none of no, automatic", all, StringComparison.Ordinal);
        Assert.Contains("[other] is none of [[reply]], [[words]], [[ignore]]", all, StringComparison.Ordinal);
        Assert.Equal("even", known.Explain("554 even finer words here").Entry.Id);
        Assert.Equal(Reason.RelayDenied, known.Explain("554 5.7.1 <x@y.example>: Relay access denied").Reason);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_no_fault() =>
        Assert.Empty(ReplyDatabase.Load(Path.Combine(folder, "nowhere")).Problems);

    private void Write(string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
