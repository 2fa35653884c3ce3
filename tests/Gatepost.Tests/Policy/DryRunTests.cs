using System.Net;
using Gatepost.Policy;
using Gatepost.Policy.DryRuns;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Tour;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class DryRunTests
{
    public static TheoryData<string> Scenes =>
        [.. TourRows.All.Where(scene => scene.Rule is not null && scene.Peer is null && IsOneMessage(scene))
            .Select(scene => scene.Row + scene.Case)];

    /// <summary>
    /// Every scene of the tour in which a rule decides, asked as a trial: the rule and the reply are those of the live session.
    /// </summary>
    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task A_dry_run_says_what_a_live_session_hears(string name)
    {
        var scene = TourRows.All.Single(scene => scene.Row + scene.Case == name);
        foreach (var style in new[] { ReplyStyle.Classic, ReplyStyle.Modern })
        {
            var steps = await DryRun.RunAsync(Book(scene, style), Question(scene, style), TestContext.Current.CancellationToken);
            var refused = steps.Last();

            Assert.Equal(scene.Rule, refused.Verdict.Rule);
            Assert.StartsWith(
                style == ReplyStyle.Modern && scene.Modern.Length > 0 ? scene.Modern : scene.Classic, refused.Verdict.Reply!.ToString());
        }
    }

    [Fact]
    public async Task A_dry_run_moves_no_counter_and_blocks_no_one()
    {
        var options = new PolicyOptions
        {
            ReceivedPerMailboxAndHour = 1,
            MessagesPerClient = 1,
            Rules = new Dictionary<string, RuleOptions>
            { ["greylisted"] = TestDirectory.Only(RuleMode.On) }
        };
        var book = TestDirectory.Book(options: options);
        var question = new DryRunQuestion
        {
            Client = IPAddress.Parse("192.0.2.7"),
            Server = Server,
            Sender = "ann@partner.example",
            Recipients = ["ann@host.example"]
        };
        for (int i = 0; i < 3; i++)
            Assert.Equal("greylisted", (await DryRun.RunAsync(book, question, TestContext.Current.CancellationToken)).Last().Verdict.Rule);

        Assert.Empty(book.Parts.TemporaryBlocks.List(TestDirectory.Start));
        Assert.Equal(
            0, (
                await book.Parts.Counters.PeekAsync(
                    new Claim(new CounterKey(Counted.ClientMessages, "192.0.2.7/32"), 1, 1, TimeSpan.FromMinutes(10)), TestDirectory.Start,
                    TestContext.Current.CancellationToken)).Used);
        Assert.Null(
            await book.Parts.Greylist.FindAsync(
                "192.0.2.7/32", "ann@partner.example", "ann@host.example", TestDirectory.Start, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_dry_run_sees_what_the_server_has_counted()
    {
        var book = TestDirectory.Book(options: new PolicyOptions { ReceivedPerMailboxAndHour = 1 });
        await new RuleSession(book).RcptAsync("ann@host.example");
        var question = new DryRunQuestion
        {
            Client = IPAddress.Parse("192.0.2.7"),
            Server = Server,
            Sender = "ann@partner.example",
            Recipients = ["ann@host.example"]
        };

        Assert.Equal(
            "inbound-quota-exceeded", (await DryRun.RunAsync(book, question, TestContext.Current.CancellationToken)).Last().Verdict.Rule);
    }

    private static SmtpServerOptions Server { get; } = new() { HostName = "mx.host.example" };

    /// <summary>
    /// Scenes that need something to have happened before, or a mistake no flag of would-accept makes, are no single question;
    /// DryRunOverAllRowsTests asks them.
    /// </summary>
    private static bool IsOneMessage(TourScenario scene) =>
        scene.Rule is not ("message-too-big" or "address-needs-smtputf8" or "no-valid-recipients") && !scene.Says.Contains("RSET")
            && scene.Says.Count(line => line.StartsWith("RCPT", StringComparison.Ordinal)) <= 1
        && scene.Rule is not ("protocol-error" or "user-quota-exceeded" or "domain-quota-exceeded");

    internal static RuleEngine Book(
        TourScenario scene, ReplyStyle style, Func<PolicyOptions, PolicyOptions>? change = null, TimeProvider? time = null)
    {
        var options = scene.Policy(TourWorld.Options) with { Replies = style };
        if (scene.Scan is { } scan)
            options =
                options with
                {
                    Scanners = [
                    new ScannerOptions { Name = scan.Scanner, Kind = ScannerKind.Rspamd, Address = "127.0.0.1:1" }]
                };
        options = change?.Invoke(options) ?? options;
        var parts = new PolicyServices(TourWorld.Dns(), time
            ?? TimeProvider.System)
        { MailboxSizes = new TourWorld.Sizes(), MakeScanner = _ => new Scanner(scene.Scan!) };
        return new RuleEngine(options, TourWorld.Directory(), parts, new Random(1));
    }

    internal static DryRunQuestion Question(TourScenario scene, ReplyStyle style = ReplyStyle.Classic)
    {
        string? hello = scene.Says.FirstOrDefault(line =>
            line.StartsWith("EHLO ", StringComparison.Ordinal) || line.StartsWith("HELO ", StringComparison.Ordinal));
        string? mail = Address("MAIL FROM:<"), rcpt = Address("RCPT TO:<");
        return new DryRunQuestion
        {
            Client = IPAddress.Parse(scene.From),
            Role = scene.Role,
            Server = scene.Server(new SmtpServerOptions { HostName = TourWorld.HostName, Style = style }),
            Room = scene.DiskFull ? _ => StoreOutcome.Full : _ => StoreOutcome.Kept,
            Helo = hello?[5..],
            IsEsmtp = hello?.StartsWith("EHLO", StringComparison.Ordinal) == true,
            User = scene.Says.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.Ordinal))?.Split(' ')[1],
            Sender = mail ?? "",
            Recipients = rcpt is null ? [] : [rcpt],
            Message = scene.Says.Contains("DATA") ? Body(scene) : (ReadOnlyMemory<byte>?)null,
        };

        string? Address(string command) => scene.Says.FirstOrDefault(line => line.StartsWith(command, StringComparison.Ordinal)) is { } line
            ? line[command.Length..line.IndexOf('>')] : null;
    }

    /// <summary>The lines of the message, as they would cross the wire.</summary>
    internal static byte[] Body(TourScenario scene) => System.Text.Encoding.UTF8.GetBytes(string.Concat(
        scene.Says.Where(line => line.StartsWith("> ", StringComparison.Ordinal) && line != "> .").Select(line => line[2..] + "\r\n")));

    private sealed class Scanner(Scan scan) : IScanner
    {
        public string Name => scan.Scanner;

        public ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel) => ValueTask.FromResult(scan);
    }
}
