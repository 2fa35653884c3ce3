using System.Net;
using Gatepost.Policy;
using Gatepost.Policy.DryRuns;
using Gatepost.Policy.Engine;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Tour;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>
/// Each rule that decides in a scene of the tour, switched off, set to warn, and exempted in each way: it then refuses nobody.
/// </summary>
public sealed class RuleModeTests
{
    /// <summary>Outcomes of a rule that have a name of their own, and the rule they are configured by.</summary>
    private static readonly Dictionary<string, string> Families = new()
    {
        ["reverse-lookup-failed"] = "reverse-name-missing",
        ["sender-domain-unanswered"] = "sender-domain-not-found",
        ["sender-domain-takes-no-mail"] = "sender-domain-not-found",
        ["recipient-domain-takes-no-mail"] = "recipient-domain-unknown",
        ["recipient-unverified"] = "recipient-undeliverable",
        ["domain-not-hosted"] = "relay-denied",
        ["relay-denied-untrusted"] = "relay-denied",
    };

    /// <summary>Without these there is nothing to go on with: an open relay, a table that failed.</summary>
    private static readonly string[] Indispensable = ["relay-denied", "directory-unavailable", "configuration-problem"];

    public static TheoryData<string> Scenes => [.. DryRunTests.Scenes.Select(row => (string)row)
        .Where(name => RuleEngine.RuleNames.Contains(RuleOf(Find(name))) && !Indispensable.Contains(RuleOf(Find(name))))];

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task A_rule_that_is_off_refuses_no_one_and_leaves_no_word(string name)
    {
        var verdicts = await PlayAsync(name, new RuleOptions { Mode = RuleMode.Off });

        Assert.All(verdicts, verdict => Assert.DoesNotContain(RuleOf(Find(name)), Names(verdict)));
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task A_rule_that_warns_is_traced_and_not_applied(string name)
    {
        string rule = Find(name).Rule!;
        var verdicts = await PlayAsync(name, new RuleOptions { Mode = RuleMode.Warn });

        Assert.All(verdicts, verdict => Assert.True(verdict.Passes || verdict.Rule != rule));
        Assert.Contains(verdicts.SelectMany(verdict => verdict.Facts), fact =>
            fact.Label == rule && fact.Text.StartsWith("only warns; would refuse: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("recipient-unknown", "nobody@host.example", RuleMode.Warn)]
    [InlineData("recipient-unknown", "nobody@host.example", RuleMode.Off)]
    [InlineData("forwarding-loop", "left@host.example", RuleMode.Warn)]
    public async Task Mail_that_leads_nowhere_goes_to_the_postmaster_where_the_rule_does_not_refuse(
        string rule, string recipient, RuleMode mode)
    {
        var options = new PolicyOptions { Rules = new Dictionary<string, RuleOptions> { [rule] = TestDirectory.Only(mode) } };
        var directory = TestDirectory.Directory(
            TestDirectory.Alias("left@host.example", "right@host.example"), TestDirectory.Alias("right@host.example", "left@host.example"));
        var visit = new RuleSession(TestDirectory.Book(directory, options));

        Assert.True((await visit.RcptAsync(recipient)).Passes);
        Assert.Equal(
            TestDirectory.Maildir("host.example/postmaster"),
            Assert.Single(Assert.Single(visit.Session.Envelope!.Recipients).Routes).Destination);
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task An_exempt_network_is_not_judged_and_the_record_says_so(string name)
    {
        var scene = Find(name);
        var verdicts = await PlayAsync(name, new RuleOptions { Mode = RuleMode.On, ExemptNetworks = [IPNetwork.Parse("127.0.0.0/8")] });

        Assert.All(verdicts, verdict => Assert.True(verdict.Passes || verdict.Rule != scene.Rule));
        Assert.Contains(verdicts.SelectMany(verdict => verdict.Facts), fact =>
            fact.Label == "not asked" && fact.Text.Split(", ").Contains(RuleOf(scene)));
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task Who_logged_in_and_an_exempt_domain_are_not_judged(string name)
    {
        var scene = Find(name);
        var byLogin = await PlayAsync(name, new RuleOptions { Mode = RuleMode.On, ExemptAuthenticated = true }, user: "ann@host.example");
        Assert.All(byLogin, verdict => Assert.True(verdict.Passes || verdict.Rule != scene.Rule));

        var domains =
            new HashSet<string> { "host.example", "partner.example", "silent.example", "null.example", "nowhere.example", "foreign.example",
                "localhost" };
        foreach (string line in scene.Says.Where(line => line.Contains('@')))
            domains.Add(line[(line.LastIndexOf('@') + 1)..].TrimEnd('>').Split('>')[0].ToLowerInvariant());
        var byDomain = await PlayAsync(name, new RuleOptions { Mode = RuleMode.On, ExemptDomains = domains });
        bool knowsDomain = byDomain.Count > 2 && scene.Rule is not ("too-many-connections-in-time" or "spoke-too-early");
        if (knowsDomain)
            Assert.All(byDomain, verdict => Assert.True(verdict.Passes || verdict.Rule != scene.Rule));
    }

    [Fact]
    public async Task The_configured_order_decides_which_of_two_refusals_is_heard()
    {
        var options = new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions>
            { ["greylisted"] = TestDirectory.Only(RuleMode.On), ["hello-malformed"] = TestDirectory.Only(RuleMode.On) }
        };
        async Task<string> FirstAsync(params string[] order)
        {
            var visit = new RuleSession(TestDirectory.Book(options: options with { Order = order }));
            await visit.ConnectAsync();
            await visit.HelloAsync("not_a_name");
            return (await visit.RcptAsync("ann@host.example")).Rule;
        }

        Assert.Equal("hello-malformed", await FirstAsync());
        Assert.Equal("greylisted", await FirstAsync("greylisted"));
        Assert.Equal("hello-malformed", await FirstAsync("hello-malformed", "greylisted"));
        Assert.Equal("greylisted", await FirstAsync("greylisted", "hello-malformed"));
    }

    /// <summary>A fault of ours at run time: 451 4.3.5 with an id, and the record behind the id names the fault.</summary>
    [Fact]
    public async Task What_fails_at_run_time_is_an_incident_with_its_cause_on_record()
    {
        var book = TestDirectory.Book(dns: new BrokenDns());
        var verdict = await new RuleSession(book).MailAsync("ann@partner.example");

        Assert.StartsWith("451 4.3.5", verdict.Reply!.ToString());
        Assert.Matches(@"^G-[0-9A-Z]{8}$", verdict.Id!);
        Assert.Contains($"[{verdict.Id}]", verdict.Reply.ToString());
        Assert.Contains(verdict.Facts, fact => fact is { Label: "fault", Text: "InvalidOperationException: no such thing" });
        Assert.StartsWith("configuration-problem:MailFrom:", Assert.Single(book.Parts.Alarms.On).Key);
    }

    private static TourScenario Find(string name) => TourRows.All.Single(scene => scene.Row + scene.Case == name);

    private static string RuleOf(TourScenario scene) => Families.GetValueOrDefault(scene.Rule!, scene.Rule!);

    private static IEnumerable<string> Names(Verdict verdict) =>
        verdict.Facts.SelectMany(fact => fact.Label is "no objection" or "not asked" ? fact.Text.Split(", ") : [fact.Label])
            .Append(verdict.Passes ? "" : verdict.Rule);

    private static async Task<IReadOnlyList<Verdict>> PlayAsync(string name, RuleOptions options, string? user = null)
    {
        var scene = Find(name);
        string rule = RuleOf(scene);
        var book = DryRunTests.Book(scene, ReplyStyle.Classic, set => set with
        {
            Rules = new Dictionary<string,
                RuleOptions>(set.Rules)
            { [rule] = options with { WhenSilent = set.Rules.GetValueOrDefault(rule)?.WhenSilent } },
        });
        var question = DryRunTests.Question(scene);
        var steps = await DryRun.RunAsync(
            book, user is null ? question : question with { User = user }, TestContext.Current.CancellationToken);
        return [.. steps.Select(step => step.Verdict)];
    }

    private sealed class BrokenDns : Gatepost.Dns.IResolver
    {
        public ValueTask<Gatepost.Dns.DnsAnswer<Gatepost.Dns.MxRecord>> MxAsync(string domain, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");

        public ValueTask<Gatepost.Dns.DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");

        public ValueTask<Gatepost.Dns.DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");

        public ValueTask<Gatepost.Dns.DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel) =>
            throw new InvalidOperationException("no such thing");
    }
}
