using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Policy.Auth;
using Gatepost.Policy.DryRuns;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Server;
using Gatepost.Tests.Smtp;
using Gatepost.Tour;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>Each refusal of the tour is played up to its last command; that one is asked as a dry run first and sent then.</summary>
public sealed partial class DryRunOverAllRowsTests
{
    /// <summary>All but the connection refused before a session begins, because others are open.</summary>
    public static TheoryData<string> Refusals =>
        [.. TourRows.All.Where(IsSaid).Where(scene => scene.Holds == 0).Select(scene => scene.Name)];

    [Fact]
    public void No_refusal_but_the_connection_too_many_is_left_out() =>
        Assert.Equal("B12", Assert.Single(TourRows.All, scene => IsSaid(scene) && scene.Holds > 0).Name);

    private static bool IsSaid(TourScenario scene) => scene.Peer is null && scene.Told is null && scene.Classic is ['4' or '5', ..];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_a_dry_run_says_beforehand_the_session_then_hears(string name)
    {
        var scene = TourRows.All.Single(scene => scene.Name == name);
        foreach (var style in new[] { ReplyStyle.Classic, ReplyStyle.Modern })
        {
            var engine = DryRunTests.Book(scene, style, time: new FakeTimeProvider(TestDirectory.Start));
            await using var live = new LiveSession(engine, scene, style);
            var question = live.Question;
            // The end of the data is no command of its own: the dry run then plays DATA and the message.
            string[] commands = [.. question.Commands!];
            foreach (string line in commands.SkipLast(1))
                await live.ExecuteAsync(line);

            var first = (await DryRun.RunAsync(engine, question, TestContext.Current.CancellationToken)).Last();
            var second = (await DryRun.RunAsync(engine, question, TestContext.Current.CancellationToken)).Last();
            var heard = await live.ExecuteAsync(commands[^1]);

            Assert.False(heard.Reply.IsPositive, $"{name}: {heard.Reply}");
            Assert.Equal(
                (heard.Verdict?.Rule ?? heard.Reply.Entry.Id, Unsigned(heard.Reply)), (first.Verdict.Rule, Unsigned(first.Verdict.Reply)));
            if (heard.Verdict is { } verdict)
                Assert.Equal((verdict.Why, true), (first.Verdict.Why, verdict.Id is not null));
            // Nothing moved: what was asked once is answered the same again.
            Assert.Equal((Unsigned(first.Verdict.Reply), first.Verdict.Why), (Unsigned(second.Verdict.Reply), second.Verdict.Why));
            Assert.DoesNotContain("[G-", first.Verdict.Reply!.ToString());
        }
    }

    /// <summary>What the server takes, though another one refuses it later, a dry run takes as well.</summary>
    [Fact]
    public async Task What_is_taken_and_fails_on_its_way_is_taken_by_a_dry_run_too()
    {
        foreach (var scene in TourRows.All.Where(scene => scene.Peer is not null))
        {
            var engine = DryRunTests.Book(scene, ReplyStyle.Classic);
            var question = new DryRunQuestion
            {
                Client = IPAddress.Loopback,
                Role = ListenerRole.Internal,
                Server = new SmtpServerOptions { HostName = TourWorld.HostName },
                Helo = "printer.host.example",
                Sender = "ann@host.example",
                Recipients = [scene.Peer!.Recipient(ReplyStyle.Classic)],
            };
            var steps = await DryRun.RunAsync(engine, question, TestContext.Current.CancellationToken);
            Assert.All(steps, step => Assert.True(step.Verdict.Passes, $"{scene.Name}: {step.Verdict.Rule}: {step.Verdict.Why}"));
        }
    }

    private static string Unsigned(Reply? reply) => Signature().Replace(reply?.ToString() ?? "", "");

    [GeneratedRegex(@" \[G-[0-9A-Z]{8}\]")]
    private static partial Regex Signature();

    /// <summary>A session as a connection leads it, with the rules and the world of the tour.</summary>
    private sealed class LiveSession : IAsyncDisposable
    {
        private readonly SmtpSession smtp;
        private bool greeted;

        public LiveSession(RuleEngine engine, TourScenario scene, ReplyStyle style)
        {
            var directory = TourWorld.Directory();
            var authenticator = new Authenticator(
                new DirectoryLogins(() => directory, TimeProvider.System, hasScram: false),
                    new LoginThrottle(new LoginThrottleOptions(), TimeProvider.System));
            var server = scene.Server(new SmtpServerOptions
            {
                HostName = TourWorld.HostName,
                Style = style,
                Limits = new SessionLimits { MaxRecipients = scene.Role == ListenerRole.Submission ? 50 : 100 },
                Listeners = [new ListenerOptions { Role = scene.Role, EndPoint = new IPEndPoint(IPAddress.Loopback, 25) }],
            });
            Question = new DryRunQuestion
            {
                Server = server,
                Listener = server.Listeners[0],
                Role = scene.Role,
                Client = IPAddress.Parse(scene.From),
                Commands = [.. scene.Says.Where(line => !line.StartsWith("> ", StringComparison.Ordinal)).Select(Spoken)],
                Message = scene.Says.Contains("> .") ? DryRunTests.Body(scene) : (ReadOnlyMemory<byte>?)null,
                Authenticator = authenticator,
                Room = scene.DiskFull ? _ => StoreOutcome.Full : _ => StoreOutcome.Kept,
            };
            var session = new Session
            {
                Id = "S1",
                Role = scene.Role,
                Client = new IPEndPoint(Question.Client, 4711),
                Local = new IPEndPoint(IPAddress.Loopback, 25),
                HostName = TourWorld.HostName,
            };
            var store = new MemoryStore { AtMail = scene.DiskFull ? StoreOutcome.Full : StoreOutcome.Kept };
            var services = new SessionServices(
                engine, store, new Smtp.MemoryJournal(), authenticator, new FakeTimeProvider(TestDirectory.Start));
            smtp = new SmtpSession(
                session, new ListenerProfile(server, server.Listeners[0]), services);
        }

        public DryRunQuestion Question { get; }

        public async Task<Answer> ExecuteAsync(string line)
        {
            var cancel = TestContext.Current.CancellationToken;
            if (!greeted)
                await smtp.GreetAsync(cancel);
            greeted = true;
            var answer = await smtp.ExecuteAsync(CommandParser.Parse(Encoding.UTF8.GetBytes(line)), cancel);
            if (smtp.Expects != Expectation.Data || Question.Message is not { } message)
                return answer!.Value;
            await smtp.WriteBodyAsync(message, cancel);
            return (await smtp.EndDataAsync(cancel))!.Value;
        }

        public ValueTask DisposeAsync() => smtp.DisposeAsync();

        /// <summary>As <see cref="TourRunner"/> speaks it.</summary>
        private static string Spoken(string line) => line.Split(' ') is ["AUTH", var user, var password]
            ? "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"))
            : line;
    }
}
