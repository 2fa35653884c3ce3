using System.Net;

namespace Gatepost.Replies;

/// <summary>What rules about the recipient say.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<int, int> RecipientsAccepted = new("recipients-accepted", "accepted", "limit");

    public static readonly FixedEvidence TrustedNetwork = new("trusted-network");

    public static readonly EvidenceEntry<string, IPAddress> NotTrusted = new("not-trusted", "domain", "client");

    public static readonly EvidenceEntry<string> MxLeadsHere = new("mx-leads-here", "domain");

    public static readonly EvidenceEntry<string> RoutesElsewhere = new("routes-elsewhere", "domain");

    public static readonly EvidenceEntry<string> MayNotRelay = new("may-not-relay", "domain");

    public static readonly FixedEvidence AddressFound = new("address-found");

    public static readonly EvidenceEntry<string> AddressResolved = new("address-resolved", "path");

    public static readonly EvidenceEntry<string> NoSuchMailbox = new("no-such-mailbox", "domain");

    public static readonly FixedEvidence NoDomainOfOurs = new("no-domain-of-ours");

    public static readonly EvidenceEntry<string> LeadsBack = new("leads-back", "cycle");

    public static readonly EvidenceEntry<int, int, string> TooWide = new("too-wide", "depth", "addresses", "path");

    public static readonly EvidenceEntry<string, string> HasMoved = new("has-moved", "recipient", "target");

    public static readonly EvidenceEntry<string> DomainNotInDns = new("domain-not-in-dns", "domain");

    public static readonly FixedEvidence DnsSilentQueued = new("dns-silent-queued");

    public static readonly EvidenceEntry<string> DomainExists = new("domain-exists", "domain");

    public static readonly EvidenceEntry<string> SizeUnknown = new("size-unknown", "mailbox");

    public static readonly EvidenceEntry<string> HasRoom = new("has-room", "mailbox");

    public static readonly EvidenceEntry<string, long, Octets, DateTimeOffset> HoldsUntouched =
        new("holds-untouched", "mailbox", "used", "quota", "since");

    public static readonly EvidenceEntry<string, long, Octets> Holds = new("holds", "mailbox", "used", "quota");

    public static readonly EvidenceEntry<string, long, long> HoldsMessages = new("holds-messages", "mailbox", "used", "most");

    public static readonly EvidenceEntry<string, string, string, DateTimeOffset> TripleFirstSeen =
        new("triple-first-seen", "client", "sender", "recipient", "first");

    public static readonly EvidenceEntry<string, int> ClientCameBack = new("client-came-back", "client", "returns");

    public static readonly EvidenceEntry<DateTimeOffset> FirstSeen = new("first-seen", "first");

    public static readonly EvidenceEntry<string, string> HostAccepts = new("host-accepts", "host", "recipient");

    public static readonly EvidenceEntry<string, string> HostRejects = new("host-rejects", "host", "recipient");

    public static readonly EvidenceEntry<string> HostSilentPasses = new("host-silent-passes", "host");

    public static readonly EvidenceEntry<string, string> HostSilent = new("host-silent", "host", "recipient");

    public static readonly EvidenceEntry<string, DateTimeOffset> CalloutAnswer = new("callout-answer", "reply", "at");

    public static readonly EvidenceEntry<int, string, int> WrittenByUser = new("written-by-user", "used", "user", "limit");

    public static readonly EvidenceEntry<int, string, int> WrittenFromDomain = new("written-from-domain", "used", "domain", "limit");

    public static readonly EvidenceEntry<int, string, int> ReceivedByMailbox = new("received-by-mailbox", "used", "mailbox", "limit");

    public static readonly FixedEvidence AliasMemberSuspended = new("alias-member-suspended");

    public static readonly EvidenceEntry<string, string, string> AdminEntry = new("admin-entry", "what", "by", "why");

    public static readonly EvidenceEntry<string, string, DateTimeOffset, string> AdminEntrySince =
        new("admin-entry-since", "what", "by", "since", "why");

    public static readonly EvidenceEntry<string, string, DateTimeOffset, string> AdminEntryUntil =
        new("admin-entry-until", "what", "by", "until", "why");

    public static readonly EvidenceEntry<string, string, DateTimeOffset, DateTimeOffset, string> AdminEntrySinceUntil =
        new("admin-entry-since-until", "what", "by", "since", "until", "why");
}
