using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>
/// Every rule that asks DNS against every way in which a question can end: an unknown has its own outcome and is never a "no".
/// </summary>
public sealed class SilenceTests
{
    private const string Listed = "listed-by-dnsbl";
    private const string Missing = "reverse-name-missing";
    private const string Unconfirmed = "reverse-name-unconfirmed";
    private const string Sender = "sender-domain-not-found";
    private const string Recipient = "recipient-domain-unknown";

    /// <summary>Rule, zone, what it says by itself ("" passes), and what it says where silence is to be deferred.</summary>
    public static TheoryData<string, string, string, string> Table => new()
    {
        // The block list: only a listing counts
        { Listed, "7.2.0.192.bl.example A 127.0.0.2", Listed, Listed },
        { Listed, "", "", "" },
        { Listed, "7.2.0.192.bl.example TXT nothing", "", "" },
        { Listed, "7.2.0.192.bl.example SERVFAIL", "", "" },
        { Listed, "7.2.0.192.bl.example TIMEOUT", "", "" },
        { Listed, "7.2.0.192.bl.example MX 0 .", "", "" },

        // The reverse name
        { Missing, "192.0.2.7 PTR a.example", "", "" },
        { Missing, "", Missing, Missing },
        { Missing, "7.2.0.192.in-addr.arpa TXT nothing", Missing, Missing },
        { Missing, "192.0.2.7 SERVFAIL", "", "reverse-lookup-failed" },
        { Missing, "192.0.2.7 TIMEOUT", "", "reverse-lookup-failed" },
        { Missing, "7.2.0.192.in-addr.arpa MX 0 .", Missing, Missing },

        // Whether it leads back
        { Unconfirmed, "192.0.2.7 PTR a.example\na.example A 192.0.2.7", "", "" },
        { Unconfirmed, "192.0.2.7 PTR a.example\na.example A 192.0.2.8", Unconfirmed, Unconfirmed },
        { Unconfirmed, "192.0.2.7 PTR a.example", Unconfirmed, Unconfirmed },
        { Unconfirmed, "192.0.2.7 PTR a.example\na.example TXT nothing", Unconfirmed, Unconfirmed },
        { Unconfirmed, "192.0.2.7 PTR a.example\na.example SERVFAIL", "", "reverse-lookup-failed" },
        { Unconfirmed, "192.0.2.7 PTR a.example\na.example TIMEOUT", "", "reverse-lookup-failed" },
        { Unconfirmed, "192.0.2.7 PTR a.example\na.example MX 0 .", Unconfirmed, Unconfirmed },
        { Unconfirmed, "192.0.2.7 TIMEOUT", "", "" },

        // The sender's domain
        { Sender, "asked.example MX 10 mx.asked.example", "", "" },
        { Sender, "asked.example A 192.0.2.9", "", "" },
        { Sender, "", Sender, Sender },
        { Sender, "asked.example TXT nothing", Sender, Sender },
        { Sender, "asked.example SERVFAIL", "sender-domain-unanswered", "sender-domain-unanswered" },
        { Sender, "asked.example TIMEOUT", "sender-domain-unanswered", "sender-domain-unanswered" },
        { Sender, "asked.example TIMEOUT A", "sender-domain-unanswered", "sender-domain-unanswered" },
        { Sender, "asked.example MX 0 .", "sender-domain-takes-no-mail", "sender-domain-takes-no-mail" },

        // The recipient's domain, for our own users
        { Recipient, "asked.example MX 10 mx.asked.example", "", "" },
        { Recipient, "", Recipient, Recipient },
        { Recipient, "asked.example TXT nothing", "", "" },
        { Recipient, "asked.example SERVFAIL", "", "" },
        { Recipient, "asked.example TIMEOUT", "", "" },
        { Recipient, "asked.example MX 0 .", "recipient-domain-takes-no-mail", "recipient-domain-takes-no-mail" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Each_outcome_of_each_question_has_its_own_answer(string rule, string zone, string byDefault, string deferring)
    {
        Assert.Equal(byDefault, await RefusedByAsync(rule, zone, null));
        if (PolicyOptions.RulesThatMayBeSilent.ContainsKey(rule))
            Assert.Equal(deferring, await RefusedByAsync(rule, zone, WhenSilent.Defer));
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Silence_never_refuses_permanently_and_passes_where_it_may(
        string rule, string zone, string byDefault, string deferring)
    {
        _ = (byDefault, deferring);
        if (!zone.Contains("SERVFAIL") && !zone.Contains("TIMEOUT"))
            return;
        foreach (var style in Enum.GetValues<Gatepost.Replies.ReplyStyle>())
        {
            var verdict = await JudgeAsync(
                rule, zone, PolicyOptions.RulesThatMayBeSilent.ContainsKey(rule) ? WhenSilent.Defer : null, style);
            Assert.True(verdict.Passes || verdict.Reply!.Code is >= 400 and < 500, verdict.Reply?.ToString());
        }

        if (PolicyOptions.RulesThatMayBeSilent.ContainsKey(rule))
        {
            var verdict = await JudgeAsync(rule, zone, WhenSilent.Pass, Gatepost.Replies.ReplyStyle.Classic);
            Assert.True(verdict.Passes);
        }
    }

    [Fact]
    public void When_silent_is_refused_for_rules_that_do_not_know_it()
    {
        var options = new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions>
            { ["mailbox-full"] = new() { WhenSilent = WhenSilent.Defer } }
        };

        Assert.Contains("mailbox-full has when-silent, which it does not know", Assert.Single(options.Problems(RuleEngine.RuleNames)));
    }

    private static async Task<string> RefusedByAsync(string rule, string zone, WhenSilent? silent)
    {
        var verdict = await JudgeAsync(rule, zone, silent, Gatepost.Replies.ReplyStyle.Classic);
        Assert.True(verdict.Facts.Count > 0);
        return verdict.Passes ? "" : verdict.Rule;
    }

    /// <summary>Only that rule is asked, at the command at which it decides.</summary>
    private static async Task<Verdict> JudgeAsync(string rule, string zone, WhenSilent? silent, Gatepost.Replies.ReplyStyle style)
    {
        var rules = new[] { Listed, Missing, Unconfirmed, Sender, Recipient }.ToDictionary(name => name, name =>
            new RuleOptions { Mode = name == rule ? RuleMode.On : RuleMode.Off, WhenSilent = name == rule ? silent : null });
        var options = new PolicyOptions
        {
            Replies = style,
            Rules = rules,
            Dnsbls = [new Gatepost.Policy.Reputation.DnsblOptions { Zone = "bl.example" }]
        };
        bool own = rule == Recipient;
        var visit = new RuleSession(TestDirectory.Book(options: options, dns: ZoneFile.Parse(zone)), role: own ? ListenerRole.Submission
            : ListenerRole.Mx, user: own ? "ann@host.example" : null);
        await visit.ConnectAsync();
        var mail = await visit.MailAsync(own ? "ann@host.example" : "x@asked.example");
        return rule == Sender ? mail : await visit.RcptAsync(own ? "x@asked.example" : "ann@host.example");
    }
}
