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

/// <summary>What REQUIRETLS and TLS-Required ask of the way on (RFC 8689).</summary>
public sealed class RequireTlsTests : DeliveryRun
{
    private static readonly ZoneFile Names = ZoneFile.Parse($"""
        example.org SIGNED
        example.org MX 10 mx.example.org
        mx.example.org A 192.0.2.1
        _25._tcp.mx.example.org TLSA 3 1 1 {new string('a', 64)}
        plain.example.org A 192.0.2.2
        host.example.net A 192.0.2.5
        _mta-sts.example.org TXT "v=STSv1; id=7;"
        """);

    private static async Task<TlsChoice> ChooseAsync(
        string host, TlsRequest request, bool signed = true, DeliveryOptions? options = null, StsPolicies? sts = null,
        Destination? destination = null)
    {
        var found = await Names.AddressesAsync(host, default);
        return await new TlsPolicies(options ?? Options(), Names, sts, null, new FakeTimeProvider()).ChooseAsync(
            destination ?? Mx("example.org"), new PeerTarget(host, new IPEndPoint(found.Records[0], 25)),
            new HostProof(signed, found.Authentic, found.Canonical), request, default);
    }

    private static StsPolicies Publishing(string mode) => new(Names, new Fetch(mode), null, new FakeTimeProvider());

    private sealed class FailingFetch(string failure) : IStsFetch
    {
        public ValueTask<StsFetched> FetchAsync(string domain, CancellationToken cancel) =>
            new(new StsFetched(null, OurEvidence.StsHttpStatus.Say(503), failure));
    }

    private sealed class Fetch(string mode) : IStsFetch
    {
        public ValueTask<StsFetched> FetchAsync(string domain, CancellationToken cancel) =>
            new(new StsFetched($"version: STSv1\nmode: {mode}\nmx: plain.example.org\nmax_age: 86400\n"));
    }

    [Fact]
    public async Task The_server_must_be_the_right_one_by_DANE_or_by_a_name_that_DNSSEC_or_MTA_STS_vouches_for()
    {
        Assert.Equal("DANE", (await ChooseAsync("mx.example.org", TlsRequest.Required)).Demand!.By);
        var signed = await ChooseAsync("plain.example.org", TlsRequest.Required);
        Assert.Equal((ClientTls.Verified, "REQUIRETLS"), (signed.Demand!.Tls, signed.Demand.By));
        Assert.True(signed.Demand.IsOfMessage);
        Assert.All([signed.Demand, (await ChooseAsync("mx.example.org", TlsRequest.Required)).Demand!], demand =>
            Assert.True(demand.IsAuthenticated));
        foreach (string mode in (string[])["enforce", "testing"])
        {
            var listed = await ChooseAsync("plain.example.org", TlsRequest.Required, signed: false, sts: Publishing(mode));
            Assert.Equal(ClientTls.Verified, listed.Demand!.Tls);
        }

        var unproven = await ChooseAsync("plain.example.org", TlsRequest.Required, signed: false);
        Assert.Equal((ClientReplies.RequireTlsUnmet, "5.7.30"), (unproven.Refusal!.Entry, unproven.Refusal.Status.ToString()));
        Assert.Contains("neither DNSSEC nor an MTA-STS policy vouches", unproven.Refusal.Text);
        Assert.NotNull((await ChooseAsync("host.example.net", TlsRequest.Required, false, sts: Publishing("testing"))).Refusal);
    }

    [Theory]
    [InlineData(StsFetched.FetchError, "4.7.5")]
    [InlineData(StsFetched.CertificateInvalid, "4.7.5")]
    [InlineData(StsFetched.Invalid, "5.7.30")]
    public async Task A_policy_that_cannot_be_had_now_is_no_answer_and_one_that_says_nothing_is(string failure, string status)
    {
        var sts = new StsPolicies(Names, new FailingFetch(failure), null, new FakeTimeProvider());
        var choice = await ChooseAsync("plain.example.org", TlsRequest.Required, signed: false, sts: sts);
        Assert.Equal(status, choice.Refusal!.Status.ToString());
    }

    [Fact]
    public async Task Silence_of_DNS_about_the_policy_defers_a_message_under_REQUIRETLS()
    {
        var silent = ZoneFile.Parse("_mta-sts.example.org SERVFAIL");
        var sts = new StsPolicies(silent, new Fetch("enforce"), null, new FakeTimeProvider());
        var choice = await ChooseAsync("plain.example.org", TlsRequest.Required, signed: false, sts: sts);
        Assert.Equal((ClientReplies.RequireTlsUnanswered, 475), (choice.Refusal!.Entry, choice.Refusal.Code));
        Assert.Contains("could not be found out", choice.Refusal.Text);
    }

    [Fact]
    public async Task A_host_of_the_configuration_needs_a_valid_certificate_and_a_mailbox_store_nothing()
    {
        var host = await ChooseAsync("plain.example.org", TlsRequest.Required, destination: Host("plain.example.org"));
        Assert.Equal(ClientTls.Verified, host.Demand!.Tls);
        var clear = Options() with { NextHosts = [new NextHostOptions { To = "plain.example.org:25", Tls = NextHostTls.None }] };
        var forbidden = await ChooseAsync("plain.example.org", TlsRequest.Required, options: clear, destination: Host("plain.example.org"));
        Assert.Contains("the configuration forbids TLS", forbidden.Refusal!.Text);
        var store = new Destination(DestinationKind.Lmtp, "plain.example.org:24");
        Assert.Equal(default, await ChooseAsync("plain.example.org", TlsRequest.Required, destination: store));
    }

    [Fact]
    public async Task TLS_Required_No_leaves_DANE_and_MTA_STS_out_and_says_so()
    {
        foreach (string host in (string[])["mx.example.org", "host.example.net"])
        {
            var choice = await ChooseAsync(host, TlsRequest.Optional, sts: Publishing("enforce"));
            Assert.Equal(ClientTls.Opportunistic, choice.Demand!.Tls);
            Assert.True(choice.Demand.IsOfMessage);
            Assert.Contains("TLS-Required: No", ReplyDatabase.BuiltIn.TextsIn(Language.English).Show(choice.Demand.Why));
            Assert.Contains("TLS-Required: No", ReplyDatabase.BuiltIn.TextsIn(Language.Russian).Show(choice.Demand.Why));
        }
    }

    [Fact]
    public async Task A_message_under_REQUIRETLS_comes_back_under_it_when_no_host_has_TLS()
    {
        var connector = Taking();
        var relay = Options() with { NextHosts = [new NextHostOptions { To = "relay.example:25", Tls = NextHostTls.Encrypted }] };
        await using var service = await StartAsync(connector, options: relay);
        var message = Message(Host("relay.example"), "bob@example.org") with { Tls = TlsRequest.Required, Return = DsnReturn.Full };
        queue.Add(message, Octets);
        await Until(() => queue.Notices.Count == 1);

        var notice = queue.Notices[0];
        Assert.Equal(TlsRequest.Required, notice.Envelope.Tls);
        string report = System.Text.Encoding.UTF8.GetString(notice.Octets.Span);
        Assert.Contains("Status: 5.7.30", report);
        Assert.Contains("REQUIRETLS", report);
        Assert.DoesNotContain("\r\nbody\r\n", report);
        Assert.DoesNotContain(peers.SelectMany(peer => peer.Lines), line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public void A_demand_of_one_message_that_failed_does_not_hold_up_the_destination()
    {
        Assert.False(SessionTls.IsOfDestination(TlsRequest.Required, Stage.StartTls));
        Assert.True(SessionTls.IsOfDestination(TlsRequest.Required, Stage.Connect));
        Assert.True(SessionTls.IsOfDestination(TlsRequest.None, Stage.StartTls));
    }

    [Fact]
    public async Task An_ordinary_message_does_not_go_on_a_session_opened_without_policies()
    {
        var connector = Taking();
        await using var service = await StartAsync(connector);
        queue.Add(Message(Mx("single.example"), "bob@single.example") with { Tls = TlsRequest.Optional }, Octets);
        await Until(() => queue.Settlements.Count == 1);
        Add(Mx("single.example"), "bob@single.example");
        await Until(() => queue.Settlements.Count == 2);
        Assert.Equal(2, peers.Count(peer => peer.Bodies.Count == 1));
        queue.Add(Message(Mx("single.example"), "bob@single.example") with { Tls = TlsRequest.Optional }, Octets);
        await Until(() => queue.Settlements.Count == 3);
        Assert.Equal(2, peers.Count(peer => peer.Bodies.Count > 0));
    }
}
