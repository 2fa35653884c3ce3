using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gatepost.Policy;
using Gatepost.Policy.DryRuns;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Tour;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>Each row of the tour is lived up to its last command; that one is asked as a trial first and lived then.</summary>
public sealed partial class TrialOverAllRowsTests
{
    /// <summary>
    /// Left out is what no question of <c>would-accept</c> can say: lines nobody can read, and mistakes in the conversation itself.
    /// </summary>
    public static TheoryData<string> Refusals => [.. TourRows.All
        .Where(scene => scene.Peer is null && scene.Rule is not null and not "protocol-error" && (!scene.IsBeforeRules || scene.Rule == "too-many-hops"))
        .Select(scene => scene.Name)];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_a_trial_says_beforehand_the_session_then_hears(string name)
    {
        var scene = TourRows.All.Single(scene => scene.Name == name);
        foreach (var style in new[] { ReplyStyle.Classic, ReplyStyle.Modern })
        {
            var book = TrialTests.Book(scene, style, time: new FakeTimeProvider(TestDirectory.Start));
            var life = new Life(book, scene);
            string last = scene.Says[^1];
            foreach (string line in scene.Says.SkipLast(1))
                await life.HearAsync(line);

            var question = life.Question(last);
            var first = (await DryRun.RunAsync(book, question, TestContext.Current.CancellationToken)).Last();
            var second = (await DryRun.RunAsync(book, question, TestContext.Current.CancellationToken)).Last();
            var lived = await life.HearAsync(last);

            Assert.False(lived.Passes, $"{lived.Rule}: {lived.Why}");
            Assert.Equal((lived.Rule, Unsigned(lived)), (first.Verdict.Rule, Unsigned(first.Verdict)));
            Assert.Equal(lived.Why, first.Verdict.Why);
            // Nothing moved: what was asked once is answered the same again.
            Assert.Equal((Unsigned(first.Verdict), first.Verdict.Why), (Unsigned(second.Verdict), second.Verdict.Why));
            Assert.DoesNotContain("[G-", first.Verdict.Reply!.ToString());
            Assert.NotNull(lived.Id);
        }
    }

    /// <summary>What the server takes, though another one refuses it later, a trial takes as well.</summary>
    [Fact]
    public async Task What_is_taken_and_fails_on_its_way_is_taken_by_a_trial_too()
    {
        foreach (var scene in TourRows.All.Where(scene => scene.Peer is not null))
        {
            var book = TrialTests.Book(scene, ReplyStyle.Classic);
            var question = new DryRunQuestion
            {
                Client = IPAddress.Loopback,
                Role = ListenerRole.Internal,
                HostName = TourWorld.HostName,
                Helo = "printer.host.example",
                Sender = Mailbox.Parse("ann@host.example"),
                Recipients = [Mailbox.Parse(scene.Peer!.Recipient(ReplyStyle.Classic))],
            };
            var steps = await DryRun.RunAsync(book, question, TestContext.Current.CancellationToken);
            Assert.All(steps, step => Assert.True(step.Verdict.Passes, $"{scene.Name}: {step.Verdict.Rule}: {step.Verdict.Why}"));
        }
    }

    private static string Unsigned(Verdict verdict) => Signature().Replace(verdict.Reply?.ToString() ?? "", "");

    [GeneratedRegex(@" \[G-[0-9A-Z]{8}\]")]
    private static partial Regex Signature();

    /// <summary>A session before the rule book, led as the dialogue would lead it.</summary>
    private sealed class Life
    {
        private readonly RuleEngine book;
        private readonly Session session;
        private readonly StringBuilder message = new();
        private bool connected;

        public Life(RuleEngine book, TourScenario scene)
        {
            this.book = book;
            session = new Session
            {
                Id = "S1",
                Role = scene.Role,
                Client = new IPEndPoint(IPAddress.Parse(scene.From), 4711),
                Local = new IPEndPoint(IPAddress.Loopback, 25),
                HostName = TourWorld.HostName,
            };
        }

        public async Task<Verdict> HearAsync(string line)
        {
            if (!connected)
                await JudgeAsync(Stage.Connect);
            connected = true;
            switch (line.Split(' ')[0])
            {
                case "EHLO" or "HELO":
                    (session.Helo, session.IsEsmtp) = (line[5..], line[0] == 'E');
                    return await JudgeAsync(Stage.Hello);
                case "AUTH":
                    session.User = line.Split(' ')[1];
                    return await JudgeAsync(Stage.Authenticate);
                case "MAIL":
                    session.Envelope = new Envelope { Sender = Mailbox.Parse(Address(line)) };
                    return await JudgeAsync(Stage.MailFrom);
                case "RCPT":
                    return await AddAsync(Mailbox.Parse(Address(line)));
                case "RSET":
                    session.Envelope = null;
                    return Verdict.Unremarkable;
                case "DATA":
                    return await JudgeAsync(Stage.Data);
                case ">" when line == "> .":
                    session.Draft = new MemoryDraft(message.ToString());
                    session.Hops = message.ToString().Split("Received:").Length - 1;
                    return await JudgeAsync(Stage.Message);
                default:
                    message.Append(line.AsSpan(2)).Append('\n');
                    return Verdict.Unremarkable;
            }
        }

        /// <summary>What was said so far and the command to come, as one question.</summary>
        public DryRunQuestion Question(string next)
        {
            bool isMail = next.StartsWith("MAIL", StringComparison.Ordinal), isMessage = next == "> .";
            Mailbox[] candidate = next.StartsWith("RCPT", StringComparison.Ordinal) ? [Mailbox.Parse(Address(next))] : [];
            return new DryRunQuestion
            {
                Client = session.Client.Address,
                Role = session.Role,
                HostName = session.HostName,
                Helo = session.Helo,
                IsEsmtp = session.IsEsmtp,
                User = session.User,
                Sender = isMail ? Mailbox.Parse(Address(next)) : session.Envelope?.Sender,
                Recipients = [.. session.Envelope?.Recipients.Select(recipient => recipient.Address) ?? [], .. candidate],
                Message = isMessage ? Encoding.ASCII.GetBytes(message.ToString().ReplaceLineEndings("\r\n")) : (ReadOnlyMemory<byte>?)null,
            };
        }

        private async Task<Verdict> AddAsync(Mailbox recipient)
        {
            session.Candidate = new EnvelopeRecipient(recipient);
            var verdict = await JudgeAsync(Stage.RcptTo);
            if (verdict.Passes)
                session.Envelope!.Recipients.Add(session.Candidate);
            session.Candidate = null;
            return verdict;
        }

        private async Task<Verdict> JudgeAsync(Stage stage) => await book.JudgeAsync(stage, session, TestContext.Current.CancellationToken);

        private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
    }
}
