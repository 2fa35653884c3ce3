using Gatepost.Files;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quotas;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class MailboxTests
{
    [Theory]
    [InlineData(ReplyStyle.Classic, "554 5.7.1 <ann@host.example>: Recipient address rejected: USER IS SUSPENDED [G-")]
    [InlineData(ReplyStyle.Modern, "550 5.2.1 <ann@host.example>: Recipient address rejected: Mailbox is suspended [G-")]
    public async Task A_suspended_mailbox_takes_no_mail_and_others_do(ReplyStyle style, string reply)
    {
        var ann = TestDirectory.Account(
            "ann@host.example") with
        { Suspensions = [new Suspension(Suspended.Receiving, "carl", TestDirectory.Start, "unpaid")] };
        var visit = new RuleSession(
            TestDirectory.Book(
                TestDirectory.Directory([], ann, TestDirectory.Account("bob@host.example")), new PolicyOptions { Replies = style }));

        var verdict = await visit.RcptAsync("ann@host.example");
        Assert.Equal("recipient-suspended", verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
        Assert.DoesNotContain("unpaid", verdict.Reply.Text);
        Assert.Contains(verdict.Facts, fact => fact.Label == "suspension" && fact.Text.Contains("unpaid", StringComparison.Ordinal));
        Assert.True((await visit.RcptAsync("bob@host.example")).Passes);
    }

    [Fact]
    public async Task A_mailbox_that_may_only_not_send_still_receives()
    {
        var ann = TestDirectory.Account(
            "ann@host.example") with
        { Suspensions = [new Suspension(Suspended.Sending, "carl", TestDirectory.Start, "spam run")] };

        Assert.True((await new RuleSession(TestDirectory.Book(TestDirectory.Directory([], ann))).RcptAsync("ann@host.example")).Passes);
    }

    [Fact]
    public async Task A_suspended_domain_suspends_all_its_mailboxes()
    {
        var domain = TestDirectory.Domain(
            "host.example") with
        { Suspensions = [new Suspension(Suspended.Receiving, "carl", TestDirectory.Start, "moved away")] };
        var directory = new ConfiguredDirectory([domain], [TestDirectory.Account("ann@host.example")], []);

        Assert.Equal("recipient-suspended", (await new RuleSession(TestDirectory.Book(directory)).RcptAsync("ann@host.example")).Rule);
    }

    [Theory]
    [InlineData(ReplyStyle.Classic, "450 4.7.1 <bob@host.example>: Recipient address rejected: Access denied [G-")]
    [InlineData(ReplyStyle.Modern, "550 5.7.1 <bob@host.example>: Recipient address rejected: Access denied [G-")]
    public async Task A_blocked_recipient_is_refused(ReplyStyle style, string reply)
    {
        var block = new Block(BlockSide.Recipient, "bob@host.example", null, "carl", TestDirectory.Start, "left the company");
        var verdict = await new RuleSession(TestDirectory.Book(TestDirectory.Directory([block]), new PolicyOptions { Replies = style }))
            .RcptAsync("bob@host.example");

        Assert.Equal("recipient-blocked", verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Theory]
    [InlineData(999, null, true)]
    [InlineData(1000, null, false)]
    [InlineData(900, 100L, true)]
    [InlineData(900, 101L, false)]
    [InlineData(900, long.MaxValue, false)]
    [InlineData(null, null, true)]
    public async Task A_mailbox_without_room_for_the_message_is_refused_at_rcpt(int? holds, long? declared, bool passes)
    {
        var visit = new RuleSession(
            Book(holds is { } octets ? new MailboxState(octets, 0, null, null, TestDirectory.Start) : null, ReplyStyle.Modern));
        await visit.MailAsync("ann@partner.example", declared);
        var verdict = await visit.RcptAsync("ann@host.example");

        Assert.Equal(passes, verdict.Passes);
        if (!passes)
            Assert.StartsWith("452 4.2.2 <ann@host.example>: Recipient address rejected: mailbox is full [G-", verdict.Reply!.ToString());
        Assert.True((await visit.RcptAsync("bob@host.example")).Passes);
    }

    [Theory]
    [InlineData(
        ReplyStyle.Classic, 8, "522 5.7.1 <ann@host.example>: Recipient address rejected: Requested mail action aborted: exceeded "
        + "storage allocation [G-")]
    [InlineData(ReplyStyle.Modern, 8, "552 5.2.2 <ann@host.example>: Recipient address rejected: mailbox has been full for days [G-")]
    [InlineData(ReplyStyle.Modern, 6, "452 4.2.2 <ann@host.example>: Recipient address rejected: mailbox is full [G-")]
    public async Task A_mailbox_no_one_tidies_for_long_is_refused_permanently(ReplyStyle style, int days, string reply)
    {
        var visit = new RuleSession(Book(new MailboxState(2000, 0, null, null, TestDirectory.Start.AddDays(-days)), style));
        await visit.MailAsync("ann@partner.example");

        var verdict = await visit.RcptAsync("ann@host.example");
        Assert.Equal("mailbox-full", verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Fact]
    public async Task A_neighbour_of_a_client_that_waited_need_not_wait_and_a_client_that_keeps_coming_back_waits_no_more()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var options = new PolicyOptions
        {
            GreylistPassAfter = 2,
            Rules = new Dictionary<string, RuleOptions> { ["greylisted"] = TestDirectory.Only(RuleMode.On) },
        };
        var book = TestDirectory.Book(options: options, time: time);

        Assert.False(await PassesAsync("192.0.2.7", "one"));
        Assert.False(await PassesAsync("192.0.2.7", "two"));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.True(await PassesAsync("192.0.2.200", "one"));
        Assert.False(await PassesAsync("192.0.3.7", "one"));
        Assert.False(await PassesAsync("192.0.2.7", "three"));
        Assert.True(await PassesAsync("192.0.2.7", "two"));
        Assert.True(await PassesAsync("192.0.2.9", "four"));

        async Task<bool> PassesAsync(string client, string sender)
        {
            var visit = new RuleSession(book, client);
            await visit.MailAsync($"{sender}@partner.example");
            return (await visit.RcptAsync("ann@host.example")).Passes;
        }
    }

    [Fact]
    public async Task An_unknown_client_waits_where_greylisting_is_on_and_is_known_afterwards()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var options = new PolicyOptions
        {
            GreylistDelay = TimeSpan.FromMinutes(5),
            Rules = new Dictionary<string, RuleOptions>
            { ["greylisted"] = TestDirectory.Only(RuleMode.On) }
        };
        var book = TestDirectory.Book(options: options, time: time);
        Assert.StartsWith("450 4.2.0 <ann@host.example>: Recipient address rejected: Greylisted, come back in 300 seconds",
            (await RcptAsync()).Reply!.ToString());

        time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.StartsWith("450 4.2.0 <ann@host.example>: Recipient address rejected: Greylisted, come back in 1 seconds",
            (await RcptAsync()).Reply!.ToString());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await RcptAsync()).Passes);

        async Task<Verdict> RcptAsync()
        {
            var visit = new RuleSession(book);
            await visit.MailAsync("ann@partner.example");
            return await visit.RcptAsync("ann@host.example");
        }
    }

    [Theory]
    [InlineData("x@gone.example", false)]
    [InlineData("x@silent.example", true)]
    [InlineData("x@partner.example", true)]
    [InlineData("x@[192.0.2.1]", true)]
    public async Task Our_users_hear_immediately_that_a_domain_does_not_exist(string recipient, bool passes)
    {
        var dns = Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone + "\nsilent.example TIMEOUT");
        var verdict = await new RuleSession(TestDirectory.Book(dns: dns), role: ListenerRole.Submission, user: "ann@host.example")
            .RcptAsync(recipient);

        Assert.Equal(passes, verdict.Passes);
        if (!passes)
            Assert.StartsWith("550 5.1.2 <x@gone.example>: Recipient address rejected: Domain not found [G-", verdict.Reply!.ToString());
    }

    [Fact]
    public async Task A_directory_that_does_not_answer_is_our_trouble_and_never_unknown_user()
    {
        var book = new RuleEngine(new PolicyOptions(), new BrokenDirectory(new DirectoryUnavailableException("the table is locked")),
            TestDirectory.Parts(), new Random(1));
        for (int i = 0; i < 100; i++)
            Assert.StartsWith("451 4.3.0 Error: the directory of mailboxes does not answer - try again later [G-",
                (await new RuleSession(book).RcptAsync("ann@host.example")).Reply!.ToString());

        Assert.Single(book.Parts.Alarms.On);
    }

    [Fact]
    public async Task A_rule_that_fails_is_a_configuration_problem_with_its_cause_in_the_evidence()
    {
        var book = new RuleEngine(
            new PolicyOptions(), new BrokenDirectory(new FormatException("bad pattern in line 7")), TestDirectory.Parts(), new Random(1));
        var verdict = await new RuleSession(book).RcptAsync("ann@host.example");

        Assert.Equal("configuration-problem", verdict.Rule);
        Assert.StartsWith("451 4.3.5 Server configuration problem - try again later [G-", verdict.Reply!.ToString());
        Assert.Contains(verdict.Facts, fact => fact is { Label: "fault", Text: "FormatException: bad pattern in line 7" });
    }

    private static RuleEngine Book(MailboxState? size, ReplyStyle style)
    {
        var directory = TestDirectory.Directory(
            [], TestDirectory.Account("ann@host.example") with { Quota = 1000 }, TestDirectory.Account("bob@host.example"));
        return new RuleEngine(new PolicyOptions { Replies = style }, directory, TestDirectory.Parts(new FixedSizes(size)), new Random(1));
    }

    private sealed class FixedSizes(MailboxState? size) : IMailboxSizes
    {
        public ValueTask<MailboxState?> MeasureAsync(Account account, CancellationToken cancel) => ValueTask.FromResult(size);
    }

    private sealed class BrokenDirectory(Exception fault) : IDirectory
    {
        public string? DefaultDomain => "host.example";

        public ValueTask<Gatepost.Policy.Directory.Domain?> FindDomainAsync(string name, CancellationToken cancel) => throw fault;

        public ValueTask<Account?> FindAccountAsync(AddressKey address, CancellationToken cancel) => throw fault;

        public ValueTask<Alias?> FindAliasAsync(AddressKey address, CancellationToken cancel) => throw fault;

        public ValueTask<IReadOnlyList<Block>> FindBlocksAsync(BlockSide side, AddressKey address, CancellationToken cancel) => throw fault;

        public Destination RouteTo(string domain) => throw fault;
    }
}
