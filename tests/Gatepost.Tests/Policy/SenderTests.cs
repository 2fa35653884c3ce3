using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class SenderTests
{
    [Theory]
    [InlineData(ReplyStyle.Classic, "ann@nowhere.example", "sender-domain-not-found",
        "450 4.1.8 <ann@nowhere.example>: Sender address rejected: Domain not found [G-")]
    [InlineData(ReplyStyle.Modern, "ann@nowhere.example", "sender-domain-not-found",
        "550 5.1.8 <ann@nowhere.example>: Sender address rejected: Domain not found [G-")]
    [InlineData(ReplyStyle.Modern, "ann@texts.example", "sender-domain-not-found",
        "550 5.1.8 <ann@texts.example>: Sender address rejected: Domain not found [G-")]
    [InlineData(ReplyStyle.Classic, "ann@silent.example", "sender-domain-unanswered",
        "451 4.4.3 <ann@silent.example>: Sender address rejected: Domain lookup failed [G-")]
    [InlineData(ReplyStyle.Modern, "ann@silent.example", "sender-domain-unanswered",
        "451 4.4.3 <ann@silent.example>: Sender address rejected: Domain lookup failed [G-")]
    [InlineData(ReplyStyle.Modern, "ann@half.example", "sender-domain-unanswered",
        "451 4.4.3 <ann@half.example>: Sender address rejected: Domain lookup failed [G-")]
    [InlineData(ReplyStyle.Classic, "ann@null.example", "sender-domain-takes-no-mail",
        "450 4.1.8 <ann@null.example>: Sender address rejected: Domain not found [G-")]
    [InlineData(ReplyStyle.Modern, "ann@null.example", "sender-domain-takes-no-mail",
        "550 5.7.27 <ann@null.example>: Sender address rejected: Domain takes no mail (null MX) [G-")]
    public async Task A_sender_no_bounce_could_reach_is_refused_by_its_cause(ReplyStyle style, string sender, string rule, string reply)
    {
        var verdict = await new RuleSession(TestDirectory.Book(options: new PolicyOptions { Replies = style }, dns: Dns)).MailAsync(sender);

        Assert.Equal(rule, verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
        Assert.Contains(verdict.Facts, fact => fact.Label == "would pass");
    }

    [Theory]
    [InlineData("ann@partner.example")]
    [InlineData("ann@six.example")]
    [InlineData("ann@host.example")]
    [InlineData("ann@[192.0.2.7]")]
    [InlineData("")]
    public async Task A_sender_that_can_be_answered_passes(string sender) =>
        Assert.True((await new RuleSession(TestDirectory.Book(dns: Dns)).MailAsync(sender)).Passes);

    [Theory]
    [InlineData("ann@host.example", true)]
    [InlineData("ANN@Host.Example", true)]
    [InlineData("ann+shop@host.example", true)]
    [InlineData("sales@host.example", true)]
    [InlineData("granted@host.example", true)]
    [InlineData("anything@two.example", true)]
    [InlineData("", true)]
    [InlineData("bob@host.example", false)]
    [InlineData("nobody@host.example", false)]
    [InlineData("ann@foreign.example", false)]
    [InlineData("bobs@host.example", false)]
    public async Task A_login_sends_as_itself_its_aliases_and_what_it_was_given_leave_for(string sender, bool passes)
    {
        var ann = TestDirectory.Account("ann@host.example") with { SendsAs = ["granted@host.example", "@two.example"] };
        var directory = new ConfiguredDirectory(
            [TestDirectory.Domain("host.example"), TestDirectory.Domain("two.example")],
            [ann, TestDirectory.Account("bob@host.example")],
            [TestDirectory.Alias("sales@host.example", "bob@host.example", "ann@host.example"),
                TestDirectory.Alias("bobs@host.example", "bob@host.example")]);
        var verdict = await new RuleSession(TestDirectory.Book(directory), role: ListenerRole.Submission, user: "ann@host.example")
            .MailAsync(sender);

        Assert.Equal(passes, verdict.Passes);
        if (!passes)
            Assert.StartsWith(
                $"553 5.7.1 <{sender}>: Sender address rejected: not owned by user ann@host.example [G-", verdict.Reply!.ToString());
    }

    [Fact]
    public async Task A_user_of_this_machine_writes_as_whom_it_likes()
    {
        var visit = new RuleSession(TestDirectory.Book(), "127.0.0.1", ListenerRole.Submission, user: "uid 33");

        Assert.True((await visit.MailAsync("www@foreign.example")).Passes);
        Assert.True((await visit.RcptAsync("x@partner.example")).Passes);
    }

    [Fact]
    public async Task The_null_sender_of_a_login_can_be_forbidden() =>
        Assert.Equal(
            "sender-not-owned", (
                await new RuleSession(TestDirectory.Book(options: new PolicyOptions { LoginMaySendNull = false }),
                    role: ListenerRole.Submission, user: "ann@host.example").MailAsync("")).Rule);

    [Fact]
    public async Task A_mailbox_with_a_password_is_not_lent_to_who_did_not_log_in()
    {
        var directory = TestDirectory.Directory(
            [], TestDirectory.Account("ann@host.example") with { Password = "x" }, TestDirectory.Account("bob@host.example"));
        var book = TestDirectory.Book(directory);

        Assert.StartsWith("553 5.7.1 <ann@host.example>: Sender address rejected: not logged in",
            (await new RuleSession(book, role: ListenerRole.Submission).MailAsync("ann@host.example")).Reply!.ToString());
        Assert.True((await new RuleSession(book, role: ListenerRole.Submission).MailAsync("bob@host.example")).Passes);
    }

    [Theory]
    [InlineData("bad@spam.example", "ann@host.example", true)]
    [InlineData("BAD@Spam.Example", "ann@host.example", true)]
    [InlineData("good@spam.example", "ann@host.example", false)]
    [InlineData("any@evil.example", "ann@host.example", true)]
    [InlineData("any@sub.evil.example", "ann@host.example", true)]
    [InlineData("any@notevil.example", "ann@host.example", false)]
    [InlineData("foe@partner.example", "ann@host.example", true)]
    [InlineData("foe@partner.example", "bob@host.example", false)]
    [InlineData("loud@partner.example", "cat@two.example", true)]
    [InlineData("loud@partner.example", "ann@host.example", false)]
    [InlineData("past@partner.example", "ann@host.example", false)]
    public async Task Blocks_hold_for_their_pattern_scope_and_time(string sender, string recipient, bool blocked)
    {
        Block[] blocks =
        [
            Sender("bad@spam.example"), Sender("@evil.example"), Sender("foe@partner.example", "ann@host.example"),
                Sender("loud@partner.example", "@two.example"),
            Sender("past@partner.example") with { Until = TestDirectory.Start },
        ];
        var options = new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions>
            { ["sender-domain-not-found"] = TestDirectory.Only(RuleMode.Off) }
        };
        var visit = new RuleSession(TestDirectory.Book(TestDirectory.Directory(blocks), options));

        var verdict = await visit.MailAsync(sender);
        if (verdict.Passes)
            verdict = await visit.RcptAsync(recipient);

        Assert.Equal(blocked, !verdict.Passes);
        if (blocked)
        {
            Assert.StartsWith($"554 5.7.1 <{sender}>: Sender address rejected: Access denied [G-", verdict.Reply!.ToString());
            Assert.Contains(verdict.Facts, fact =>
                fact.Label == "block" && fact.Text.EndsWith("by carl on 2026-02-01 00:00:00Z: spam run", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task One_of_our_own_who_is_blocked_hears_the_same_and_is_explained_otherwise()
    {
        var visit =
            new RuleSession(TestDirectory.Book(TestDirectory.Directory([Sender("ann@host.example")])), role: ListenerRole.Submission,
                user: "ann@host.example");
        var verdict = await visit.MailAsync("ann@host.example");

        Assert.Equal("sender-blocked", verdict.Rule);
        Assert.Same(SenderReplies.OwnSenderBlocked, verdict.Reply!.Entry);
    }

    [Theory]
    [InlineData(Suspended.Sending, true)]
    [InlineData(Suspended.Login, true)]
    [InlineData(Suspended.Receiving, false)]
    public async Task A_login_suspended_in_mid_session_sends_no_more_until_it_ends(Suspended what, bool refused)
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var suspension = new Suspension(what, "carl", TestDirectory.Start, "spam run", TestDirectory.Start.AddHours(1));
        var directory = TestDirectory.Directory(
            [], TestDirectory.Account("ann@host.example") with { Suspensions = [suspension] }, TestDirectory.Account("bob@host.example"));
        var visit = new RuleSession(TestDirectory.Book(directory, time: time), role: ListenerRole.Submission, user: "ann@host.example");

        var verdict = await visit.RcptAsync("bob@host.example");
        Assert.Equal(refused, !verdict.Passes);
        if (refused)
            Assert.StartsWith("554 5.7.1 <bob@host.example>: Recipient address rejected: USER IS SUSPENDED [G-", verdict.Reply!.ToString());

        time.Advance(TimeSpan.FromHours(1));
        Assert.True((await visit.RcptAsync("bob@host.example")).Passes);
    }

    private static ZoneFile Dns => ZoneFile.Parse(TestDirectory.Zone + """

        texts.example TXT hello
        silent.example TIMEOUT
        half.example SERVFAIL A
        half.example TXT hello
        null.example MX 0 .
        six.example AAAA 2001:db8::1
        """);

    private static Block Sender(string pattern, string? scope = null) =>
        new(BlockSide.Sender, pattern, scope, "carl", new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), "spam run");
}
