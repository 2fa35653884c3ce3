using System.Net;

namespace Gatepost.Replies;

/// <summary>What rules about the client and its greeting say.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence OnNoList = new("on-no-list");

    public static readonly EvidenceEntry<IPAddress, string, string> Listed = new("listed", "client", "zone", "listing");

    public static readonly EvidenceEntry<IPAddress, string> ReverseName = new("reverse-name", "client", "name");

    public static readonly EvidenceEntry<IPAddress> ReverseNameUnchecked = new("reverse-name-unchecked", "client");

    public static readonly EvidenceEntry<IPAddress, Finding?> ReverseNameUnanswered = new("reverse-name-unanswered", "client", "cause");

    public static readonly EvidenceEntry<IPAddress> NoReverseName = new("no-reverse-name", "client");

    public static readonly EvidenceEntry<string, IPAddress> NameLeadsBack = new("name-leads-back", "name", "client");

    public static readonly FixedEvidence NamesUnanswered = new("names-unanswered");

    public static readonly EvidenceEntry<IPAddress> NoNameLeadsBack = new("no-name-leads-back", "client");

    public static readonly EvidenceEntry<TimeSpan> SpokeTooEarly = new("spoke-too-early", "pause");

    public static readonly FixedEvidence WaitedForGreeting = new("waited-for-greeting");

    public static readonly EvidenceEntry<int, string, TimeSpan, int> ConnectionsCounted =
        new("connections-counted", "used", "network", "window", "limit");

    public static readonly EvidenceEntry<int, TimeSpan, int> MessagesCounted = new("messages-counted", "used", "window", "limit");

    public static readonly EvidenceEntry<string, DateTimeOffset, Finding> BlockedUntil = new("blocked-until", "network", "until", "why");

    public static readonly FixedEvidence GreetedWithHelo = new("greeted-with-helo");

    public static readonly EvidenceEntry<IPAddress, string> CallsItself = new("calls-itself", "client", "helo");

    public static readonly EvidenceEntry<IPAddress, string, Finding> HeloIsOurs = new("helo-is-ours", "client", "helo", "why");

    public static readonly FixedEvidence OursByGreeting = new("ours-by-greeting");

    public static readonly FixedEvidence OursByList = new("ours-by-list");

    public static readonly FixedEvidence OursByAddress = new("ours-by-address");

    public static readonly FixedEvidence OursByDomain = new("ours-by-domain");

    public static readonly EvidenceEntry<string> NoHostName = new("no-host-name", "helo");

    public static readonly EvidenceEntry<string> NoDomain = new("no-domain", "helo");

    public static readonly EvidenceEntry<Finding> DidNotWait = new("did-not-wait", "what");

    public static readonly EvidenceEntry<string> BrokeProtocol = new("broke-protocol", "fault");
}
