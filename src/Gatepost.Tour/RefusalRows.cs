using Gatepost.Policy;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Smtp;
using static Gatepost.Tour.TourScript;

namespace Gatepost.Tour;

/// <summary>E01 to E23: the refusals of a hosting provider.</summary>
internal static class RefusalRows
{
    private const string Filtered = "551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio";
    private const string Unavailable = "550 5.3.2 Service currently unavailable";

    public static IEnumerable<TourScenario> All =>
    [
        Mx("E01", "a", "nobody@host.example", "recipient-unknown",
            "550 5.1.1 <nobody@host.example>: Recipient address rejected: User unknown in virtual alias table"),
        Mx(
            "E01", "b", "left@host.example", "forwarding-loop",
            "550 5.1.1 <left@host.example>: Recipient address rejected: User unknown in virtual alias table",
            "550 5.4.6 <left@host.example>: Recipient address rejected: forwarding loop"),
        Condition(
            "E01", "c", "550 5.1.1 <classic@host.example>: Recipient address rejected: User unknown in virtual alias table",
            new TourPeer(
                "elsewhere.example", "127.0.1.41", PeerTrick.AnswersRecipient, "550 5.1.1 <classic@elsewhere.example>: User unknown",
                "550 5.1.1 <modern@elsewhere.example>: User unknown"), "forward-refused",
                "mailbox-unknown") with { ForwardedBy = "host.example", BounceStatus = "5.1.1" },
        new()
        {
            Row = "E02", Case = "a", Says = ["HELO client.partner.example", Mail, "RCPT TO:<ann@host.example>"],
            Policy = On("ehlo-required"), Rule = "ehlo-required", Classic = "550 5.1.1 Protocol error",
                Modern = "550 5.5.1 Protocol error: EHLO is required here",
        },
        new()
        {
            Row = "E02", Case = "b", Says = [Ehlo, "RCPT TO:<ann@host.example>", Mail, "RCPT TO:<ann@host.example>"],
            Policy = On("protocol-error"), Rule = "protocol-error", Classic = "550 5.1.1 Protocol error",
                Modern = "554 5.5.0 Protocol error: ",
        },
        new()
        {
            Row = "E03", Case = "a", From = "127.0.0.3", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options =>
                options with { Dnsbls = [new DnsblOptions { Zone = "zen.spamhaus.org", Opaque = true }] }, Rule = "listed-by-dnsbl",
                Classic = Unavailable, Modern =
                    "554 5.7.1 Service unavailable; Client host [127.0.0.3] blocked using zen.spamhaus.org; XBL: ",
        },
        new()
        {
            Row = "E03", Case = "b", Says = [Ehlo, Mail, "RSET", Mail],
            Policy = options => options with { MessagesPerClient = 1 }, Rule = "too-many-messages-from-client", Classic = Unavailable,
                Modern = "450 4.7.1 Client host rejected: too many messages from [127.0.0.2], free again at ",
        },
        new()
        {
            Row = "E03", Case = "c", From = "127.0.0.4", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { ReverseNameOpaque = true }, Rule = "reverse-name-missing", Classic = Unavailable,
                Modern = "550 5.7.25 Client host rejected: cannot find your reverse hostname, [127.0.0.4]",
        },
        new()
        {
            Row = "E04", From = "127.0.0.3", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { Dnsbls = [new DnsblOptions { Zone = "zen.spamhaus.org" }] }, Rule = "listed-by-dnsbl",
                Classic = "554 5.7.1 Service unavailable; Client host [127.0.0.3] blocked using zen.spamhaus.org",
        },
        Hello("E05", "localhost", "hello-is-localhost", "550 5.7.1 <localhost>: Helo command rejected: You aren't localhost"),
        Hello("E06", "localhost.localdomain", "hello-is-localhost",
            "550 5.7.1 <localhost.localdomain>: Helo command rejected: You aren't localhost.localdomain."),
        Hello("E07", TourWorld.HostName, "hello-is-our-name",
            "550 5.7.1 <mx.host.example>: Helo command rejected: You are not me") with { Case = "a" },
        Hello(
            "E07", "[127.0.0.1]", "hello-is-our-name",
            "550 5.7.1 <[127.0.0.1]>: Helo command rejected: You are not me") with { Case = "b" },
        Hello(
            "E07", "host.example", "hello-is-our-name",
            "550 5.7.1 <host.example>: Helo command rejected: You are not me") with { Case = "c", Policy = options =>
                options with { HostedDomainsAreOurNames = true } },
        Mx("E08", "a", "x@partner.example", "relay-denied", "554 5.7.1 <x@partner.example>: Relay access denied"),
        Mx("E08", "b", "x@gone.example", "domain-not-hosted", "554 5.7.1 <x@gone.example>: Relay access denied"),
        Mx("E08", "c", "x@partner.example", "relay-denied-untrusted",
            "554 5.7.1 <x@partner.example>: Relay access denied") with { Role = ListenerRole.Internal },
        Filter("E09", "a", new Scan(ScanOutcome.Virus, "clamav", "Eicar-Test-Signature"), "virus-found", Filtered,
            "554 5.7.1 Message rejected: virus Eicar-Test-Signature found"),
        Filter("E09", "b", new Scan(ScanOutcome.Spam, "rspamd", "reject", 21.5, 15), "spam-found", Filtered,
            "554 5.7.1 Message rejected: classified as spam, score 21.5 of 15"),
        Filter("E09", "c", new Scan(ScanOutcome.Bulk, "rspamd", "reject", 18, 15), "bulk-found", Filtered,
            "554 5.7.1 Message rejected: classified as unwanted bulk mail"),
        new()
        {
            Row = "E10", Role = ListenerRole.Submission, Says = [Ehlo, "MAIL FROM:<bob@host.example>", "RCPT TO:<x@partner.example>"],
            Rule = "authentication-required",
                Classic = "530 5.7.0 <x@partner.example>: Recipient address rejected: Authentication Required",
        },
        Quota(
            "E11", options =>
                options with { RecipientsPerDomainAndHour = 1 }, "domain-quota-exceeded",
                "550 5.4.5 <y@partner.example>: Recipient address rejected: Hourly domain sending quota exceeded",
                "450 4.7.1 <y@partner.example>: Recipient address rejected: Hourly domain sending quota exceeded (1 of 1 in 60 minutes, "
                + "free again at "),
        Quota(
            "E12", options =>
                options with { RecipientsPerUserAndHour = 1 }, "user-quota-exceeded",
                "550 5.4.6 <y@partner.example>: Recipient address rejected: Hourly sending quota exceeded",
                "450 4.7.1 <y@partner.example>: Recipient address rejected: Hourly sending quota exceeded (1 of 1 in 60 minutes, free "
                + "again at "),
        Login("E13", "", [Ann, "MAIL FROM:<bob@host.example>"], "sender-not-owned",
            "553 5.7.1 <bob@host.example>: Sender address rejected: not owned by user ann@host.example"),
        Mx(
            "E14", "a", "frozen@host.example", "recipient-suspended",
            "554 5.7.1 <frozen@host.example>: Recipient address rejected: USER IS SUSPENDED",
            "550 5.2.1 <frozen@host.example>: Recipient address rejected: Mailbox is suspended"),
        Login(
            "E14", "b", ["AUTH carl@host.example pencil", "MAIL FROM:<carl@host.example>", "RCPT TO:<x@partner.example>"],
            "account-suspended", "554 5.7.1 <x@partner.example>: Recipient address rejected: USER IS SUSPENDED",
            "525 5.7.13 User account disabled"),
        Mx(
            "E15", "", "full@host.example", "mailbox-full",
            "522 5.7.1 <full@host.example>: Recipient address rejected: Requested mail action aborted: exceeded storage allocation",
            "452 4.2.2 <full@host.example>: Recipient address rejected: mailbox is full"),
        From(
            "E16", "a", "bad@partner.example", "sender-blocked", "554 5.7.1 <bad@partner.example>: Sender address rejected: Access denied"),
        Login("E16", "b", [Ann, "MAIL FROM:<ann+spam@host.example>"], "sender-blocked",
            "554 5.7.1 <ann+spam@host.example>: Sender address rejected: Access denied"),
        From(
            "E17", "a", "ann@nowhere.example", "sender-domain-not-found",
            "450 4.1.8 <ann@nowhere.example>: Sender address rejected: Domain not found",
            "550 5.1.8 <ann@nowhere.example>: Sender address rejected: Domain not found"),
        From(
            "E17", "b", "ann@silent.example", "sender-domain-unanswered",
            "451 4.4.3 <ann@silent.example>: Sender address rejected: Domain lookup failed",
            "451 4.4.3 <ann@silent.example>: Sender address rejected: Domain lookup failed"),
        From(
            "E17", "c", "ann@null.example", "sender-domain-takes-no-mail",
            "450 4.1.8 <ann@null.example>: Sender address rejected: Domain not found",
            "550 5.7.27 <ann@null.example>: Sender address rejected: Domain takes no mail (null MX)"),
        new()
        {
            Row = "E18", Case = "a", From = "127.0.0.4", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Rule = "reverse-name-missing", Classic = "450 4.7.1 Client host rejected: cannot find your reverse hostname, [127.0.0.4]",
                Modern = "550 5.7.25 Client host rejected: cannot find your reverse hostname, [127.0.0.4]",
        },
        new()
        {
            Row = "E18", Case = "b", From = "127.0.0.5", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>"],
            Policy = options =>
                options with { Rules = new Dictionary<string, RuleOptions>(
                    options.Rules) { ["reverse-name-missing"] = new() { WhenSilent = WhenSilent.Defer } } },
            Rule = "reverse-lookup-failed",
                Classic = "451 4.4.3 Client host rejected: the lookup of your reverse hostname failed, [127.0.0.5]",
                Modern = "451 4.4.3 Client host rejected: the lookup of your reverse hostname failed, [127.0.0.5]",
        },
        new()
        {
            Row = "E19", Says = [Ehlo, Mail, "RCPT TO:<ann@host.example>", "RSET", Mail, "RCPT TO:<ann@host.example>"],
            Policy = options => options with { ReceivedPerMailboxAndHour = 1 }, Rule = "inbound-quota-exceeded",
                Classic = "450 4.7.1 <ann@host.example>: Recipient address rejected: Policy Rejection- Quota Exceeded",
        },
        new()
        {
            Row = "E20", Case = "a", Says = [Ehlo, Mail, "RCPT TO:<joe>"],
            Rule = "recipient-unqualified", Classic = "450 4.7.1 <joe>: Recipient address rejected: Access denied",
                Modern = "504 5.5.2 <joe>: Recipient address rejected: need fully-qualified address",
        },
        Mx(
            "E20", "b", "blocked@host.example", "recipient-blocked",
            "450 4.7.1 <blocked@host.example>: Recipient address rejected: Access denied",
            "550 5.7.1 <blocked@host.example>: Recipient address rejected: Access denied"),
        Mx("E21", "", "broken@host.example", "configuration-problem", "451 4.3.5 Server configuration problem - try again later"),
        Filter("E22", "", new Scan(ScanOutcome.Unavailable, "rspamd", "Connection refused"), "filter-unavailable",
            "451 4.7.1 Service unavailable - try again later", ""),
        Login("E23", "a", [Ann, AnnMail, .. Enumerable.Range(1, 51).Select(i => $"RCPT TO:<bob+{i}@host.example>")], "too-many-recipients",
            "452 4.5.3 Error: too many recipients"),
        Mx("E23", "b", "", "too-many-recipients", "452 4.5.3 Error: too many recipients") with { Says = [
            Ehlo, Mail, .. Enumerable.Range(1, 101).Select(i => $"RCPT TO:<bob+{i}@host.example>")] },
    ];

    private static TourScenario Mx(string row, string context, string recipient, string rule, string classic, string modern = "") => new()
    {
        Row = row,
        Case = context,
        Says = [Ehlo, Mail, $"RCPT TO:<{recipient}>"],
        Rule = rule,
        Classic = classic,
        Modern = modern,
    };

    private static TourScenario From(string row, string context, string sender, string rule, string classic, string modern = "") => new()
    {
        Row = row,
        Case = context,
        Says = [Ehlo, $"MAIL FROM:<{sender}>"],
        Rule = rule,
        Classic = classic,
        Modern = modern,
    };

    private static TourScenario Hello(string row, string name, string rule, string classic) => new()
    {
        Row = row,
        Says = ["EHLO " + name, Mail, "RCPT TO:<ann@host.example>"],
        Rule = rule,
        Classic = classic,
    };

    private static TourScenario Quota(string row, Func<PolicyOptions, PolicyOptions> limit, string rule, string classic, string modern) =>
        Login(row, "", [Ann, AnnMail, "RCPT TO:<x@partner.example>", "RCPT TO:<y@partner.example>"], rule, classic,
            modern) with
        { Policy = limit };

    private static TourScenario Filter(string row, string context, Scan scan, string rule, string classic, string modern) => new()
    {
        Row = row,
        Case = context,
        Says = Message,
        Scan = scan,
        Rule = rule,
        Classic = classic,
        Modern = modern,
    };
}
