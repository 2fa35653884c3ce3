using System.Text;
using System.Text.Json;
using Gatepost.Commands.Answers;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>What people and programs see: in both languages, in order, and harmless whatever the document holds.</summary>
public sealed class AnswerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("explain-").FullName;
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("en", "Who can act", "Codes")]
    [InlineData("ru", "Кто поможет", "Коды")]
    public void A_person_reads_the_sentence_then_who_acts_then_evidence_and_last_the_codes(string code, string acts, string codes)
    {
        var language = new Language(code);
        string page = Print(Samples.Courier, language);

        string meaning = Assert.Single(explainer.Read(Samples.Courier).Reports).Meaning(language);
        Assert.Contains(meaning, page.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal));
        Assert.True(page.IndexOf(acts, StringComparison.Ordinal) < page.IndexOf(codes, StringComparison.Ordinal));
        Assert.True(page.IndexOf("User unknown", StringComparison.Ordinal) < page.IndexOf(codes, StringComparison.Ordinal));
        Assert.DoesNotContain("550", page[..page.IndexOf(acts, StringComparison.Ordinal)]);
        Assert.All(page.Split('\n'), line => Assert.Equal(line.TrimEnd(), line.TrimEnd('\r')));
    }

    [Fact]
    public void No_escape_sequence_of_a_document_reaches_terminal_page_or_line()
    {
        const string hostile =
            "550 5.1.1 \u001b[2J\u001b]0;title\u0007 [red]no[/] such user <script>alert(1)</script> \u202Eevil\u202C \u009b31m";

        foreach (
            string printed in (string[])[
                Print(hostile, Language.English), Write(hostile, output =>
                    new BriefAnswers(output, new AnswerTexts(ReplyDatabase.BuiltIn.TextsIn(Language.English)))),
                Write(hostile, output =>
                    new HtmlAnswers(output, new AnswerTexts(ReplyDatabase.BuiltIn.TextsIn(Language.English)), ReplyDatabase.BuiltIn))])
        {
            Assert.DoesNotContain(printed, c => c is '\u001b' or '\u0007' or '\u009b' or '\u202E' or '\u202C');
        }

        string page = Write(hostile, output =>
            new HtmlAnswers(output, new AnswerTexts(ReplyDatabase.BuiltIn.TextsIn(Language.English)), ReplyDatabase.BuiltIn));
        Assert.DoesNotContain("<script", page);
    }

    [Fact]
    public void Files_are_answered_in_order_and_one_that_is_gone_does_not_stop_the_rest()
    {
        File.WriteAllText(Path.Combine(folder, "b.eml"), Samples.Exim);
        File.WriteAllText(Path.Combine(folder, "a.eml"), Samples.Qmail);
        File.WriteAllText(Path.Combine(folder, ".hidden"), Samples.Qmail);
        var source = new DocumentSource(explainer, Stream.Null);

        var answers = source.Read([folder, Path.Combine(folder, "gone.eml"), "552 5.2.2 Mailbox full"]).ToList();

        Assert.Equal(["a.eml", "b.eml", "gone.eml", null], answers.Select(answer => Path.GetFileName(answer.File)));
        Assert.Equal(1, source.Failures);
        Assert.Equal("no such file", answers[2].Error);
        Assert.Equal("mailbox-full", Assert.Single(answers[3].Reports).Reason.Word);
    }

    [Fact]
    public void A_file_that_vanishes_while_the_folder_is_read_is_an_error_of_its_own()
    {
        File.WriteAllText(Path.Combine(folder, "a.eml"), Samples.Exim);
        File.WriteAllText(Path.Combine(folder, "b.eml"), Samples.Exim);
        File.WriteAllText(Path.Combine(folder, "c.eml"), Samples.Exim);
        var answers = new List<DocumentReport>();

        foreach (var answer in new DocumentSource(explainer, Stream.Null).Read([folder]))
        {
            answers.Add(answer);
            File.Delete(Path.Combine(folder, "b.eml"));
        }

        Assert.Equal([null, "no such file", null], answers.Select(answer => answer.Error));
    }

    [Fact]
    public void A_Maildir_is_read_from_new_and_cur_and_an_mbox_message_by_message()
    {
        foreach (string inner in (string[])["new", "cur", "tmp"])
            Directory.CreateDirectory(Path.Combine(folder, "box", inner));
        File.WriteAllText(Path.Combine(folder, "box", "new", "1.host"), Samples.Exim);
        File.WriteAllText(Path.Combine(folder, "box", "cur", "2.host:2,S"), Samples.Letter);
        File.WriteAllText(Path.Combine(folder, "box", "tmp", "3.host"), Samples.Exim);
        File.WriteAllText(
            Path.Combine(folder, "mbox"),
            $"From x Mon Jan  5 10:00:00 2026\n{Samples.Exim}\n\nFrom y Mon Jan  5 10:00:01 2026\n{Samples.Letter}\n\nFrom z Mon Jan  5 "
            + $"10:00:02 2026\n{Samples.Qmail}\n");
        var source = new DocumentSource(explainer, Stream.Null);

        Assert.Equal([1, 0], source.Read([Path.Combine(folder, "box")]).Select(answer => answer.Reports.Count));
        var messages = source.Read([Path.Combine(folder, "mbox")]).ToList();
        Assert.Equal([(1, 1), (2, 0), (3, 2)], messages.Select(answer => (answer.Message ?? 0, answer.Reports.Count)));
    }

    [Fact]
    public void A_large_mailbox_is_read_in_pieces_that_end_between_messages()
    {
        byte[] mailbox =
            Encoding.UTF8.GetBytes(
                string.Concat(
                    Enumerable.Range(0, 50).Select(i =>
                        $"From x Mon Jan  5 10:00:00 2026\nSubject: {i}\nFrom: a@b.test\n\ntext of message {i}\n\n")));
        var pieces = new FilePieces(new MemoryStream(mailbox), 500);
        var whole = new List<byte>();
        while (pieces.Next() is { IsEmpty: false } piece)
        {
            Assert.StartsWith("From x", Encoding.UTF8.GetString(piece.Span));
            Assert.InRange(piece.Length, 1, 500);
            whole.AddRange(piece.Span);
        }

        Assert.Equal(mailbox, whole);
    }

    [Fact]
    public void Of_a_large_bounce_only_the_beginning_is_read_unless_the_rest_may_matter()
    {
        string filling = string.Concat(Enumerable.Repeat(new string('A', 76) + "\n", 30_000));
        string large = Samples.Postfix.ReplaceLineEndings("\n").Replace("421 4.7.0 mailbox full\n", filling, StringComparison.Ordinal);
        string reversed =
            "From: MAILER-DAEMON@host.test\nSubject: failure notice\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
            + "boundary=\"r\"\n\n--r\nContent-Type: application/octet-stream\n\n"
            + filling + "\n--r\nContent-Type: text/plain\n\n<bob@shop.test>:\n550 5.1.1 No such user\n\n--r--\n";
        File.WriteAllText(Path.Combine(folder, "large.eml"), large);
        File.WriteAllText(Path.Combine(folder, "reversed.eml"), reversed);

        Assert.NotNull(explainer.ReadHead(Encoding.UTF8.GetBytes(large)[..1_000_000]));
        Assert.Null(explainer.ReadHead(Encoding.UTF8.GetBytes(reversed)[..1_000_000]));
        Assert.Equal([2, 1], new DocumentSource(explainer, Stream.Null).Read([folder]).Select(answer => answer.Reports.Count));
    }

    [Theory]
    [InlineData(new[] { "550", "5.1.1", "User", "unknown" }, 1)]
    [InlineData(new[] { "550", "441" }, 2)]
    [InlineData(new[] { "550 5.1.1 User unknown", "552 5.2.2 Mailbox full" }, 1)]
    public void Words_of_one_reply_need_no_quotes(string[] arguments, int answers) =>
        Assert.Equal(answers, new DocumentSource(explainer, Stream.Null).Read(arguments).Count());

    [Fact]
    public void JSON_has_one_object_a_line_with_the_fields_of_the_manual()
    {
        using var output = new MemoryStream();
        var json = new JsonAnswers(output, Language.Russian);
        foreach (string sample in Samples.Bounces.Values)
            json.Write(explainer.Read(sample));
        json.End();

        string[] lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Samples.Bounces.Count, lines.Length);
        foreach (string line in lines)
        {
            var document = JsonDocument.Parse(line).RootElement;
            Assert.Equal(["version", "file", "kind", "reports"], document.EnumerateObject().Select(field => field.Name));
            foreach (var report in document.GetProperty("reports").EnumerateArray())
            {
                foreach (
                    string field in (string[])["recipient", "reason", "enhancedStatus", "replyCode", "permanence", "action", "whoActs",
                        "retry", "confidence", "evidence", "entry", "remoteHost", "text"])
                    Assert.True(report.TryGetProperty(field, out _), field);
                Assert.Equal("ru", report.GetProperty("text").GetProperty("language").GetString());
                Assert.NotEqual("", report.GetProperty("text").GetProperty("meaning").GetString());
            }
        }
    }

    [Fact]
    public void A_wording_met_in_several_examples_becomes_one_pattern_with_gaps()
    {
        var reports = new[] { "550 Widget frobnicated for ann@x.test today", "550 Widget frobnicated for bob@y.test today",
            "550 5.1.1 User unknown" }.Select(explainer.ReadLine);

        var proposal = Assert.Single(Proposal.From(reports));

        Assert.Equal("widget frobnicated for {} today", proposal.Pattern);
        Assert.Equal(2, proposal.Count);
    }

    [Theory]
    [InlineData("ru", "en_US.UTF-8", "ru")]
    [InlineData(null, "ru_RU.UTF-8", "ru")]
    [InlineData(null, "C", "en")]
    public void The_language_is_the_one_asked_for_or_the_environments(string? asked, string environment, string expected)
    {
        string? all = Environment.GetEnvironmentVariable("LC_ALL");
        try
        {
            Environment.SetEnvironmentVariable("LC_ALL", environment);
            Assert.Equal(expected, Gatepost.Commands.ReaderCatalogue.Choose(ReplyDatabase.BuiltIn, asked).Code);
        }
        finally
        {
            Environment.SetEnvironmentVariable("LC_ALL", all);
        }
    }

    private string Print(string document, Language language) =>
        Write(document, output =>
            new TerminalAnswers(output, false, new AnswerTexts(ReplyDatabase.BuiltIn.TextsIn(language)), ReplyDatabase.BuiltIn));

    private string Write(string document, Func<TextWriter, IAnswerWriter> form)
    {
        var output = new StringWriter();
        var writer = form(output);
        writer.Begin();
        writer.Write(explainer.Read(document));
        writer.End();
        return output.ToString();
    }
}
