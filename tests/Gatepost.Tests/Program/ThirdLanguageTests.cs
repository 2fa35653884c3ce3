using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Commands;
using Gatepost.Commands.Answers;
using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Bounces;
using Gatepost.Delivery.Queue;
using Gatepost.Delivery.Settings;
using Gatepost.Explain;
using Gatepost.Policy.DryRuns;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Tests.Policy;
using Gatepost.Tests.Replies;
using Gatepost.Tour;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>Swaps the catalogue of the whole program, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(ThirdLanguageTests), DisableParallelization = true)]
public sealed class AloneWithTheCatalogue;

/// <summary>A language is a folder: with <see cref="MadeUpLanguage"/> no English is left in what people read.</summary>
[Collection(nameof(ThirdLanguageTests))]
public sealed partial class ThirdLanguageTests : IDisposable
{
    private static readonly Language MadeUp = MadeUpLanguage.Code;

    private readonly MadeUpLanguage words = new();

    private string Folder => words.Folder;

    private ReplyDatabase Catalogue => words.Catalogue;

    private Texts Said => words.Texts;

    public void Dispose() => words.Dispose();

    [Fact]
    public void The_folder_is_a_language_without_a_line_of_code()
    {
        Assert.Empty(Catalogue.Problems);
        Assert.Contains(MadeUp, Catalogue.Languages);
        Assert.Equal(MadeUp, Catalogue.FindLanguage("xx_XX.UTF-8"));
        Assert.DoesNotContain(MadeUp, Languages.All);
    }

    [Fact]
    public void A_text_the_folder_lacks_is_said_in_English_and_the_rest_in_its_own()
    {
        File.Delete(Path.Combine(Folder, "words", "xx", "terminal.toml"));
        var lacking = ReplyDatabase.Load(Folder).TextsIn(MadeUp);
        Assert.Equal("no alarms", lacking.Say("status.no-alarms"));
        NoEnglish(lacking.Show(OurEvidence.NotLoggedIn.Say()));
    }

    [Fact]
    public void A_postmasters_own_text_goes_before_the_programs()
    {
        string own = Path.Combine(Folder, "words", "en");
        Directory.CreateDirectory(own);
        File.WriteAllText(Path.Combine(own, "ours.toml"),
            "[text.trace]\nrefused = \"turned away\"\n[evidence]\nnot-logged-in = \"please log in, {nobody}\"\n");
        var texts = ReplyDatabase.Load(Folder).TextsIn(Language.English);
        Assert.Equal("turned away", texts.Say("trace.refused"));
        Assert.Equal("passed", texts.Say("trace.passed"));
        Assert.Equal("please log in, {nobody}", texts.Show(OurEvidence.NotLoggedIn.Say()));
    }

    [Fact]
    public void No_evidence_is_left_in_English() => Assert.All(
        Sources.Texts("en").Keys.Where(key => !key.StartsWith("language.", StringComparison.Ordinal)),
        key =>
            Assert.DoesNotMatch(
                LatinWord(), Placeholder().Replace(Said.Say(key), match => string.Join(' ', match.Groups[1].Value.Split('|').Skip(1)))));

    [Fact]
    public void No_English_is_left_in_a_trace()
    {
        var output = new StringWriter();
        var trace = new TraceFormatter(new Terminal(output, isTerminal: false), new ReplyExplainer(Catalogue, MadeUp), verbose: true);
        var client = IPAddress.Parse("192.0.2.7");
        int position = 0;
        JournalEvent Event(JournalKind kind) =>
            new() { Position = ++position, Kind = kind, At = TestDirectory.Start.AddSeconds(position), Session = "S-1" };
        foreach (var happened in (JournalEvent[])
        [
            Event(JournalKind.Connected) with { Detail = OurEvidence.ConnectedAt.Say("127.0.0.1:25"), Peer = client },
            Event(JournalKind.Reply) with { Code = 220, Text = "mx", Entry = "greeting" },
            Event(JournalKind.Verdict) with
            {
                Rule = "recipient-unknown", VerdictId = "G-ABC", Code = 550, Detail = OurEvidence.NoSuchMailbox.Say("demo.test"),
                Facts =
                [
                    OurFacts.Domain.Is("demo.test"),
                    OurFacts.WouldPass.Is(OurEvidence.PassMailbox.Say()),
                    OurFacts.Rule.Is("greylisted", OurEvidence.FirstSeen.Say(TestDirectory.Start)),
                    OurFacts.Ptr.Is(client, OurEvidence.WithTtl.Say(OurEvidence.DnsNoRecords.Say(), 300)),
                    OurFacts.Within.Is(TimeSpan.FromMinutes(90)),
                    OurFacts.Quota.Is(new Octets(21)),
                    OurFacts.NoObjection.Is(["relay-denied"]),
                ],
            },
            Event(JournalKind.Reply) with { Command = "RCPT TO:<x@demo.test>", Code = 550, Status = "5.1.1", Text = "no",
                Entry = "recipient-unknown" },
            Event(JournalKind.Accepted) with { QueueId = "Q1", Sender = "a@b.test", Recipient = "x@demo.test", Size = 100 },
            Event(JournalKind.Deferred) with { QueueId = "Q1", Recipient = "x@demo.test", NextAttempt = TestDirectory.Start,
                Detail = OurEvidence.QueueBroken.Say() },
            Event(JournalKind.Failed) with { QueueId = "Q1", Recipient = "x@demo.test" },
            Event(JournalKind.Bounced) with { QueueId = "Q1", Recipient = "x@demo.test" },
            Event(JournalKind.Closed) with { Detail = OurEvidence.CommandTimeout.Say() },
            Event(JournalKind.Closed),
        ])
            trace.Add(happened);
        trace.Close();

        NoEnglish(output.ToString(), "recipient-unknown", "mailbox-unknown", "relay-denied", "greylisted", "greeting", "demo.test",
            "b.test", "RCPT TO:", "G-ABC", "Q1", "S-1", "550 5.1.1 no", "220 mx");
    }

    [Fact]
    public async Task No_English_is_left_in_would_accept()
    {
        var question = new DryRunQuestion
        {
            Client = IPAddress.Parse("192.0.2.7"),
            Server = new SmtpServerOptions { HostName = "mx.host.example" },
            Sender = "ann@partner.example",
            Recipients = ["nobody@host.example"],
        };
        var steps = await DryRun.RunAsync(TestDirectory.Book(), question, TestContext.Current.CancellationToken);
        var output = new StringWriter();
        WouldAcceptCommand.Write(steps, new Terminal(output, isTerminal: false), new ReplyExplainer(Catalogue, MadeUp));

        string[] replies = [.. steps.Select(step => step.Verdict.Reply?.ToString()).OfType<string>()];
        string[] names = [.. Gatepost.Policy.Engine.RuleEngine.RuleNames, "mailbox-unknown", "partner.example", "host.example"];
        Assert.Contains("recipient-unknown", output.ToString());
        // A long reply is broken into lines.
        NoEnglish(Regex.Replace(output.ToString(), @"\s+", " "),
            ["MAIL FROM:<ann@partner.example>", "RCPT TO:<nobody@host.example>", "nobody@host.example", "EHLO", .. replies, .. names]);
    }

    [Fact]
    public void No_English_is_left_in_a_status()
    {
        var status = new ServerStatus
        {
            HostName = "mx.host.example",
            Version = "1.0",
            Process = 1,
            Started = TestDirectory.Start,
            Configuration = null,
            Listeners = [],
            Blocked =
                [new ServerBlock("192.0.2.0/24", "r", TestDirectory.Start, TestDirectory.Start,
                    OurEvidence.MessagesCounted.Say(3, TimeSpan.FromMinutes(1), 2))],
            Alarms =
                [new ServerAlarm("dns", TestDirectory.Start, OurEvidence.ListSetAside.Say(
                    "bl.test", OurEvidence.ListListsEverybody.Say(), TimeSpan.FromMinutes(5)))],
            Failing =
                [new HealthCheck("store", false, "full"), new HealthCheck("store", false, "broken"), new HealthCheck("disk", false, "1 B"),
                    new HealthCheck("queue", false, "1")],
        };
        var output = new StringWriter();
        StatusCommand.Write(status, new Terminal(output, isTerminal: false), Said);
        NoEnglish(output.ToString(), "mx.host.example", "bl.test", "dns");

        output = new StringWriter();
        StatusCommand.Write(status with { Blocked = [], Alarms = [], Failing = [] }, new Terminal(output, isTerminal: false), Said);
        NoEnglish(output.ToString(), "mx.host.example");
    }

    [Theory]
    [InlineData("550 5.1.1 <bob@example.org>: User unknown")]
    [InlineData("550")]
    [InlineData("4.4.1")]
    [InlineData("Subject: hello\n\nHello world")]
    public void No_English_is_left_in_an_answer_of_explain(string document)
    {
        var read = new Explainer(Catalogue).Read(Encoding.UTF8.GetBytes(document));
        var texts = new AnswerTexts(Said);
        var output = new StringWriter();
        new TerminalAnswers(output, terminal: false, texts, Catalogue).Write(read);
        var page = new StringWriter();
        new BriefAnswers(page, texts).Write(read);
        string[] said =
            [.. read.Reports.SelectMany(report => (string[])[report.Reason.Word, .. report.Evidence.Select(quotation => quotation.Text)]),
                "bob@example.org", "User unknown"];
        NoEnglish(output.ToString(), said);
        NoEnglish(page.ToString(), said);
    }

    [Theory]
    [InlineData(nameof(NoticeKind.Failed))]
    [InlineData(nameof(NoticeKind.Delayed))]
    [InlineData(nameof(NoticeKind.Succeeded))]
    public void No_English_is_left_in_a_bounce(string kind)
    {
        var notice = new BounceWords(Said);
        var message = new QueuedMessage
        {
            QueueId = "Q1",
            Sender = Mailbox.Parse("ann@client.example"),
            Recipients = [],
            Size = 10,
            Arrived = TestDirectory.Start,
        };
        var recipient = new QueuedRecipient
        {
            Index = 0,
            Accepted = Mailbox.Parse("bob@host.example"),
            Address = Mailbox.Parse("bob@host.example"),
            Destination = new Destination(DestinationKind.Mx, "host.example"),
        };
        var result = new RecipientResult(
            recipient, ReplyDatabase.BuiltIn.Recognise(550, "5.1.1 no such user"), Stage.RcptTo, "mx.host.example", null);
        string text = new NoticeText(notice, new BounceOptions { Contact = "help@host.example" }, TimeSpan.FromDays(5), Catalogue)
            .Write(Enum.Parse<NoticeKind>(kind), message, "1", [result]);

        NoEnglish(
            text, "bob@host.example", "550 5.1.1 no such user", "mx.host.example", "host.example", "RCPT TO", "RCPT", "help@", "Q1", "UTC");
        NoEnglish(notice.Subject(Enum.Parse<NoticeKind>(kind), "1", 2) + notice.From);
    }

    [Fact]
    public void No_English_is_left_in_a_row_of_the_tour()
    {
        var scene = TourRows.All.Single(scene => scene.Name == "B37");
        TourResult Played(string form, string reply, string? fault) => new()
        {
            Scene = scene,
            Form = form,
            Conversation = ["C: RCPT TO:<nobody@host.example>", "S: " + reply],
            Reply = reply,
            Stage = "RcptTo",
            Rule = "recipient-unknown",
            VerdictId = "G-1",
            Facts = [OurFacts.Domain.Is("host.example"), OurFacts.WouldPass.Is(OurEvidence.PassMailbox.Say())],
            Explanation = Catalogue.Explain(RecipientReplies.RecipientUnknown.Say(("recipient", "x"))),
            Fault = fault,
        };
        var (classic, modern) = (Played("classic", "550 5.1.1 no", null), Played("modern", "550 5.1.1 never", "1"));
        foreach (bool inFull in (bool[])[true, false])
        {
            var output = new StringWriter();
            var printer = new TourPrinter(
                new Terminal(output, isTerminal: false), Said, inFull ? TourForm.Full : TourForm.Folded);
            printer.Print(classic, modern);
            printer.Sum([classic, modern], 64, TimeSpan.FromSeconds(3));
            string[] commands = ["gatepost tour --row E12", "gatepost explain", "gatepost would-accept --help"];
            NoEnglish(
                output.ToString(), [.. classic.Conversation, modern.Reply, "recipient-unknown", "mailbox-unknown", "host.example", "modern",
                    "classic", .. commands]);
        }
    }

    private static void NoEnglish(string text, params string[] saidByOthers) => MadeUpLanguage.NoEnglish(text, saidByOthers);

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("[A-Za-z]{3,}")]
    private static partial Regex LatinWord();
}
