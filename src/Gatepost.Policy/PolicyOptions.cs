using System.Net;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;

namespace Gatepost.Policy;

/// <summary>What a submission listener does with clients that did not log in.</summary>
public enum WithoutLogin
{
    /// <summary>They may write to mailboxes hosted here; other recipients get 530 5.7.0.</summary>
    HostedRecipientsOnly,

    /// <summary>Every recipient gets 530 5.7.0.</summary>
    RefuseRecipients,

    /// <summary>MAIL gets 530 5.7.0 (RFC 4954 §6).</summary>
    RefuseSender,
}

/// <summary>Who may send what to whom, as configured.</summary>
public sealed record PolicyOptions
{
    /// <summary>
    /// The form refusals are spoken in: classic is what hosting providers' servers say today and what their customers search for.
    /// </summary>
    public ReplyStyle Replies { get; init; } = ReplyStyle.Classic;

    /// <summary>
    /// Domains whose ARC seals are believed: what they forward is not rejected for DMARC if it passed when it came to them. In lower case.
    /// </summary>
    public IReadOnlyList<string> TrustedSealers { get; init; } = [];

    /// <summary>What is done with mail that fails DMARC instead of what its domain asks for.</summary>
    public DmarcOverrides Dmarc { get; init; } = new();

    /// <summary>Recipients of one message from the world; further ones get 452 4.5.3. RFC 5321 §4.5.3.1.8 asks for 100 or more.</summary>
    public int MaxRecipients { get; init; } = 100;

    /// <summary>The same for our own users on submission, where it is local policy (RFC 6409 §7).</summary>
    public int MaxRecipientsOnSubmission { get; init; } = 50;

    /// <summary>
    /// From where an internal listener relays to anywhere, and to whom rules about unknown clients do not apply. This machine by default:
    /// there is no other network we could know.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [IPNetwork.Parse("127.0.0.1/32"), IPNetwork.Parse("::1/128")];

    public WithoutLogin WithoutLogin { get; init; } = WithoutLogin.HostedRecipientsOnly;

    /// <summary>Names that are this server's own, beside the one it greets with: no client may introduce itself so.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];

    /// <summary>A domain of rewritten senders of forwards beside those of the directory; null for none.</summary>
    public string? ReturnDomain { get; init; }

    /// <summary>Addresses of this server and of the machines that are one with it, beside the one a session came in on.</summary>
    public IReadOnlyList<IPAddress> OwnAddresses { get; init; } = [];

    /// <summary>Whether a client may not introduce itself by a domain hosted here either. Off, because customers' own servers do.</summary>
    public bool HostedDomainsAreOurNames { get; init; }

    /// <summary>Block lists to ask about clients; none by default, because most ask to be subscribed to.</summary>
    public IReadOnlyList<DnsblOptions> Dnsbls { get; init; } = [];

    /// <summary>Whether a client without reverse name hears only <c>550 5.3.2 Service currently unavailable</c>.</summary>
    public bool ReverseNameOpaque { get; init; }

    /// <summary>
    /// Whether refusals of client and hello wait until the recipient is known, so that the record says whose mail it was and postmaster
    /// stays reachable.
    /// </summary>
    public bool RefuseAtRecipient { get; init; } = true;

    /// <summary>Messages one client's address may hand over within <see cref="ClientWindow"/>; null is without limit.</summary>
    public int? MessagesPerClient { get; init; }

    /// <summary>Connections one client's address may make within <see cref="ClientWindow"/>; null is without limit.</summary>
    public int? ConnectionsPerClient { get; init; }

    /// <summary>The sliding window of the two limits above.</summary>
    public TimeSpan ClientWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a client that exceeded one of them is kept out.</summary>
    public TimeSpan ClientBlockedFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Recipients one account may write to in 60 minutes where the account says nothing; null is without limit.</summary>
    public int? RecipientsPerUserAndHour { get; init; }

    /// <summary>
    /// Recipients the users of one domain may write to in 60 minutes where the domain says nothing; null is without limit.
    /// </summary>
    public int? RecipientsPerDomainAndHour { get; init; }

    /// <summary>Messages one mailbox may receive in 60 minutes where the account says nothing; null is without limit.</summary>
    public int? ReceivedPerMailboxAndHour { get; init; }

    /// <summary>How long a mailbox must have been full and untouched before its refusals become final.</summary>
    public TimeSpan FullForLong { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long an unknown client is asked to wait (RFC 6647 §4.5 names one minute to a day).</summary>
    public TimeSpan GreylistDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A client network that came back for so many pairs of sender and recipient waits no more; 0 lets everybody wait.</summary>
    public int GreylistPassAfter { get; init; } = 5;

    /// <summary>How recipients of relay domains are verified at their next host.</summary>
    public CalloutOptions Callouts { get; init; } = new();

    /// <summary>How long unknown clients wait for the greeting if the rule <c>spoke-too-early</c> is on.</summary>
    public TimeSpan GreetingPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Filters asked about every message.</summary>
    public IReadOnlyList<ScannerOptions> Scanners { get; init; } = [];

    public QuarantineOptions Quarantine { get; init; } = new();

    /// <summary>Whether RCPT says where a forwarded address leads (251, RFC 5321 §3.4). Off: forwarding addresses are private.</summary>
    public bool DiscloseForward { get; init; }

    /// <summary>Whether a user who logged in may send with the null sender, as for read receipts.</summary>
    public bool LoginMaySendNull { get; init; } = true;

    /// <summary>
    /// The address of an explanation page of ours; refusals then end with its address and the verdict's id. Null says nothing.
    /// </summary>
    public Uri? ExplainUrl { get; init; }

    /// <summary>Rules to be asked before the others of their stage, in this order.</summary>
    public IReadOnlyList<string> Order { get; init; } = [];

    /// <summary>Per rule, by name; what is not there has its defaults.</summary>
    public IReadOnlyDictionary<string, RuleOptions> Rules { get; init; } = new Dictionary<string, RuleOptions>();

    /// <summary>The rules whose unanswered questions may either pass or defer, with what they do by default.</summary>
    public static IReadOnlyDictionary<string, WhenSilent> RulesThatMayBeSilent { get; } = new Dictionary<string, WhenSilent>
    {
        // Our own resolver may be the one that is silent, and then every unknown client would be deferred without a good reason.
        ["reverse-name-missing"] = WhenSilent.Pass,
        ["reverse-name-unconfirmed"] = WhenSilent.Pass,
        // A bounce must have somewhere to go before we make the message ours.
        ["sender-domain-not-found"] = WhenSilent.Defer,
        // What is taken for an address that turns out not to exist can only be bounced, most often to a forged sender.
        ["recipient-undeliverable"] = WhenSilent.Defer,
        // What the author's domain asks to be rejected must not get in because its DNS is slow.
        ["dmarc-failed"] = WhenSilent.Defer,
        ["spf-failed"] = WhenSilent.Pass,
        ["dkim-failed"] = WhenSilent.Pass,
    };

    /// <summary>Whether clients are to come back when the rule's question was not answered.</summary>
    public bool DefersWhenSilent(string rule) =>
        (Rules.GetValueOrDefault(rule)?.WhenSilent ?? RulesThatMayBeSilent.GetValueOrDefault(rule)) == WhenSilent.Defer;

    public bool IsTrustedNetwork(IPAddress address) => Networks.Contain(TrustedNetworks, address);

    /// <summary>
    /// What is wrong with these values together, in the administrator's words; each begins with a key of <c>[policy]</c> or with the rule.
    /// Ranges of keys are checked where a value is read, lists and filters by their own problems.
    /// </summary>
    /// <param name="known">The names of all rules there are.</param>
    public IEnumerable<string> Problems(IReadOnlyList<string> known)
    {
        foreach (string name in Rules.Keys.Where(name => !known.Contains(name)))
            yield return $"[[rule]] {name} is no rule: the rules are {string.Join(", ", known)}";
        foreach (string name in Order.Where(name => !known.Contains(name)))
        {
            string near = Spelling.Nearest(name, known) is { } guess ? $" (did you mean \"{guess}\"?)" : "";
            yield return $"order has \"{name}\", which is no rule{near}: the rules are {string.Join(", ", known)}";
        }

        var silent = Rules.Where(rule => rule.Value.WhenSilent is not null && !RulesThatMayBeSilent.ContainsKey(rule.Key));
        foreach (var (name, _) in silent)
            yield return $"[[rule]] {name} has when-silent, which it does not know: only {string.Join(", ", RulesThatMayBeSilent.Keys)} do";
        if (Rules.GetValueOrDefault("relay-denied")?.Mode is RuleMode.Off or RuleMode.Warn)
        {
            yield return "[[rule]] relay-denied has to be on, or the server would carry anybody's spam: remove its mode and trust networks "
                + "(role \"internal\") or let clients log in instead";
        }
    }
}
