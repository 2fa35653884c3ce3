using System.Collections.Concurrent;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Delivery.Tls;

/// <summary>MTA-STS (RFC 8461): records, policies, how long they are remembered and when they are fetched.</summary>
public sealed class StsTests
{
    private const string Good = "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.org\r\nmx: *.Mail.Example.org\r\nmax_age: 604800\r\n";

    private readonly FakeTimeProvider time = new(TestAuthority.Now);
    private readonly ZoneFile zone = ZoneFile.Parse("_mta-sts.example.org TXT \"v=STSv1; id=1;\"");
    private readonly MemoryFetch fetch = new();
    private readonly MemoryStore store = new();

    private StsPolicies Policies(IResolver? dns = null)
    {
        var policies = new StsPolicies(dns ?? zone, fetch, store, time);
        policies.Load();
        return policies;
    }

    private static string Said(StsFound found) => ReplyDatabase.BuiltIn.TextsIn(Language.English).Show(found.Why);

    [Theory]
    [InlineData("mx1.example.org", true)]
    [InlineData("MX1.example.org", true)]
    [InlineData("a.mail.example.org", true)]
    [InlineData("a.b.mail.example.org", false)]
    [InlineData("mail.example.org", false)]
    [InlineData("mx2.example.org", false)]
    public void Hosts_are_matched_by_name_or_by_one_label(string host, bool listed)
    {
        var policy = StsPolicy.Parse(Good);
        Assert.Equal((StsMode.Enforce, TimeSpan.FromDays(7)), (policy.Mode, policy.MaxAge));
        Assert.Equal(listed, policy.Lists(host));
    }

    [Theory]
    [InlineData("", "version")]
    [InlineData("version: STSv2\nmode: enforce\nmx: a\nmax_age: 1", "version")]
    [InlineData("version: STSv1\nmode: strict\nmx: a\nmax_age: 1", "mode")]
    [InlineData("version: STSv1\nmx: a\nmax_age: 1", "mode")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1", "mx")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a\nmax_age: soon", "max_age")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a", "max_age")]
    [InlineData("<html>not found</html>", "version")]
    public void What_is_wrong_with_a_policy_is_named(string text, string what) =>
        Assert.Contains(what, Assert.Throws<FormatException>(() => StsPolicy.Parse(text)).Message);

    [Fact]
    public void A_policy_holds_for_a_year_at_most_and_an_ended_one_needs_no_hosts()
    {
        Assert.Equal(
            TimeSpan.FromSeconds(31_557_600), StsPolicy.Parse(Good.Replace("604800", "99999999999", StringComparison.Ordinal)).MaxAge);
        Assert.Equal(StsMode.None, StsPolicy.Parse("version: STSv1\nmode: none\nmax_age: 60").Mode);
    }

    [Fact]
    public async Task A_policy_is_fetched_once_kept_over_restarts_and_fetched_again_with_a_new_id()
    {
        fetch.Text = Good;
        var policies = Policies();
        Assert.Equal(StsMode.Enforce, (await policies.FindAsync("example.org", default)).Policy!.Mode);
        await policies.FindAsync("example.org", default);
        Assert.Equal(1, fetch.Count);

        Assert.Contains("TLS demanded by MTA-STS of example.org", Said(await Policies().FindAsync("example.org", default)));
        Assert.Equal(1, fetch.Count);

        fetch.Text = Good.Replace("enforce", "testing", StringComparison.Ordinal);
        var changed = Policies(ZoneFile.Parse("_mta-sts.example.org TXT \"v=STSv1; id=2;\""));
        Assert.Equal(StsMode.Testing, (await changed.FindAsync("example.org", default)).Policy!.Mode);
        Assert.Equal(2, fetch.Count);
    }

    [Fact]
    public async Task A_known_policy_outlives_its_record_and_failures_until_max_age()
    {
        fetch.Text = Good;
        await Policies().FindAsync("example.org", default);
        fetch.Text = null;
        foreach (string hidden in (string[])["x A 192.0.2.1", "_mta-sts.example.org TIMEOUT", "_mta-sts.example.org TXT \"v=STSv1; id=2\"",
            "_mta-sts.example.org TXT \"v=STSv1; id=bad id\""])
            Assert.Equal(StsMode.Enforce, (await Policies(ZoneFile.Parse(hidden)).FindAsync("example.org", default)).Policy!.Mode);

        time.Advance(TimeSpan.FromDays(7));
        var found = await Policies(ZoneFile.Parse("x A 192.0.2.1")).FindAsync("example.org", default);
        Assert.Null(found.Policy);
        Assert.Contains("publishes no MTA-STS", Said(found));
    }

    [Fact]
    public async Task A_failure_is_named_and_not_repeated_for_five_minutes()
    {
        var policies = Policies();
        var found = await policies.FindAsync("example.org", default);
        Assert.Equal((null, StsFetched.FetchError), (found.Policy, found.Failure));
        Assert.Contains("could not be fetched: the web server answered 404", Said(found));
        await policies.FindAsync("example.org", default);
        Assert.Equal(1, fetch.Count);
        time.Advance(TimeSpan.FromMinutes(5));
        fetch.Text = "version: STSv1";
        Assert.Equal(StsFetched.Invalid, (await policies.FindAsync("example.org", default)).Failure);
        Assert.Equal(2, fetch.Count);
    }

    [Fact]
    public async Task A_policy_is_fetched_again_each_day_without_waiting_for_it()
    {
        fetch.Text = Good;
        var policies = Policies();
        await policies.FindAsync("example.org", default);
        time.Advance(TimeSpan.FromHours(25));
        await policies.FindAsync("example.org", default);
        await DeliveryRun.Until(() => fetch.Count == 2);
        time.Advance(TimeSpan.FromDays(6.5));
        await DeliveryRun.Until(() => store.Kept["example.org"].Fetched > TestAuthority.Now);
        Assert.NotNull((await policies.FindAsync("example.org", default)).Policy);
    }

    [Theory]
    [InlineData("_mta-sts.example.org TXT \"v=STSv1; id=1\"\n_mta-sts.example.org TXT \"v=STSv1; id=2\"", "2 MTA-STS records")]
    [InlineData("_mta-sts.example.org TXT \"v=STSv1\"", "cannot be used")]
    [InlineData("_mta-sts.example.org TXT \"v=spf1 -all\"", "publishes no MTA-STS")]
    [InlineData("_mta-sts.example.org SERVFAIL", "DNS gave no answer")]
    public async Task Without_one_good_record_there_is_no_policy(string records, string why)
    {
        fetch.Text = Good;
        var found = await Policies(ZoneFile.Parse(records)).FindAsync("example.org", default);
        Assert.Null(found.Policy);
        Assert.Contains(why, Said(found));
        Assert.Equal(0, fetch.Count);
    }

    private sealed class MemoryFetch : IStsFetch
    {
        public string? Text { get; set; }

        public int Count { get; private set; }

        public ValueTask<StsFetched> FetchAsync(string domain, CancellationToken cancel)
        {
            Count++;
            return new(Text is null
                ? new StsFetched(null, OurEvidence.StsHttpStatus.Say(404), StsFetched.FetchError) : new StsFetched(Text));
        }
    }

    private sealed class MemoryStore : IStsStore
    {
        public ConcurrentDictionary<string, StsStored> Kept { get; } = [];

        public void Keep(StsStored policy) => Kept[policy.Domain] = policy;

        public IEnumerable<StsStored> Load() => Kept.Values;
    }
}
