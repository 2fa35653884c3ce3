using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Acme;
using Gatepost.Acme.Challenges;
using Gatepost.Delivery.Tls;
using Gatepost.Dns;
using Gatepost.Policy.Basics;
using Gatepost.Tests.Delivery;
using Gatepost.Tests.MailAuth;
using Gatepost.Web.Control;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Acme;

/// <summary>Certificates from their first order on: renewal, failures, limits of the authority, and DANE.</summary>
public sealed class CertificateRenewalTests : IDisposable
{
    private const string Host = "mx.example.org";

    private readonly TempFolder data = new();
    private readonly FakeTimeProvider time = new(Signed.Noon) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
    private readonly AcmeZone zone = new();
    private readonly FakeAuthority authority;
    private readonly HttpChallenges http = new();
    private readonly Alarms alarms;
    private readonly CertificateFolder folder;
    private readonly List<string> reported = [];
    private AcmeOptions options = new() { AgreesToTerms = true, Directory = FakeAuthority.Directory, Contact = "ann@example.org" };
    private List<string> domains = [];
    private int switched;

    public CertificateRenewalTests()
    {
        authority = new FakeAuthority(time) { Answer = http.Find };
        alarms = new Alarms(null, time);
        folder = new CertificateFolder(data.Path);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task A_missing_certificate_is_ordered_once_with_an_account_that_is_kept()
    {
        await StepAsync();
        using var first = folder.Current(Host)!;
        Assert.True(first.HasPrivateKey && first.MatchesHostname(Host));
        Assert.Equal(["acme-account-opened", "acme-ordered", "acme-name-shown", "acme-issued", "acme-in-use"], reported);
        Assert.Equal(1, switched);
        Assert.Contains("mailto:ann@example.org", authority.Requests[0].Payload, StringComparison.Ordinal);
        Assert.Contains("\"termsOfServiceAgreed\":true", authority.Requests[0].Payload, StringComparison.Ordinal);
        Assert.Null(http.Find("token-mx-example-org"));

        time.Advance(TimeSpan.FromDays(50));
        await StepAsync();
        Assert.Single(authority.Issued);
        Assert.Equal(1, authority.Accounts);
        foreach (string file in Directory.GetFiles(data.Path, "*", SearchOption.AllDirectories))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Nothing_is_ordered_before_the_terms_are_agreed_to()
    {
        options = options with { AgreesToTerms = false };
        await StepAsync();
        Assert.Empty(authority.Requests);
        var answer = await Renewal().RunAsync(new(CertificateVerb.Renew), Cancel);
        Assert.Equal("acme-off", answer.Refusal!.Id);
    }

    [Fact]
    public async Task After_two_thirds_of_its_life_a_certificate_is_renewed_with_the_same_key()
    {
        await StepAsync();
        using var first = folder.Current(Host)!;
        time.Advance(TimeSpan.FromDays(56));
        await StepAsync();
        Assert.Single(authority.Issued);
        time.Advance(TimeSpan.FromDays(7));
        await StepAsync();
        using var second = folder.Current(Host)!;
        Assert.Equal(2, authority.Issued.Count);
        Assert.Equal(first.GetPublicKey(), second.GetPublicKey());
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
    }

    [Fact]
    public async Task A_failed_order_waits_longer_each_time_is_an_alarm_the_second_time_and_survives_a_restart()
    {
        authority.ProblemOf = _ => "connection";
        await StepAsync();
        Assert.Equal("acme-failed", reported[^1]);
        Assert.Empty(alarms.On);
        int asked = authority.Requests.Count;
        time.Advance(TimeSpan.FromMinutes(4));
        await StepAsync();
        Assert.Equal(asked, authority.Requests.Count);
        time.Advance(TimeSpan.FromMinutes(2));
        await StepAsync();
        Assert.True(authority.Requests.Count > asked);
        Assert.Contains("port 80", Assert.Single(alarms.On).Text.ToString(), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(8));
        asked = authority.Requests.Count;
        await StepAsync();
        Assert.Equal(asked, authority.Requests.Count);

        authority.ProblemOf = _ => null;
        time.Advance(TimeSpan.FromMinutes(4));
        await StepAsync();
        Assert.Empty(alarms.On);
        Assert.Null(folder.StateOf(Host).Failure);
    }

    [Fact]
    public async Task Retry_After_of_a_limit_holds_every_certificate_back()
    {
        domains = ["example.org", "example.net"];
        zone.Hosts.UnionWith(["mta-sts.example.org", "mta-sts.example.net"]);
        authority.Instead["/order"] = new([() =>
        {
            var limited = FakeAuthority.Problem("rateLimited", "too many", 429);
            limited.Headers.RetryAfter = new(TimeSpan.FromHours(30));
            return limited;
        }]);
        var renewal = Renewal();
        await renewal.StepAsync(Cancel);
        Assert.Empty(authority.Issued);
        time.Advance(TimeSpan.FromHours(29));
        await renewal.StepAsync(Cancel);
        Assert.Empty(authority.Issued);
        time.Advance(TimeSpan.FromHours(2));
        await renewal.StepAsync(Cancel);
        Assert.Equal([Host, "mta-sts.example.org", "mta-sts.example.net"], authority.Issued.Select(names => Assert.Single(names)));
    }

    [Fact]
    public async Task Unknown_nonces_are_replaced_and_an_account_that_is_not_known_any_more_is_opened_again()
    {
        authority.Instead["/account"] = new(
            [() => FakeAuthority.Problem("badNonce", "no", 400), () => FakeAuthority.Problem("badNonce", "no", 400)]);
        await StepAsync();
        Assert.Single(authority.Issued);
        authority.ForgetAccounts();
        var renewed = await Renewal().RunAsync(new(CertificateVerb.Renew), Cancel);
        Assert.Equal(0, renewed.Failed);
        Assert.Equal(2, authority.Issued.Count);

        authority.Instead["/order"] = new(Enumerable.Repeat(() => FakeAuthority.Problem("badNonce", "never", 400), 50));
        var hopeless = await Renewal().RunAsync(new(CertificateVerb.Renew), Cancel);
        Assert.Equal(1, hopeless.Failed);
        Assert.Equal(40, authority.Instead["/order"].Count);
    }

    [Theory]
    [InlineData("https://acme.example/dir", 302, "acme-status")]
    [InlineData("http://acme.example/dir", 200, "acme-not-https")]
    public async Task An_authority_that_leads_elsewhere_gets_nothing(string directory, int status, string expected)
    {
        options = options with { Directory = directory };
        authority.Instead["/dir"] = new(
            [() => new HttpResponseMessage((HttpStatusCode)status) { Headers = { Location = new("https://evil.example/") } }]);
        await StepAsync();
        Assert.Empty(authority.Requests);
        Assert.Contains(expected, folder.StateOf(Host).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_or_no_JSON_is_a_reason_not_a_crash()
    {
        foreach (
            var (body, expected) in new[] { (new string('x', 2 << 20), "acme-too-large"), ("<html>", "acme-unreadable"),
                ("null", "acme-unreadable") })
        {
            authority.Instead["/dir"] = new([() => new HttpResponseMessage { Content = new StringContent(body) }]);
            var answer = await Renewal().RunAsync(new(CertificateVerb.Order), Cancel);
            Assert.Equal(1, answer.Failed);
            Assert.Contains(expected, folder.StateOf(Host).Failure, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_domain_whose_names_are_not_in_DNS_costs_no_order()
    {
        domains = ["example.org"];
        await StepAsync();
        Assert.Equal([Host], Assert.Single(authority.Issued));
        zone.Hosts.Add("mta-sts.example.org");
        time.Advance(TimeSpan.FromMinutes(6));
        await StepAsync();
        Assert.Equal(["mta-sts.example.org"], authority.Issued[^1]);
    }

    [Fact]
    public async Task Another_directory_or_another_name_means_a_new_order_immediately()
    {
        await StepAsync();
        options = options with { Names = ["imap.example.org"] };
        await StepAsync();
        Assert.Equal([Host, "imap.example.org"], authority.Issued[^1]);
        folder.Keep(Host, folder.StateOf(Host) with { Directory = "https://staging.example/dir" });
        await StepAsync();
        Assert.Equal(3, authority.Issued.Count);
    }

    [Fact]
    public async Task With_DANE_a_new_key_is_used_when_its_record_has_been_seen_for_its_time_and_not_before()
    {
        await StepAsync();
        using var first = folder.Current(Host)!;
        Publish(first);
        options = options with { ReuseKey = false };
        time.Advance(TimeSpan.FromDays(63));
        var renewal = Renewal();
        await renewal.StepAsync(Cancel);
        Assert.Equal(first.SerialNumber, Used());
        var alarm = Assert.Single(alarms.On);
        Assert.Contains("_25._tcp.mx.example.org. 3600 IN TLSA 3 1 1 "
            + TlsaMatch.Digest(folder.NextChain(Host)[0]), alarm.Text.ToString(), StringComparison.Ordinal);
        Assert.Equal("acme-waits-for-tlsa", (await renewal.RunAsync(new(CertificateVerb.List), Cancel)).Certificates[0].Why!.Id);

        zone.IsSilent = true;
        await renewal.StepAsync(Cancel);
        Assert.Equal(first.SerialNumber, Used());
        zone.IsSilent = false;
        Publish(folder.NextChain(Host)[0]);
        await renewal.StepAsync(Cancel);
        time.Advance(TimeSpan.FromMinutes(50));
        await renewal.StepAsync(Cancel);
        Assert.Equal(first.SerialNumber, Used());
        time.Advance(TimeSpan.FromMinutes(11));
        await renewal.StepAsync(Cancel);
        Assert.NotEqual(first.SerialNumber, Used());
        Assert.Empty(alarms.On);
        Assert.Equal(2, authority.Issued.Count);
    }

    [Fact]
    public async Task With_DANE_a_record_that_is_never_published_leads_to_a_renewal_with_the_old_key()
    {
        await StepAsync();
        using var first = folder.Current(Host)!;
        Publish(first);
        options = options with { ReuseKey = false };
        var renewal = Renewal();
        time.Advance(TimeSpan.FromDays(63));
        await renewal.StepAsync(Cancel);
        Assert.Equal(first.SerialNumber, Used());
        time.Advance(TimeSpan.FromDays(13));
        await renewal.StepAsync(Cancel);
        using var second = folder.Current(Host)!;
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.Equal(first.GetPublicKey(), second.GetPublicKey());
        Assert.Contains("acme-key-kept", reported);
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task With_DANE_the_same_key_or_a_stale_record_holds_nothing_up()
    {
        await StepAsync();
        Publish(folder.CurrentChain(Host)[0]);
        await Renewal().RunAsync(new(CertificateVerb.Renew), Cancel);
        Assert.Equal(2, switched);
        zone.Tlsa.Clear();
        zone.Tlsa.Add(new TlsaRecord(3, 1, 1, new string('0', 64)));
        await Renewal().RunAsync(new(CertificateVerb.Renew, NewKey: true), Cancel);
        Assert.Equal(3, switched);
    }

    [Fact]
    public async Task An_authority_that_wants_a_certificate_renewed_earlier_is_obeyed()
    {
        authority.Window = (time.GetUtcNow() + TimeSpan.FromDays(5), time.GetUtcNow() + TimeSpan.FromDays(6));
        var renewal = Renewal();
        for (int hours = 0; hours < 6 * 24; hours += 3)
        {
            await renewal.StepAsync(Cancel);
            time.Advance(TimeSpan.FromHours(3));
        }

        await renewal.StepAsync(Cancel);
        Assert.Equal(2, authority.Issued.Count);
        Assert.Contains(
            "\"replaces\":\"BwcH.", authority.Requests.Last(request => request.Path == "/order").Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_is_rejected_for_what_it_replaces_is_placed_without()
    {
        authority.Window = (time.GetUtcNow() + TimeSpan.FromDays(500), time.GetUtcNow() + TimeSpan.FromDays(501));
        await StepAsync();
        authority.Instead["/order"] = new([() => FakeAuthority.Problem("alreadyReplaced", "done", 409)]);
        Assert.Equal(0, (await Renewal().RunAsync(new(CertificateVerb.Renew), Cancel)).Failed);
        Assert.DoesNotContain("replaces", authority.Requests.Last(request => request.Path == "/order").Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_DNS_is_silent_about_stays_in_its_certificate()
    {
        domains = ["example.org"];
        zone.Hosts.UnionWith(["mta-sts.example.org"]);
        await StepAsync();
        zone.Hosts.Clear();
        zone.IsSilent = true;
        await Renewal().RunAsync(new(CertificateVerb.Renew, "example.org"), Cancel);
        Assert.Equal(["mta-sts.example.org"], authority.Issued[^1]);
        Assert.Equal(3, authority.Issued.Count);
    }

    [Fact]
    public async Task The_alarm_of_a_certificate_ends_when_its_domain_is_gone()
    {
        domains = ["example.org"];
        zone.Hosts.Add("mta-sts.example.org");
        authority.ProblemOf = name => name == Host ? null : "dns";
        var renewal = Renewal();
        await renewal.StepAsync(Cancel);
        time.Advance(TimeSpan.FromMinutes(6));
        await renewal.StepAsync(Cancel);
        Assert.Equal("acme:example.org", Assert.Single(alarms.On).Key);
        domains = [];
        await renewal.StepAsync(Cancel);
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task Null_in_an_answer_is_a_reason_and_the_other_certificates_are_ordered_all_the_same()
    {
        domains = ["example.org"];
        zone.Hosts.Add("mta-sts.example.org");
        authority.Instead["/order"] = new([() => new HttpResponseMessage
        {
            Content = new StringContent("{\"status\":null,\"authorizations\":[null],\"finalize\":null}"),
            Headers = { Location = new("https://acme.example/order/99") },
        }]);
        await StepAsync();
        Assert.Equal(["mta-sts.example.org"], Assert.Single(authority.Issued));
        Assert.NotNull(folder.StateOf(Host).Failure);
    }

    [Fact]
    public async Task A_time_that_a_wrong_clock_wrote_holds_nothing_up()
    {
        folder.Keep(Host, new() { Failures = 1, NotBefore = time.GetUtcNow() + TimeSpan.FromDays(400) });
        await StepAsync();
        Assert.Single(authority.Issued);
    }

    [Fact]
    public async Task With_DANE_the_records_of_every_name_of_the_server_count()
    {
        options = options with { Names = ["mx2.example.org"] };
        await StepAsync();
        using var first = folder.Current(Host)!;
        zone.TlsaName = "_25._tcp.mx2.example.org";
        Publish(first);
        await Renewal().RunAsync(new(CertificateVerb.Renew, NewKey: true), Cancel);
        Assert.Equal(first.SerialNumber, Used());
        Assert.Contains("_25._tcp.mx2.example.org. 3600 IN TLSA", Assert.Single(alarms.On).Text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_planned_is_named_and_what_is_not_due_is_not_ordered()
    {
        await StepAsync();
        Assert.Equal("acme-not-planned", (await Renewal().RunAsync(new(CertificateVerb.Order, "other.example"), Cancel)).Refusal!.Id);
        Assert.Equal("acme-nothing-due", Assert.Single((await Renewal().RunAsync(new(CertificateVerb.Order), Cancel)).Steps).Id);
        Assert.Single(authority.Issued);
    }

    private Task StepAsync() => Renewal().StepAsync(Cancel);

    /// <summary>A fresh one, as after a restart.</summary>
    private CertificateRenewal Renewal() => new(folder, zone, alarms, time, new Random(1), finding => reported.Add(finding.Id))
    {
        Options = () => options,
        Plan = _ => new(PlannedCertificate.Of(Host, options.Names, domains, ["mta-sts."])),
        Switched = () => switched++,
        Http = http,
        Handler = _ => authority,
    };

    private string Used() => folder.CurrentChain(Host)[0].SerialNumber;

    private void Publish(X509Certificate2 certificate) => zone.Tlsa.Add(new TlsaRecord(3, 1, 1, TlsaMatch.Digest(certificate)));
}
