using System.Net;

namespace Gatepost.Replies;

/// <summary>What the engine says of the rules themselves, and DNS of what it was asked.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence NothingObjected = new("nothing-objected");

    public static readonly EvidenceEntry<string, Finding> WarnsOnly = new("only-warns", "reply", "why");

    public static readonly FixedEvidence WarningFailed = new("warning-failed");

    public static readonly EvidenceEntry<string, string> JudgingFailed = new("judging-failed", "stage", "fault");

    public static readonly EvidenceEntry<IPAddress> AskedToConnect = new("asked-to-connect", "client");

    public static readonly EvidenceEntry<string> AskedToLogIn = new("asked-to-log-in", "user");

    public static readonly FixedEvidence AskedAtTheEnd = new("asked-at-the-end");

    public static readonly EvidenceEntry<string> NoRoute = new("no-route", "recipient");

    public static readonly EvidenceEntry<string, string> Fault = new("fault", "type", "message");

    public static readonly EvidenceEntry<string> Quoted = new("quoted", "words");

    public static readonly EvidenceEntry<IReadOnlyList<string>> DnsFound = new("dns-found", "records");

    public static readonly EvidenceEntry<IReadOnlyList<string>, int> DnsFoundMore = new("dns-found-more", "records", "more");

    public static readonly FixedEvidence DnsNoSuchName = new("dns-no-such-name");

    public static readonly EvidenceEntry<Finding> DnsNoSuchNameBecause = new("dns-no-such-name-because", "cause");

    public static readonly FixedEvidence DnsNoRecords = new("dns-no-records");

    public static readonly EvidenceEntry<Finding> DnsNoAnswer = new("dns-no-answer", "cause");

    public static readonly FixedEvidence DnsSilence = new("dns-silence");

    public static readonly EvidenceEntry<Finding, int> WithTtl = new("with-ttl", "answer", "seconds");

    public static readonly EvidenceEntry<string, Finding> ListAnswer = new("list-answer", "question", "answer");

    public static readonly EvidenceEntry<Finding, string> WithWords = new("with-words", "answer", "words");

    public static readonly FixedEvidence ListIsSetAside = new("list-is-set-aside");

    public static readonly EvidenceEntry<string> ListDoesNotCount = new("list-does-not-count", "answer");

    public static readonly FixedEvidence ListNoAddress = new("list-no-address");

    public static readonly EvidenceEntry<Finding, Finding> ListDoubt = new("list-doubt", "answer", "why");

    public static readonly EvidenceEntry<IPAddress, Finding> ListAnswersError = new("list-answers-error", "error", "meaning");

    public static readonly FixedEvidence ListNameWrong = new("list-name-wrong");

    public static readonly FixedEvidence ListPublicResolver = new("list-public-resolver");

    public static readonly FixedEvidence ListAskedTooOften = new("list-asked-too-often");

    public static readonly FixedEvidence ListError = new("list-error");

    public static readonly FixedEvidence ListListsEverybody = new("list-lists-everybody");

    public static readonly EvidenceEntry<int, Finding> ListSilent = new("list-silent", "times", "answer");

    public static readonly EvidenceEntry<Finding?> ListNotProven = new("list-not-proven", "cause");

    public static readonly EvidenceEntry<string, Finding, TimeSpan> ListSetAside = new("list-set-aside", "zone", "why", "again");

    public static readonly EvidenceEntry<string, Finding> AlarmRaised = new("alarm-raised", "key", "text");

    public static readonly EvidenceEntry<string, DateTimeOffset> AlarmOver = new("alarm-over", "key", "since");

    public static readonly EvidenceEntry<string, string> WarningRuleFailed = new("warning-rule-failed", "rule", "cause");

    public static readonly EvidenceEntry<string, string> JudgingFailedDefers = new("judging-failed-defers", "stage", "cause");

    public static readonly EvidenceEntry<string, string> AlarmNotSent = new("alarm-not-sent", "key", "cause");

    public static readonly EvidenceEntry<string> ResolverDenies = new("resolver-denies", "name");

    public static readonly FixedEvidence ResolverInvents = new("resolver-invents");

    public static readonly EvidenceEntry<int, Finding> ResolverSilent = new("resolver-silent", "questions", "instead");

    public static readonly EvidenceEntry<int> Destinations = new("destinations", "count");

    public static readonly FixedEvidence NoneHosted = new("none-hosted");
}
