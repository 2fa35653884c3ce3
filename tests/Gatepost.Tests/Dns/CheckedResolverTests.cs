using System.Net;
using Gatepost.Dns;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Dns;

/// <summary>A resolver that denies everything, or invents answers, is found out by names whose answer is known.</summary>
public sealed class CheckedResolverTests
{
    private const string Root = "a.root-servers.net A 198.41.0.4\n";

    private readonly FakeTimeProvider time = new();
    private readonly List<ResolverLie> found = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Root, DnsOutcome.NoSuchName, ResolverLie.None)]
    [InlineData("a.root-servers.net TIMEOUT", DnsOutcome.NoSuchName, ResolverLie.None)]
    [InlineData("", DnsOutcome.Unanswered, ResolverLie.Denies)]
    [InlineData(Root + "gatepost-resolver-check.invalid A 198.51.100.1", DnsOutcome.NoSuchName, ResolverLie.Invents)]
    public async Task A_denial_counts_only_while_what_must_exist_exists(string zone, DnsOutcome outcome, ResolverLie lie)
    {
        var dns = Over(ZoneFile.Parse(zone));

        Assert.Equal(outcome, (await dns.MxAsync("nowhere.example", Cancel)).Outcome);
        Assert.Equal(outcome, (await dns.AddressesAsync("nowhere.example", Cancel)).Outcome);
        Assert.Equal(outcome, (await dns.TxtAsync("nowhere.example", Cancel)).Outcome);
        Assert.Equal(outcome, (await dns.ReverseAsync(IPAddress.Parse("192.0.2.9"), Cancel)).Outcome);
        Assert.Equal([lie], found);
    }

    [Fact]
    public async Task It_is_looked_at_again_after_a_minute_and_what_was_found_says_so()
    {
        var zone = ZoneFile.Parse("partner.example MX 10 mx.partner.example");
        var dns = Over(zone);
        await dns.MxAsync("partner.example", Cancel);
        Assert.Empty(found);

        Assert.Contains("a.root-servers.net", (await dns.MxAsync("nowhere.example", Cancel)).Detail!.ToString(), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(1));
        await dns.MxAsync("nowhere.example", Cancel);

        Assert.Equal([ResolverLie.Denies, ResolverLie.Denies], found);
    }

    [Fact]
    public async Task Without_a_name_that_must_exist_every_denial_is_believed()
    {
        var dns = new CheckedResolver(ZoneFile.Parse(""), "", time, found.Add);

        Assert.Equal(DnsOutcome.NoSuchName, (await dns.MxAsync("nowhere.example", Cancel)).Outcome);
        Assert.Empty(found);
    }

    private CheckedResolver Over(IResolver zone) => new(zone, "a.root-servers.net", time, found.Add);
}
