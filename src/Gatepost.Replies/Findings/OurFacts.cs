using System.Net;

namespace Gatepost.Replies;

/// <summary>Every kind of fact there is; what each is called for people is in the words files under <c>[fact]</c>.</summary>
public static class OurFacts
{
    /// <summary>All of them by key.</summary>
    public static IReadOnlyDictionary<string, FactEntry> All => field ??= typeof(OurFacts).GetFields()
        .Select(known => (FactEntry)known.GetValue(null)!)
        .ToDictionary(known => known.Key, StringComparer.Ordinal);

    /// <summary>The rules that judged and had nothing to say.</summary>
    public static readonly FactEntry<IReadOnlyList<string>> NoObjection = new("no-objection");

    /// <summary>The rules that were not asked: an exemption, a login or a trusted network exempts the client.</summary>
    public static readonly FactEntry<IReadOnlyList<string>> NotAsked = new("not-asked");

    /// <summary>What another rule said that was asked before the one that decided; its own facts follow.</summary>
    public static readonly FactEntry<string, Finding> Rule = new("rule");

    /// <summary>A step of SPF, DKIM, ARC or DMARC, about the method.</summary>
    public static readonly FactEntry<string, Finding> OriginStep = new("origin-step");

    public static readonly FactEntry<Finding> WouldPass = new("would-pass");

    public static readonly FactEntry<string> Sender = new("sender");

    public static readonly FactEntry<string> Recipient = new("recipient");

    public static readonly FactEntry<int> Accepted = new("accepted");

    public static readonly FactEntry<Finding> Block = new("block");

    public static readonly FactEntry<string> Blocked = new("blocked");

    public static readonly FactEntry<DateTimeOffset> BlockedFrom = new("blocked-from");

    public static readonly FactEntry<DateTimeOffset> BlockedUntil = new("blocked-until");

    public static readonly FactEntry<int> Connections = new("connections");

    public static readonly FactEntry<string> Attempt = new("conversation");

    public static readonly FactEntry<string, int> WrittenByUser = new("recipients-written-by");

    public static readonly FactEntry<string, int> WrittenFromDomain = new("recipients-written-from");

    public static readonly FactEntry<string, int> ReceivedByMailbox = new("messages-received-by");

    public static readonly FactEntry<TimeSpan> Within = new("within");

    public static readonly FactEntry<string> Cycle = new("cycle");

    public static readonly FactEntry<string> Domain = new("domain");

    public static readonly FactEntry<Finding> DomainMissing = new("domain-missing");

    public static readonly FactEntry<Finding> Ended = new("ended");

    public static readonly FactEntry<string> Mechanism = new("mechanism");
    public static readonly FactEntry<string> Account = new("account");
    public static readonly FactEntry<Finding> AccountExists = new("account-exists");
    public static readonly FactEntry<string> ToPostmaster = new("to-postmaster");
    public static readonly FactEntry<string> ClientName = new("client-name");
    public static readonly FactEntry<int> Commands = new("commands");

    public static readonly FactEntry<int> SessionMessages = new("messages-taken");

    public static readonly FactEntry<int> Errors = new("errors");

    public static readonly FactEntry<int> Refusals = new("refusals");

    public static readonly FactEntry<Octets> OctetsIn = new("octets-in");

    public static readonly FactEntry<Octets> OctetsOut = new("octets-out");

    public static readonly FactEntry<string> Fault = new("fault");

    public static readonly FactEntry<string> Filter = new("filter");

    public static readonly FactEntry<string, Finding> FilterAnswer = new("filter-answer");

    public static readonly FactEntry<string> FilterReason = new("filter-reason");

    public static readonly FactEntry<string> FilterWords = new("filter-words");

    public static readonly FactEntry<string> MilterStep = new("milter-step");

    public static readonly FactEntry<Finding> NotDone = new("wanted-and-not-done");

    public static readonly FactEntry<string> Action = new("action");

    public static readonly FactEntry<Finding> Score = new("score");

    public static readonly FactEntry<IReadOnlyList<string>> Symbols = new("symbols");

    public static readonly FactEntry<string> Virus = new("virus");

    public static readonly FactEntry<DateTimeOffset> FirstSeen = new("first-met");

    public static readonly FactEntry<string> Helo = new("helo");

    public static readonly FactEntry<int> Limit = new("limit");

    public static readonly FactEntry<Octets> SizeLimit = new("size-limit");

    public static readonly FactEntry<Octets> LongestLine = new("longest-line");

    public static readonly FactEntry<Octets> MailboxHolds = new("mailbox-holds");

    public static readonly FactEntry<Octets> Quota = new("quota");

    /// <summary>For a limit of messages; <see cref="MailboxHolds"/> is for one of octets.</summary>
    public static readonly FactEntry<int> MailboxMessages = new("mailbox-messages");

    public static readonly FactEntry<int> QuotaMessages = new("quota-messages");

    public static readonly FactEntry<Octets> MessageHas = new("message-has");

    public static readonly FactEntry<Octets> MessageDeclares = new("message-declares");

    public static readonly FactEntry<string> Mailbox = new("mailbox");

    public static readonly FactEntry<int> Messages = new("messages");

    public static readonly FactEntry<string> MovedTo = new("moved-to");

    public static readonly FactEntry<string> Notice = new("notice");

    public static readonly FactEntry<Finding> OursBecause = new("ours-because");

    public static readonly FactEntry<TimeSpan> Pause = new("pause");

    public static readonly FactEntry<Finding> Pipelined = new("pipelined");

    public static readonly FactEntry<Finding> Reason = new("reason");

    public static readonly FactEntry<Finding> Loop = new("loop");

    public static readonly FactEntry<int> ReceivedFields = new("received-fields");

    public static readonly FactEntry<string> Route = new("route");

    public static readonly FactEntry<Finding> Routes = new("routes");

    public static readonly FactEntry<Finding> Suspension = new("suspension");

    public static readonly FactEntry<string> User = new("user");

    public static readonly FactEntry<string> FromField = new("from");

    public static readonly FactEntry<string> WithoutLogin = new("without-login");

    public static readonly FactEntry<string> InQuarantine = new("in-quarantine-as");

    public static readonly FactEntry<Finding> NotInQuarantine = new("not-kept-in-quarantine");

    public static readonly FactEntry<IPAddress, Finding> Ptr = new("ptr");

    public static readonly FactEntry<string, Finding> Mx = new("mx");

    public static readonly FactEntry<string, Finding> Addresses = new("addresses");

    public static readonly FactEntry<string, Finding> Dnsbl = new("dnsbl");

    public static readonly FactEntry<string, Finding> Callout = new("callout");

    public static readonly FactEntry<int> ClientFailures = new("failed-log-ins-of-client");

    public static readonly FactEntry<int> AccountFailures = new("failed-log-ins-of-account");

    public static readonly FactEntry<int> ClientFailureLimit = new("client-log-in-limit");

    public static readonly FactEntry<int> AccountFailureLimit = new("account-log-in-limit");

    public static readonly FactEntry<string> Forward = new("forward");
}
