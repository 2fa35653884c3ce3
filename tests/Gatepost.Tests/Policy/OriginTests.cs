using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Scanners;
using Gatepost.Policy.Scanners.Milter;
using Gatepost.Replies;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>The rules about a message's origin: what the author's domain asks for is done, silence of DNS is never a "no".</summary>
public sealed class OriginTests
{
    private const string Strict = "\npartner.example TXT v=spf1 ip4:192.0.2.9 -all\n_dmarc.partner.example TXT v=DMARC1; p=reject";

    private static readonly string[] All = ["spf-failed", "dkim-failed", "dmarc-failed", "arc-broken", "sender-unauthenticated"];

    [Theory]
    [InlineData(ReplyStyle.Classic, "550 5.7.1 Message rejected due to the DMARC policy of partner.example")]
    [InlineData(ReplyStyle.Modern, "550 5.7.26 Unauthenticated email from partner.example is not accepted due to domain's DMARC policy")]
    public async Task What_fails_DMARC_is_rejected_if_the_domain_asks_for_it(ReplyStyle style, string reply)
    {
        var verdict = await JudgeAsync(Strict, new PolicyOptions { Replies = style });

        Assert.StartsWith(reply, verdict.Reply!.ToString());
        Assert.Equal("dmarc-failed", verdict.Rule);
        Assert.Contains(OurFacts.OriginStep.Is("dmarc", OurEvidence.DmarcSpfNotPassed.Say("partner.example", "fail")), verdict.Facts);
    }

    [Fact]
    public async Task What_passes_is_taken_with_the_results_above_it()
    {
        var visit = Visit("\npartner.example TXT v=spf1 mx -all\n_dmarc.partner.example TXT v=DMARC1; p=reject", new PolicyOptions());
        var verdict = await PlayAsync(visit);

        Assert.True(verdict.Passes);
        string field = Assert.Single(visit.Session.AddedFields);
        Assert.StartsWith("Authentication-Results: mx.host.example;\r\n\tiprev=pass", field);
        Assert.Contains("\tspf=pass\r\n\t smtp.mailfrom=partner.example;", field);
        Assert.Contains("\tdmarc=pass (p=reject)\r\n\t header.from=partner.example\r\n", field);
    }

    [Fact]
    public async Task Fields_that_speak_in_our_name_are_marked_for_removal_and_no_others()
    {
        var visit = Visit("", new PolicyOptions { OwnNames = ["old.host.example"] });
        string forged = "Authentication-Results: (x) mx.host.example;\r\n\tdmarc=pass\r\n";
        string other = "Authentication-Results: mx.other.example; spf=pass\r\n";
        string second = "authentication-results: OLD.host.example; none\r\n";
        await PlayAsync(visit, forged + other + second);

        Assert.Equal([(0, forged.Length), (forged.Length + other.Length, second.Length)], visit.Session.RemovedFields);
    }

    [Fact]
    public async Task A_policy_of_none_rejects_nothing_and_the_record_says_what_failed()
    {
        var verdict = await JudgeAsync("\n_dmarc.partner.example TXT v=DMARC1; p=none", new PolicyOptions());

        Assert.True(verdict.Passes);
        Assert.Contains(OurFacts.Rule.Is("dmarc-failed", OurEvidence.OriginResult.Say("dmarc", "fail", "partner.example")), verdict.Facts);
    }

    [Theory]
    [InlineData("reject", "partner.example", "", "", null)]
    [InlineData("reject", "example", "", "", null)]
    [InlineData("reject", "ann@partner.example", "", "partner.example", "dmarc-failed")]
    [InlineData("reject", "other.example", "", "", "dmarc-failed")]
    [InlineData("reject", "", "partner.example", "", "dmarc-quarantined")]
    [InlineData("none", "", "partner.example", "", "dmarc-quarantined")]
    [InlineData("none", "", "example", "partner.example", "dmarc-failed")]
    [InlineData("quarantine", "example", "", "ANN@partner.example", "dmarc-failed")]
    public async Task The_administrator_overrides_the_policy_by_domain_and_by_sender(
        string asked, string accept, string quarantine, string reject, string? rule)
    {
        var options = new PolicyOptions
        {
            Dmarc = new() { Accept = List(accept), Quarantine = List(quarantine), Reject = List(reject) },
        };
        var verdict = await JudgeAsync($"\n_dmarc.partner.example TXT v=DMARC1; p={asked}", options);
        Assert.Equal(rule, verdict.Passes ? null : verdict.Rule);
        if (accept != "other.example")
            Assert.Contains(OurFacts.OriginStep.Is("dmarc", OurEvidence.DmarcPolicyApplies.Say("partner.example", asked)), verdict.Facts);

        static string[] List(string entry) => entry.Length == 0 ? [] : [entry];
    }

    [Theory]
    [InlineData("ip4:192.0.2.7 -all", null)]
    [InlineData("ip4:192.0.2.9 -all", "dmarc-failed")]
    [InlineData("ip4:192.0.2.9 ~all", "dmarc-failed")]
    public async Task A_sender_whose_mail_is_accepted_counts_only_if_SPF_proves_it(string spf, string? rule)
    {
        var options = new PolicyOptions { Dmarc = new() { Accept = ["ann@partner.example"] } };
        string zone = $"\npartner.example TXT \"v=spf1 {spf}\"\n_dmarc.bank.example TXT v=DMARC1; p=reject\nbank.example A 192.0.2.80";
        var verdict = await PlayAsync(Visit(zone, options), author: "head@bank.example");
        Assert.Equal(rule, verdict.Passes ? null : verdict.Rule);
    }

    [Theory]
    [InlineData(ListenerRole.Mx)]
    [InlineData(ListenerRole.Internal)]
    public async Task Results_in_our_name_from_a_trusted_network_are_removed_as_well(ListenerRole role)
    {
        var options = new PolicyOptions { TrustedNetworks = [System.Net.IPNetwork.Parse("192.0.2.0/24")] };
        string forged = "Authentication-Results: mx.host.example; dmarc=pass\r\n";
        var visit = Visit(Strict, options, role: role);
        Assert.True((await PlayAsync(visit, forged)).Passes);
        Assert.Equal([(0, forged.Length)], visit.Session.RemovedFields);
    }

    [Fact]
    public async Task Trusted_networks_and_users_are_not_checked()
    {
        var options = new PolicyOptions { TrustedNetworks = [System.Net.IPNetwork.Parse("192.0.2.0/24")] };

        Assert.True((await JudgeAsync(Strict, options)).Passes);
        Assert.True((await PlayAsync(Visit(Strict, new PolicyOptions(), "ann@host.example"))).Passes);
    }

    [Theory]
    [InlineData("spf-failed", "550 5.7.23 Message rejected: SPF of partner.example does not allow 192.0.2.7")]
    [InlineData("sender-unauthenticated", "550 5.7.26 Message rejected: neither SPF nor DKIM of partner.example passed")]
    public async Task The_other_rules_only_warn_until_they_are_switched_on(string rule, string reply)
    {
        string zone = "\npartner.example TXT v=spf1 -all";
        var on = await JudgeAsync(zone, Only(rule, RuleMode.On));

        Assert.True((await JudgeAsync(zone, new PolicyOptions())).Passes);
        Assert.StartsWith(reply, on.Reply!.ToString());
        Assert.Equal(rule, on.Rule);
    }

    [Fact]
    public async Task A_signature_that_does_not_hold_and_a_chain_that_is_broken_have_rules_of_their_own()
    {
        string signed = "DKIM-Signature: v=1; a=rsa-sha256; d=partner.example; s=none; h=from; bh=AAAA; b=AAAA\r\n";
        string chain = "ARC-Seal: i=2; a=rsa-sha256; cv=none; d=list.example; s=x; b=AAAA\r\n";

        Assert.StartsWith("550 5.7.20 ", (await JudgeAsync("", Only("dkim-failed", RuleMode.On), signed)).Reply!.ToString());
        Assert.StartsWith("550 5.7.29 ", (await JudgeAsync("", Only("arc-broken", RuleMode.On), chain)).Reply!.ToString());
        Assert.True((await JudgeAsync("", Only("dkim-failed", RuleMode.On))).Passes);
    }

    [Theory]
    [InlineData("dmarc-failed", "\n_dmarc.partner.example SERVFAIL", "451 4.7.26 ", true)]
    [InlineData("spf-failed", "\npartner.example TIMEOUT TXT", "451 4.7.24 ", false)]
    public async Task Silence_of_DNS_defers_or_passes_as_configured(string rule, string zone, string reply, bool byDefault)
    {
        var deferring = await JudgeAsync(zone, Only(rule, RuleMode.On, WhenSilent.Defer));
        var passing = await JudgeAsync(zone, Only(rule, RuleMode.On, WhenSilent.Pass));
        var left = await JudgeAsync(zone, Only(rule, RuleMode.On));

        Assert.StartsWith(reply, deferring.Reply!.ToString());
        Assert.True(passing.Passes);
        Assert.Equal(byDefault, !left.Passes);
    }

    [Fact]
    public async Task A_message_for_quarantine_is_rejected_if_it_cannot_be_kept()
    {
        var verdict = await JudgeAsync("\n_dmarc.partner.example TXT v=DMARC1; p=quarantine", new PolicyOptions());

        Assert.Equal("dmarc-quarantined", verdict.Rule);
        Assert.StartsWith("550 5.7.1 ", verdict.Reply!.ToString());
        Assert.Contains("dmarc-quarantined", new QuarantineOptions().Accept);
    }

    [Fact]
    public async Task A_filter_is_shown_the_results_above_the_message()
    {
        var milter = new ScriptedMilter((letter, _) => letter == 'O' ? ScriptedMilter.Agree(0) : ScriptedMilter.Packet('c'));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestDirectory.Start);
        var parts = new PolicyServices(ZoneFile.Parse(TestDirectory.Zone + "\npartner.example TXT v=spf1 mx -all"), time)
        {
            MakeScanner = options => new MilterScanner(options, milter.ConnectAsync, TimeProvider.System),
        };
        var options = new PolicyOptions
        {
            Scanners = [new ScannerOptions { Name = "f", Kind = ScannerKind.Milter, Address = "127.0.0.1:1" }],
        };
        Assert.True((await PlayAsync(new RuleSession(new RuleEngine(options, TestDirectory.Directory(), parts, new Random(1))))).Passes);

        var fields = milter.Received.Where(packet => packet[0] == 'L').ToList();
        Assert.StartsWith("LAuthentication-Results|mx.host.example;", fields[0], StringComparison.Ordinal);
        Assert.Contains("spf=pass", fields[0], StringComparison.Ordinal);
        Assert.StartsWith("LFrom|", fields[1], StringComparison.Ordinal);
    }

    /// <summary>That rule alone of those about origin.</summary>
    private static PolicyOptions Only(string rule, RuleMode mode, WhenSilent? silent = null) => new()
    {
        Rules = All.ToDictionary(name => name, name => new RuleOptions
        {
            Mode = name == rule ? mode : RuleMode.Off,
            WhenSilent = name == rule ? silent : null,
        }),
    };

    private static Task<Verdict> JudgeAsync(string zone, PolicyOptions options, string fields = "") =>
        PlayAsync(Visit(zone, options), fields);

    private static RuleSession Visit(string zone, PolicyOptions options, string? user = null, ListenerRole role = ListenerRole.Mx) =>
        new(TestDirectory.Book(options: options, dns: ZoneFile.Parse(TestDirectory.Zone + zone)), role: role, user: user);

    private static async Task<Verdict> PlayAsync(RuleSession visit, string fields = "", string author = "ann@partner.example")
    {
        await visit.ConnectAsync();
        await visit.HelloAsync("mx.partner.example");
        Assert.True((await visit.MailAsync("ann@partner.example")).Passes);
        Assert.True((await visit.RcptAsync("ann@host.example")).Passes);
        return await visit.MessageAsync(fields + $"From: {author}\r\nSubject: x\r\n\r\nHello\r\n");
    }
}
