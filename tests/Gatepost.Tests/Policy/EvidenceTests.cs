using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class EvidenceTests
{
    [Fact]
    public async Task A_pass_names_every_rule_that_was_asked_and_every_one_that_was_not()
    {
        var options = new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions>
            { ["mailbox-full"] = new() { ExemptDomains = new HashSet<string> { "host.example" } } }
        };
        var visit = new RuleSession(TestDirectory.Book(options: options));
        await visit.ConnectAsync();
        var verdict = await visit.RcptAsync("ann@host.example");

        Assert.True(verdict.Passes);
        Assert.Contains("relay-denied", Value(verdict, "no objection"));
        Assert.Contains("recipient-blocked", Value(verdict, "no objection"));
        Assert.Equal("mailbox-full", Value(verdict, "not asked"));
        Assert.Contains(verdict.Facts, fact => fact is { Label: "PTR of 192.0.2.7", Text: "mx.partner.example, TTL 300 s" });
    }

    [Fact]
    public async Task A_refusal_also_holds_what_the_rules_before_it_saw()
    {
        var visit = new RuleSession(TestDirectory.Book());
        await visit.ConnectAsync();
        var verdict = await visit.RcptAsync("nobody@host.example");

        Assert.Equal("recipient-unknown", verdict.Rule);
        Assert.Contains(verdict.Facts, fact => fact.Label == "would pass");
        Assert.Contains(verdict.Facts, fact => fact.Label == "PTR of 192.0.2.7");
        Assert.Contains("relay-denied", Value(verdict, "no objection"));
        Assert.DoesNotContain("mailbox-full", Value(verdict, "no objection"));
    }

    [Fact]
    public async Task A_stage_in_which_nothing_was_told_is_one_shared_record()
    {
        var book = TestDirectory.Book();
        var first = await new RuleSession(book).HelloAsync("mx.partner.example");
        var one = await new RuleSession(book).MailAsync("");
        var other = await new RuleSession(book).MailAsync("");

        Assert.Same(one, other);
        Assert.True(one.IsSilent);
        Assert.Contains("sender-blocked", Value(one, "no objection"));
        Assert.Empty(first.Facts);
    }

    [Fact]
    public async Task A_quota_says_count_and_limit_when_it_passes_too()
    {
        var book =
            TestDirectory.Book(
                options: new PolicyOptions
                {
                    RecipientsPerUserAndHour = 3,
                    RecipientsPerDomainAndHour = 9,
                    ReceivedPerMailboxAndHour = 5,
                    ConnectionsPerClient = 7,
                    MessagesPerClient = 4
                });
        var user = new RuleSession(book, role: ListenerRole.Submission, user: "ann@host.example");
        await user.RcptAsync("x@foreign.example");
        var second = await user.RcptAsync("y@foreign.example");
        var stranger = new RuleSession(book);
        var connected = await stranger.ConnectAsync();
        var mail = await stranger.MailAsync("ann@partner.example");
        var received = await stranger.RcptAsync("bob@host.example");

        Assert.Contains(
            second.Facts, fact =>
                fact is
                {
                    Label: "user-quota-exceeded",
                    Text: "1 recipient written to by ann@host.example in the last 60 minutes, 3 is the limit"
                });
        Assert.Contains(second.Facts, fact => fact is { Label: "limit", Text: "9" });
        Assert.Contains(connected.Facts, fact => fact is { Label: "connections", Text: "1" });
        Assert.Contains(mail.Facts, fact => fact is { Label: "limit", Text: "4" });
        Assert.Contains(received.Facts, fact => fact is { Label: "messages received by bob@host.example", Text: "0" });
    }

    [Fact]
    public async Task An_entry_that_decides_is_shown_with_author_date_and_reason()
    {
        var block = new Block(
            BlockSide.Sender, "@partner.example", null, "root", new DateTimeOffset(2026, 2, 3, 0, 0, 0, TimeSpan.Zero), "floods");
        var verdict = await new RuleSession(TestDirectory.Book(TestDirectory.Directory([block]))).MailAsync("ann@partner.example");

        Assert.Equal("sender-blocked", verdict.Rule);
        Assert.Equal("@partner.example, by root on 2026-02-03 00:00:00Z: floods", Value(verdict, "block"));
    }

    [Fact]
    public async Task A_rule_that_only_warns_neither_refuses_nor_fails_a_session()
    {
        var book = TestDirectory.Book(
            options: new PolicyOptions
            {
                ReceivedPerMailboxAndHour = 1,
                Rules = new Dictionary<string, RuleOptions>
                {
                    ["inbound-quota-exceeded"] = TestDirectory.Only(RuleMode.Warn),
                    ["sender-domain-not-found"] = TestDirectory.Only(RuleMode.Warn)
                },
            },
            dns: new BrokenDns());
        var visit = new RuleSession(book, "127.0.0.1");
        await visit.RcptAsync("ann@host.example");
        var warned = await new RuleSession(book, "127.0.0.1").RcptAsync("ann@host.example");
        var failed = await new RuleSession(book).MailAsync("ann@partner.example");

        Assert.True(warned.Passes);
        Assert.Contains(warned.Facts, fact =>
            fact.Label == "inbound-quota-exceeded" && fact.Text.StartsWith("only warns; would refuse: 450 ", StringComparison.Ordinal));
        Assert.Contains(("inbound-quota-exceeded", true, 1L), book.Counts.All);
        Assert.True(failed.Passes);
        Assert.Contains(failed.Facts, fact => fact is { Label: "fault", Text: "InvalidOperationException: no such thing" });
        Assert.Single(book.Parts.Alarms.On);
    }

    [Fact]
    public async Task Warned_quotas_refuse_no_one_when_sessions_race()
    {
        var options = new PolicyOptions
        {
            ReceivedPerMailboxAndHour = 5,
            Rules = new Dictionary<string, RuleOptions>
            { ["inbound-quota-exceeded"] = TestDirectory.Only(RuleMode.Warn) }
        };
        var book = TestDirectory.Book(options: options);
        var passed = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(_ => Task.Run(async () => (await new RuleSession(book).RcptAsync("ann@host.example")).Passes)));

        Assert.All(passed, Assert.True);
        Assert.Equal(55, Assert.Single(book.Counts.All).Count);
    }

    private static string Value(Verdict verdict, string name) => verdict.Facts.First(fact => fact.Label == name).Text;

    private sealed class BrokenDns : IResolver
    {
        public ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");

        public ValueTask<DnsAnswer<System.Net.IPAddress>> AddressesAsync(string host, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");

        public ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");

        public ValueTask<DnsAnswer<string>> ReverseAsync(System.Net.IPAddress address, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");
    }
}
