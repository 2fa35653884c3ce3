using System.Net;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Tls;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Delivery.Tls;

/// <summary>What is demanded of TLS with a host, by which policy, and in which words.</summary>
public sealed class TlsPolicyTests
{
    private static readonly string Digest = new('a', 64);

    private static readonly ZoneFile Zone = ZoneFile.Parse($"""
        example.org SIGNED
        example.org MX 10 mx.example.org
        mx.example.org A 192.0.2.1
        _25._tcp.mx.example.org TLSA 3 1 1 {Digest}
        plain.example.org A 192.0.2.2
        odd.example.org A 192.0.2.3
        _25._tcp.odd.example.org TLSA 1 0 1 {Digest}
        broken.example.org A 192.0.2.4
        _25._tcp.broken.example.org SERVFAIL
        alias.example.org CNAME mx.example.org
        out.example.org CNAME host.example.net
        _25._tcp.out.example.org TLSA 3 1 1 {Digest}
        host.example.net A 192.0.2.5
        """);

    private static async Task<TlsChoice> ChooseAsync(
        string host, DeliveryOptions? options = null, bool mxSigned = true, MemoryAlarms? alarms = null, ZoneFile? dns = null,
        StsPolicies? sts = null, TlsRequest request = TlsRequest.None)
    {
        dns ??= Zone;
        var found = await dns.AddressesAsync(host, default);
        var policies = new TlsPolicies(options ?? DeliveryRun.Options(), dns, sts, alarms, new FakeTimeProvider());
        return await policies.ChooseAsync(
            new Destination(DestinationKind.Mx, "example.org"), new PeerTarget(host, new IPEndPoint(found.Records[0], 25)),
            new HostProof(mxSigned, found.Authentic, found.Canonical), request, default);
    }

    private static string Why(TlsChoice choice, Language? language = null) =>
        ReplyDatabase.BuiltIn.TextsIn(language ?? Language.English).Show(choice.Demand!.Why);

    [Theory]
    [InlineData("mx.example.org", true, ClientTls.Encrypted, "TLS demanded by DANE: _25._tcp.mx.example.org has TLSA 3 1 1")]
    [InlineData("alias.example.org", true, ClientTls.Encrypted, "TLS demanded by DANE: _25._tcp.mx.example.org has TLSA 3 1 1")]
    [InlineData("out.example.org", true, ClientTls.Encrypted, "TLS demanded by DANE: _25._tcp.out.example.org has TLSA 3 1 1")]
    [InlineData("odd.example.org", true, ClientTls.Encrypted, "TLS demanded by DANE, with any certificate: none of the TLSA records at")]
    [InlineData("plain.example.org", true, ClientTls.Opportunistic, "there are no TLSA records at _25._tcp.plain.example.org")]
    [InlineData("mx.example.org", false, ClientTls.Opportunistic, "DNSSEC does not vouch for the MX records of example.org")]
    [InlineData("host.example.net", true, ClientTls.Opportunistic, "DNSSEC does not vouch for the addresses of host.example.net")]
    public async Task Each_choice_has_its_reason(string host, bool mxSigned, ClientTls tls, string why)
    {
        var choice = await ChooseAsync(host, mxSigned: mxSigned);
        Assert.Equal(tls, choice.Demand!.Tls);
        Assert.Contains(why, Why(choice));
        Assert.Contains("DANE", Why(choice, Language.Russian));
        Assert.Equal(why.Contains("TLSA 3 1 1", StringComparison.Ordinal), choice.Demand.IsAuthenticated);
    }

    [Fact]
    public async Task TLSA_records_that_do_not_validate_take_the_host_out()
    {
        var choice = await ChooseAsync("broken.example.org");
        Assert.Equal(ClientReplies.DaneUnanswered, choice.Refusal!.Entry);
        Assert.Contains("SERVFAIL", choice.Refusal.Text);
        Assert.Equal(4, choice.Refusal.Status!.Value.Class);
    }

    [Fact]
    public async Task DANE_demanded_by_the_configuration_takes_nothing_less()
    {
        var options = DeliveryRun.Options() with { NextHosts = [new NextHostOptions { To = "example.org", Tls = NextHostTls.Dane }] };
        Assert.Equal(ClientTls.Encrypted, (await ChooseAsync("mx.example.org", options)).Demand!.Tls);
        foreach (var (host, cause) in ((string, string)[])[("plain.example.org", "no TLSA"), ("odd.example.org", "can be used (1 0 1)"),
            ("host.example.net", "does not vouch")])
        {
            var refusal = (await ChooseAsync(host, options)).Refusal!;
            Assert.Equal(ClientReplies.DaneMissing, refusal.Entry);
            Assert.Contains(cause, refusal.Text);
        }

        var blind = ZoneFile.Parse("example.org MX 10 mx.example.org\nmx.example.org A 192.0.2.1");
        Assert.Contains("does not validate", (await ChooseAsync("mx.example.org", options, false, dns: blind)).Refusal!.Text);
    }

    [Fact]
    public async Task Switched_on_with_a_resolver_that_does_not_validate_raises_an_alarm()
    {
        var alarms = new MemoryAlarms();
        var blind = ZoneFile.Parse("mx.example.org A 192.0.2.1");
        await ChooseAsync("mx.example.org", mxSigned: false, alarms: alarms, dns: blind);
        Assert.Empty(alarms.On);
        var on = DeliveryRun.Options() with { Dane = DaneUse.On };
        await ChooseAsync("mx.example.org", on, false, alarms, blind);
        Assert.Equal("dnssec", Assert.Single(alarms.On.Keys));
        await ChooseAsync("mx.example.org", on, true, alarms);
        Assert.Empty(alarms.On);
        Assert.Contains("switched off", Why(await ChooseAsync("mx.example.org", on with { Dane = DaneUse.Off })));
    }

    [Theory]
    [InlineData("enforce", "plain.example.org", ClientTls.Verified,
        "TLS demanded by MTA-STS of example.org (policy 7, which lists plain.example.org)")]
    [InlineData("enforce", "mx.example.org", ClientTls.Encrypted, "TLS demanded by DANE")]
    [InlineData("testing", "plain.example.org", ClientTls.Opportunistic, "is being tested")]
    [InlineData("testing", "host.example.net", ClientTls.Opportunistic, "does not list host.example.net")]
    [InlineData("none", "plain.example.org", ClientTls.Opportunistic, "demands nothing")]
    public async Task MTA_STS_demands_what_its_mode_says_and_DANE_comes_first(string mode, string host, ClientTls tls, string why)
    {
        var choice = await ChooseAsync(host, sts: Publishing(mode));
        Assert.Equal(tls, choice.Demand!.Tls);
        Assert.Contains(why, Why(choice));
        Assert.Equal(tls != ClientTls.Opportunistic, choice.Demand.IsAuthenticated);
    }

    [Fact]
    public async Task A_host_that_an_enforced_policy_does_not_list_gets_nothing()
    {
        var refusal = (await ChooseAsync("host.example.net", sts: Publishing("enforce"))).Refusal!;
        Assert.Equal(ClientReplies.StsHostNotListed, refusal.Entry);
        Assert.Equal(4, refusal.Status!.Value.Class);
        Assert.Contains("does not list host.example.net (it lists plain.example.org)", refusal.Text);
    }

    private static StsPolicies Publishing(string mode) => new(
        ZoneFile.Parse("_mta-sts.example.org TXT \"v=STSv1; id=7;\""), new OneFetch(mode), null, new FakeTimeProvider());

    private sealed class OneFetch(string mode) : IStsFetch
    {
        public ValueTask<StsFetched> FetchAsync(string domain, CancellationToken cancel) =>
            new(new StsFetched($"version: STSv1\nmode: {mode}\nmx: plain.example.org\nmax_age: 86400\n"));
    }

    [Theory]
    [InlineData(NextHostTls.None)]
    [InlineData(NextHostTls.Encrypted)]
    [InlineData(NextHostTls.Required)]
    public async Task What_the_configuration_says_of_a_destination_comes_first(NextHostTls own)
    {
        var options = DeliveryRun.Options() with { NextHosts = [new NextHostOptions { To = "example.org", Tls = own }] };
        Assert.Equal(default, await ChooseAsync("mx.example.org", options));
    }
}
