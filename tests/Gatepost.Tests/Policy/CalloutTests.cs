using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>The rule <c>recipient-undeliverable</c> and what it remembers.</summary>
public sealed class CalloutTests
{
    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly ScriptedProbe probe = new();

    [Theory]
    [InlineData(CalloutOutcome.Taken, null, "")]
    [InlineData(
        CalloutOutcome.Refused, null,
        "550 5.1.1 <x@relayed.example>: Recipient address rejected: undeliverable address (next host inner.example said: no such user) [G-")]
    [InlineData(CalloutOutcome.Silent, WhenSilent.Pass, "")]
    [InlineData(CalloutOutcome.Silent, null,
        "451 4.4.1 <x@relayed.example>: Recipient address rejected: unverified address: the next mail server did not answer [G-")]
    public async Task Only_a_refusal_refuses_and_silence_is_no_answer(CalloutOutcome outcome, WhenSilent? silent, string reply)
    {
        probe.Answer = outcome;
        var verdict = await new RuleSession(Book(silent)).RcptAsync("x@relayed.example");

        Assert.Equal(reply.Length == 0, verdict.Passes);
        if (reply.Length > 0)
            Assert.StartsWith(reply, verdict.Reply!.ToString());
        Assert.Contains(verdict.Facts, fact =>
            fact is { Label: "callout to inner.example", Text: "no such user, asked 2026-03-01 12:00:00Z" });
        Assert.Contains(verdict.Facts, fact => fact is { Label: "conversation", Text: "A1" });
    }

    [Theory]
    [InlineData("ann@host.example")]
    [InlineData("postmaster@relayed.example")]
    [InlineData("x@foreign.example")]
    public async Task No_one_is_asked_about_our_own_mailboxes_postmasters_and_others_domains(string recipient)
    {
        probe.Answer = CalloutOutcome.Refused;
        await new RuleSession(Book()).RcptAsync(recipient);

        Assert.Equal(0, probe.Asked);
    }

    [Fact]
    public async Task It_is_on_by_default()
    {
        probe.Answer = CalloutOutcome.Refused;
        var book = new RuleEngine(new PolicyOptions(), TestDirectory.Directory(), Parts(), new Random(1));

        Assert.Equal("recipient-undeliverable", (await new RuleSession(book).RcptAsync("x@relayed.example")).Rule);
        Assert.Equal(1, probe.Asked);
    }

    [Theory]
    [InlineData(CalloutOutcome.Silent, true)]
    [InlineData(CalloutOutcome.Refused, false)]
    public async Task Mail_of_own_users_is_taken_where_no_one_answers(CalloutOutcome outcome, bool passes)
    {
        probe.Answer = outcome;
        var session = new RuleSession(Book(), role: ListenerRole.Internal);
        Assert.Equal(passes, (await session.RcptAsync("x@relayed.example")).Passes);
    }

    [Theory]
    [InlineData(CalloutOutcome.Taken, 24 * 60)]
    [InlineData(CalloutOutcome.Refused, 60)]
    [InlineData(CalloutOutcome.Silent, 1)]
    public async Task An_answer_is_believed_for_its_time_and_then_asked_for_again(CalloutOutcome outcome, int minutes)
    {
        probe.Answer = outcome;
        var book = Book();
        await new RuleSession(book).RcptAsync("x@relayed.example");
        time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        await new RuleSession(book).RcptAsync("X@Relayed.example");
        Assert.Equal(1, probe.Asked);

        time.Advance(TimeSpan.FromSeconds(1));
        await new RuleSession(book).RcptAsync("x@relayed.example");
        Assert.Equal(2, probe.Asked);
    }

    [Fact]
    public async Task A_silent_host_is_not_asked_about_other_recipients_for_a_minute()
    {
        (probe.Answer, probe.Subject) = (CalloutOutcome.Silent, CalloutSubject.Host);
        var book = Book();
        await new RuleSession(book).RcptAsync("x@relayed.example");
        await new RuleSession(book).RcptAsync("y@relayed.example");
        Assert.Equal(1, probe.Asked);

        time.Advance(TimeSpan.FromMinutes(1));
        await new RuleSession(book).RcptAsync("y@relayed.example");
        Assert.Equal(2, probe.Asked);
    }

    [Fact]
    public async Task That_too_many_questions_were_open_is_not_remembered()
    {
        (probe.Answer, probe.Subject) = (CalloutOutcome.Silent, CalloutSubject.Nothing);
        var book = Book();
        await new RuleSession(book).RcptAsync("x@relayed.example");
        await new RuleSession(book).RcptAsync("x@relayed.example");
        Assert.Equal(2, probe.Asked);
    }

    [Fact]
    public async Task Many_sessions_together_ask_once()
    {
        probe.Gate = new TaskCompletionSource();
        var book = Book();
        var sessions = Enumerable.Range(0, 20).Select(_ => new RuleSession(book).RcptAsync("x@relayed.example").AsTask()).ToList();
        probe.Gate.SetResult();
        await Task.WhenAll(sessions);

        Assert.Equal(1, probe.Asked);
    }

    [Fact]
    public async Task A_dry_run_asks_no_one_and_uses_what_is_known()
    {
        probe.Answer = CalloutOutcome.Refused;
        var book = Book();
        Assert.True((await new RuleSession(book.ReadOnly()).RcptAsync("x@relayed.example")).Passes);
        Assert.Equal(0, probe.Asked);

        await new RuleSession(book).RcptAsync("x@relayed.example");
        Assert.Equal("recipient-undeliverable", (await new RuleSession(book.ReadOnly()).RcptAsync("x@relayed.example")).Rule);
        Assert.Equal(1, probe.Asked);
    }

    [Fact]
    public async Task What_the_other_server_says_cannot_break_the_reply()
    {
        probe.Answer = CalloutOutcome.Refused;
        probe.Said = "550 \u001b[31mno\r\n250 ok " + new string('x', 600);
        var reply = (await new RuleSession(Book()).RcptAsync("x@relayed.example")).Reply!;

        Assert.DoesNotContain('\u001b', reply.ToString());
        Assert.True(reply.Wire.Length <= Reply.MaxLine);
        Assert.Equal(1, reply.Wire.Span.Count((byte)'\n'));
    }

    private PolicyServices Parts() => new(ZoneFile.Parse(TestDirectory.Zone), time) { Callouts = new RecipientVerification(probe, time) };

    private RuleEngine Book(WhenSilent? silent = null) => new(
        new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions>
            { ["recipient-undeliverable"] = new() { Mode = RuleMode.On, WhenSilent = silent } }
        },
        new ConfiguredDirectory(
            [TestDirectory.Domain("host.example"), TestDirectory.Domain(
                "relayed.example", DomainKind.Relay) with { RelayTo = new Destination(DestinationKind.SmtpHost, "inner.example:25") }],
                [TestDirectory.Account("ann@host.example")], []),
        Parts(),
        new Random(1));

    private sealed class ScriptedProbe : IRecipientProbe
    {
        private int asked;

        public CalloutOutcome Answer { get; set; }

        public CalloutSubject Subject { get; set; }

        public string Said { get; set; } = "no such user";

        public TaskCompletionSource? Gate { get; set; }

        public int Asked => asked;

        public async ValueTask<Callout> AskAsync(Mailbox recipient, Destination next, TimeSpan timeout, CancellationToken cancel)
        {
            Interlocked.Increment(ref asked);
            if (Gate is { } gate)
                await gate.Task;
            return new Callout(Answer, "inner.example", Said, TestDirectory.Start, "A1") { Subject = Subject };
        }
    }
}
