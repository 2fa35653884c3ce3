using Gatepost.Dns;
using Gatepost.MailAuth.Srs;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>Bounces of forwards find the true sender; addresses that only look like it are refused (rule <c>srs-invalid</c>).</summary>
public sealed class ReturnAddressTests
{
    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly SrsRewriter srs;

    public ReturnAddressTests() => srs = new SrsRewriter(new OneSecret(), time);

    [Theory]
    [InlineData("host.example")]
    [InlineData("other.example")]
    [InlineData("relayed.example")]
    [InlineData("bounces.example")]
    public async Task A_bounce_goes_to_the_true_sender(string domain)
    {
        var visit = Visit();
        await visit.MailAsync("");
        var verdict = await visit.RcptAsync(Rewritten("ann@foreign.example", domain));
        Assert.True(verdict.Passes, verdict.Why?.ToString());
        var route = visit.Session.Envelope!.Recipients[0].Routes.Single();
        Assert.Equal(("ann@foreign.example", "mx:foreign.example"), (route.Address.ToString(), route.Destination.ToString()));
    }

    [Fact]
    public async Task A_sender_whose_domain_is_ours_by_now_gets_it_in_the_mailbox()
    {
        var visit = Visit();
        await visit.MailAsync("");
        Assert.True((await visit.RcptAsync(Rewritten("ann@host.example", "host.example"))).Passes);
        Assert.Equal("maildir:ann@host.example", visit.Session.Envelope!.Recipients[0].Routes.Single().Destination.ToString());
    }

    [Theory]
    [InlineData("SRS0=aaaaaa=aa=foreign.example=ann@host.example", "srs-expired",
        "550 5.1.1 <SRS0=aaaaaa=aa=foreign.example=ann@host.example>: Recipient address rejected: SRS address has expired")]
    [InlineData("SRS0=aaaaaa=foreign.example=ann@host.example", "srs-invalid",
        "550 5.1.1 <SRS0=aaaaaa=foreign.example=ann@host.example>: Recipient address rejected: Invalid SRS address")]
    [InlineData("srs1+x=@all.example", "srs-invalid", "550 5.1.1 <srs1+x=@all.example>: Recipient address rejected: Invalid SRS address")]
    public async Task What_is_none_of_ours_is_refused_by_name(string recipient, string rule, string reply)
    {
        var verdict = await Visit().RcptAsync(recipient);
        Assert.Equal(rule, verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_sender_is_refused()
    {
        string changed = Rewritten("ann@foreign.example", "host.example").Replace("=ann@", "=bob@", StringComparison.Ordinal);
        var verdict = await Visit().RcptAsync(changed);
        Assert.Equal(("srs-invalid", "srs-forged"), (verdict.Rule, verdict.Why!.Id));
    }

    [Fact]
    public async Task A_relayed_domain_has_addresses_of_its_own_and_a_foreign_one_stays_foreign()
    {
        Assert.True((await Visit().RcptAsync("SRS0=aaaaaa=aa=foreign.example=ann@relayed.example")).Passes);
        Assert.Equal("relay-denied", (await Visit().RcptAsync(Rewritten("ann@foreign.example", "elsewhere.example"))).Rule);
    }

    [Theory]
    [InlineData("ann@foreign.example")]
    [InlineData("ann@host.example")]
    [InlineData("nobody@host.example")]
    public async Task Only_a_bounce_may_go_to_a_rewritten_sender(string trueSender)
    {
        foreach (string sender in (string[])["spam@partner.example", "mailer-daemon@partner.example"])
        {
            var visit = Visit();
            await visit.MailAsync(sender);
            var verdict = await visit.RcptAsync(Rewritten(trueSender, "host.example"));
            Assert.Equal(("srs-invalid", "srs-not-a-bounce"), (verdict.Rule, verdict.Why!.Id));
        }
    }

    [Theory]
    [InlineData("x%y@foreign.example", "relayed.example")]
    [InlineData("x!y@foreign.example", "all.example")]
    public async Task A_percent_sign_in_the_true_sender_is_no_source_route(string sender, string domain)
    {
        var visit = Visit();
        await visit.MailAsync("");
        var verdict = await visit.RcptAsync(Rewritten(sender, domain));
        Assert.True(verdict.Passes, verdict.Why?.ToString());
        Assert.Equal(sender, visit.Session.Envelope!.Recipients[0].Routes.Single().Address.ToString());
    }

    private string Rewritten(string sender, string domain) => srs.Rewrite(Mailbox.Parse(sender), domain, time.GetUtcNow())!.ToString();

    private RuleSession Visit()
    {
        var parts = new PolicyServices(ZoneFile.Parse(TestDirectory.Zone), time) { Srs = srs };
        return new RuleSession(
            new RuleEngine(new PolicyOptions { ReturnDomain = "bounces.example" }, TestDirectory.Directory(), parts, new Random(1)));
    }

    private sealed class OneSecret : ISrsSecrets
    {
        public (long Hour, ReadOnlyMemory<byte> Secret) Current(long hour) => (hour, "secret"u8.ToArray());

        public ReadOnlyMemory<byte>? Find(long hour) => "secret"u8.ToArray();
    }
}
