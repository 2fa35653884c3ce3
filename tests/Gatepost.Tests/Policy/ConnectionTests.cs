using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class ConnectionTests
{
    private static readonly PolicyOptions WithList = new() { Dnsbls = [new DnsblOptions { Zone = "zen.spamhaus.org" }] };

    [Fact]
    public async Task A_listed_client_is_refused_with_list_part_and_text()
    {
        var verdict = await VisitAsync(WithList, """
            7.2.0.192.zen.spamhaus.org A 127.0.0.4
            7.2.0.192.zen.spamhaus.org TXT https://check.spamhaus.org/query/ip/192.0.2.7
            """);

        Assert.Equal("listed-by-dnsbl", verdict.Rule);
        Assert.StartsWith(
            "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; XBL: "
            + "https://check.spamhaus.org/query/ip/192.0.2.7 [G-", verdict.Reply!.ToString());
        Assert.Contains(verdict.Facts, fact => fact.Label == "dnsbl zen.spamhaus.org"
            && fact.Text.StartsWith("7.2.0.192.zen.spamhaus.org: 127.0.0.4, TTL 300 s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ReplyStyle.Classic, "550 5.3.2 Service currently unavailable [G-")]
    [InlineData(
        ReplyStyle.Modern, "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; XBL: listed as "
        + "127.0.0.4 [G-")]
    public async Task An_opaque_list_is_not_told_in_classic_and_is_the_same_rule(ReplyStyle style, string reply)
    {
        var options = new PolicyOptions { Replies = style, Dnsbls = [new DnsblOptions { Zone = "zen.spamhaus.org", Opaque = true }] };
        var verdict = await VisitAsync(options, "7.2.0.192.zen.spamhaus.org A 127.0.0.4");

        Assert.Equal("listed-by-dnsbl", verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Theory]
    [InlineData("", "on no block list that answered")]
    [InlineData("7.2.0.192.zen.spamhaus.org TIMEOUT", "on no block list that answered")]
    [InlineData("7.2.0.192.zen.spamhaus.org SERVFAIL", "on no block list that answered")]
    [InlineData("7.2.0.192.zen.spamhaus.org A 127.255.255.254", "on no block list that answered")]
    [InlineData("7.2.0.192.zen.spamhaus.org A 192.0.2.200", "on no block list that answered")]
    [InlineData("7.2.0.192.zen.spamhaus.org A 127.0.0.4\n1.0.0.127.zen.spamhaus.org A 127.0.0.2", "on no block list that answered")]
    [InlineData("7.2.0.192.zen.spamhaus.org A 127.0.0.4\n1.0.0.127.zen.spamhaus.org TIMEOUT", "on no block list that answered")]
    public async Task Who_is_not_listed_or_cannot_be_known_to_be_is_not_refused(string zone, string why)
    {
        var verdict = await VisitAsync(WithList, zone);

        Assert.True(verdict.Passes);
        Assert.Contains(verdict.Facts, fact => fact is { Label: "listed-by-dnsbl" } && fact.Text == why);
    }

    [Fact]
    public async Task Postmaster_stays_reachable_for_the_listed()
    {
        var visit = new RuleSession(
            TestDirectory.Book(options: WithList, dns: ZoneFile.Parse(TestDirectory.Zone + "\n7.2.0.192.zen.spamhaus.org A 127.0.0.4")));
        await visit.ConnectAsync();

        Assert.True((await visit.RcptAsync("postmaster@host.example")).Passes);
        Assert.False((await visit.RcptAsync("ann@host.example")).Passes);
    }

    [Fact]
    public async Task Refusing_immediately_is_possible_and_still_by_the_same_rule()
    {
        var visit = new RuleSession(
            TestDirectory.Book(
                options: WithList with { RefuseAtRecipient = false }, dns: ZoneFile.Parse("7.2.0.192.zen.spamhaus.org A 127.0.0.4")));

        Assert.Equal("listed-by-dnsbl", (await visit.ConnectAsync()).Rule);
    }

    [Theory]
    [InlineData("127.0.0.1", ListenerRole.Mx)]
    [InlineData("127.0.0.1", ListenerRole.Submission)]
    [InlineData("192.0.2.7", ListenerRole.Lmtp)]
    public async Task Trusted_networks_and_other_listeners_are_asked_nothing(string client, ListenerRole role)
    {
        var zone = ZoneFile.Parse("");
        var visit = new RuleSession(TestDirectory.Book(options: WithList, dns: zone), client, role);
        await visit.ConnectAsync();
        await visit.HelloAsync("localhost");

        if (role != ListenerRole.Submission)
            Assert.True((await visit.RcptAsync("ann@host.example")).Passes);
        Assert.Equal(0, zone.Questions);
    }

    [Fact]
    public async Task All_questions_start_at_connect_and_are_asked_once_a_session()
    {
        var zone = ZoneFile.Parse(TestDirectory.Zone);
        var visit = new RuleSession(
            TestDirectory.Book(
                options: new PolicyOptions
                {
                    Dnsbls = [
                    new DnsblOptions { Zone = "a.example" }, new DnsblOptions { Zone = "b.example" }]
                }, dns: zone));
        await visit.ConnectAsync();
        int asked = zone.Questions;
        await visit.RcptAsync("ann@host.example");
        await visit.RcptAsync("bob@host.example");

        // The names of the address, the addresses of its name in the family of the client, and two lists.
        Assert.Equal(4, asked);
        Assert.Equal(asked, zone.Questions);
    }

    [Theory]
    [InlineData(ListenerRole.Mx, "192.0.2.7", TestDirectory.Zone, "mx.partner.example")]
    [InlineData(ListenerRole.Submission, "192.0.2.7", TestDirectory.Zone, "mx.partner.example")]
    [InlineData(ListenerRole.Internal, "192.0.2.7", TestDirectory.Zone, "mx.partner.example")]
    [InlineData(ListenerRole.Lmtp, "192.0.2.7", TestDirectory.Zone, null)]
    [InlineData(ListenerRole.Mx, "192.0.2.7", "192.0.2.7 PTR mx.partner.example\nmx.partner.example A 192.0.2.8", null)]
    [InlineData(ListenerRole.Mx, "192.0.2.7", "192.0.2.7 PTR a.example\n192.0.2.7 PTR b.example\nb.example A 192.0.2.7", "b.example")]
    [InlineData(ListenerRole.Mx, "192.0.2.7", "192.0.2.7 TIMEOUT", null)]
    public async Task The_confirmed_name_of_every_client_is_known_when_its_message_is_judged_whatever_rules_are_on(
        ListenerRole role, string client, string zone, string? name)
    {
        var rules = RuleEngine.RuleNames.ToDictionary(rule => rule, _ => new RuleOptions { Mode = RuleMode.Off });
        var dns = ZoneFile.Parse(zone);
        var visit = new RuleSession(TestDirectory.Book(options: new PolicyOptions { Rules = rules }, dns: dns), client, role);
        await visit.ConnectAsync();
        await visit.MessageAsync("From: ann@partner.example\n\nHello\n");
        int asked = dns.Questions;
        await visit.MessageAsync("From: ann@partner.example\n\nHello again\n");

        Assert.Equal(name, visit.Session.ClientName);
        Assert.Equal(asked, dns.Questions);
    }

    [Theory]
    [InlineData(ReplyStyle.Classic, false, "", "reverse-name-missing",
        "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.9] [G-")]
    [InlineData(ReplyStyle.Modern, false, "", "reverse-name-missing",
        "550 5.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.9] [G-")]
    [InlineData(ReplyStyle.Classic, true, "", "reverse-name-missing", "550 5.3.2 Service currently unavailable [G-")]
    [InlineData(ReplyStyle.Classic, false, "192.0.2.9 SERVFAIL", "reverse-lookup-failed",
        "451 4.4.3 Client host rejected: the lookup of your reverse hostname failed, [192.0.2.9] [G-")]
    [InlineData(ReplyStyle.Modern, false, "192.0.2.9 TIMEOUT", "reverse-lookup-failed",
        "451 4.4.3 Client host rejected: the lookup of your reverse hostname failed, [192.0.2.9] [G-")]
    public async Task A_client_without_reverse_name_is_reported_whether_it_is_missing_or_unanswered(
        ReplyStyle style, bool opaque, string zone, string rule, string reply)
    {
        var visit = new RuleSession(
            TestDirectory.Book(
                options: new PolicyOptions
                {
                    Replies = style,
                    ReverseNameOpaque = opaque,
                    Rules = new Dictionary<string, RuleOptions>
                    { ["reverse-name-missing"] = new() { WhenSilent = WhenSilent.Defer } }
                }, dns: ZoneFile.Parse(zone)),
                    "192.0.2.9");
        await visit.ConnectAsync();
        var verdict = await visit.RcptAsync("ann@host.example");

        Assert.Equal(rule, verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Theory]
    [InlineData("192.0.2.9 PTR a.example\na.example A 192.0.2.9", true)]
    [InlineData("192.0.2.9 PTR a.example\na.example A 192.0.2.10", false)]
    [InlineData("192.0.2.9 PTR a.example", false)]
    [InlineData("192.0.2.9 PTR a.example\na.example TIMEOUT", true)]
    public async Task A_reverse_name_has_to_lead_back_where_that_is_wanted(string zone, bool passes)
    {
        var options = new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions>
            { ["reverse-name-unconfirmed"] = TestDirectory.Only(RuleMode.On) }
        };
        var visit = new RuleSession(TestDirectory.Book(options: options, dns: ZoneFile.Parse(zone)), "192.0.2.9");
        await visit.ConnectAsync();
        var verdict = await visit.RcptAsync("ann@host.example");

        Assert.Equal(passes, verdict.Passes);
        if (!passes)
            Assert.StartsWith("450 4.7.25 Client host rejected: a.example does not point back to [192.0.2.9]", verdict.Reply!.ToString());
    }

    [Fact]
    public async Task One_address_that_sends_too_much_is_kept_out_for_a_while_and_others_are_not()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var options = new PolicyOptions
        {
            MessagesPerClient = 2,
            ClientWindow = TimeSpan.FromMinutes(5),
            ClientBlockedFor = TimeSpan.FromMinutes(30)
        };
        var book = TestDirectory.Book(options: options, time: time);
        Assert.True((await new RuleSession(book).MailAsync("ann@partner.example")).Passes);
        Assert.True((await new RuleSession(book).MailAsync("ann@partner.example")).Passes);

        var third = await new RuleSession(book).MailAsync("ann@partner.example");
        Assert.Equal("too-many-messages-from-client", third.Rule);
        Assert.StartsWith("550 5.3.2 Service currently unavailable", third.Reply!.ToString());
        Assert.StartsWith("450 4.7.1 Client host rejected: too many messages from [192.0.2.7], free again at 12:30:00 UTC",
            third.Reply.Entry.Say([.. third.Reply.Arguments]).As(ReplyStyle.Modern).ToString());
        Assert.True((await new RuleSession(book, "192.0.2.8").MailAsync("ann@partner.example")).Passes);

        time.Advance(TimeSpan.FromMinutes(29));
        Assert.False((await new RuleSession(book).MailAsync("ann@partner.example")).Passes);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await new RuleSession(book).MailAsync("ann@partner.example")).Passes);
    }

    [Fact]
    public async Task A_block_can_be_lifted_by_hand()
    {
        var book = TestDirectory.Book(options: new PolicyOptions { MessagesPerClient = 1 });
        await new RuleSession(book).MailAsync("ann@partner.example");
        await new RuleSession(book).MailAsync("ann@partner.example");

        Assert.Equal("192.0.2.7/32", Assert.Single(book.Parts.TemporaryBlocks.List(TestDirectory.Start)).Network.ToString());
        Assert.Single(await book.ReleaseAsync(System.Net.IPAddress.Parse("192.0.2.7"), TestContext.Current.CancellationToken));
        Assert.Empty(book.Parts.TemporaryBlocks.List(TestDirectory.Start));
        Assert.True((await new RuleSession(book).MailAsync("ann@partner.example")).Passes);
        Assert.False((await new RuleSession(book).MailAsync("ann@partner.example")).Passes);
        Assert.Empty(await book.ReleaseAsync(System.Net.IPAddress.Parse("192.0.2.8"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task One_address_that_connects_too_often_is_kept_out_for_a_while()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var book =
            TestDirectory.Book(
                options: new PolicyOptions
                {
                    ConnectionsPerClient = 2,
                    ClientWindow = TimeSpan.FromMinutes(1),
                    ClientBlockedFor = TimeSpan.FromMinutes(30)
                }, time: time);
        Assert.True((await new RuleSession(book).ConnectAsync()).Passes);
        Assert.True((await new RuleSession(book).ConnectAsync()).Passes);
        Assert.False((await new RuleSession(book).ConnectAsync()).Passes);
        Assert.True((await new RuleSession(book, "192.0.2.8").ConnectAsync()).Passes);

        time.Advance(TimeSpan.FromMinutes(29));
        var kept = await new RuleSession(book).ConnectAsync();
        Assert.Equal("too-many-connections-in-time", kept.Rule);
        Assert.Contains(kept.Facts, fact =>
            fact is { Label: "reason", Text: "2 connections from 192.0.2.7/32 within 1 min, 2 is the limit" });
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await new RuleSession(book).ConnectAsync()).Passes);
    }

    [Fact]
    public async Task An_ipv6_client_counts_with_its_whole_64()
    {
        var book = TestDirectory.Book(options: new PolicyOptions { ConnectionsPerClient = 2 });
        Assert.True((await new RuleSession(book, "2001:db8::1").ConnectAsync()).Passes);
        Assert.True((await new RuleSession(book, "2001:db8::2").ConnectAsync()).Passes);

        var third = await new RuleSession(book, "2001:db8::3").ConnectAsync();

        Assert.Equal("too-many-connections-in-time", third.Rule);
        Assert.True(third.Disconnect);
        Assert.True((await new RuleSession(book, "2001:db8:0:1::1").ConnectAsync()).Passes);
    }

    private static async Task<Verdict> VisitAsync(PolicyOptions options, string zone)
    {
        var visit = new RuleSession(TestDirectory.Book(options: options, dns: ZoneFile.Parse(TestDirectory.Zone + "\n" + zone)));
        Assert.True((await visit.ConnectAsync()).Passes);
        return await visit.RcptAsync("ann@host.example");
    }
}
