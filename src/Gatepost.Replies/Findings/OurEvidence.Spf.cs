using System.Net;

namespace Gatepost.Replies;

/// <summary>What the check of SPF says (RFC 7208), step by step.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<IPAddress, string> SpfOfMailFrom = new("spf-of-mail-from", "client", "domain");

    public static readonly EvidenceEntry<IPAddress, string> SpfOfHelo = new("spf-of-helo", "client", "helo");

    public static readonly EvidenceEntry<string> SpfNoDomainName = new("spf-no-domain-name", "domain");

    public static readonly EvidenceEntry<string> SpfHeloUnqualified = new("spf-helo-unqualified", "helo");

    public static readonly EvidenceEntry<string, string> SpfRecord = new("spf-record", "domain", "record");

    public static readonly EvidenceEntry<string> SpfNoRecord = new("spf-no-record", "domain");

    public static readonly EvidenceEntry<string> SpfNoSuchDomain = new("spf-no-such-domain", "domain");

    public static readonly EvidenceEntry<string, int> SpfSeveralRecords = new("spf-several-records", "domain", "count");

    public static readonly EvidenceEntry<string> SpfRecordTooLong = new("spf-record-too-long", "domain");

    public static readonly EvidenceEntry<string, Finding?> SpfRecordUnanswered = new("spf-record-unanswered", "domain", "cause");

    public static readonly EvidenceEntry<int, int, string, string> SpfLookup = new("spf-lookup", "number", "limit", "term", "domain");

    public static readonly EvidenceEntry<string, string, int> SpfTooManyLookups = new("spf-too-many-lookups", "term", "domain", "limit");

    public static readonly EvidenceEntry<int, int, string, string> SpfVoid = new("spf-void", "number", "limit", "term", "name");

    public static readonly EvidenceEntry<string, string, int> SpfTooManyVoids = new("spf-too-many-voids", "term", "name", "limit");

    public static readonly EvidenceEntry<string, string, int> SpfTooManyMailHosts = new("spf-too-many-mail-hosts", "term", "name", "limit");

    public static readonly EvidenceEntry<IPAddress, int> SpfNamesLeftOut = new("spf-names-left-out", "client", "count");

    public static readonly EvidenceEntry<string, IPAddress> SpfNamesUnanswered = new("spf-names-unanswered", "term", "client");

    public static readonly EvidenceEntry<string, string, Finding?> SpfTermUnanswered = new("spf-term-unanswered", "term", "name", "cause");

    public static readonly EvidenceEntry<string, string> SpfNameMalformed = new("spf-name-malformed", "term", "name");

    public static readonly EvidenceEntry<string> SpfLocalPartNotAscii = new("spf-local-part-not-ascii", "term");

    public static readonly EvidenceEntry<string, string> SpfMatched = new("spf-matched", "term", "domain");

    public static readonly EvidenceEntry<string> SpfNothingMatched = new("spf-nothing-matched", "domain");

    public static readonly EvidenceEntry<string, string> SpfIncludePassed = new("spf-include-passed", "term", "domain");

    public static readonly EvidenceEntry<string, string, string> SpfIncludeNoMatch =
        new("spf-include-no-match", "term", "domain", "result");

    public static readonly EvidenceEntry<string, string> SpfIncludeMissing = new("spf-include-missing", "term", "domain");

    public static readonly EvidenceEntry<string, string> SpfRedirectMissing = new("spf-redirect-missing", "term", "domain");

    public static readonly EvidenceEntry<TimeSpan> SpfOutOfTime = new("spf-out-of-time", "limit");

    public static readonly EvidenceEntry<string, string> SpfExplanation = new("spf-explanation", "domain", "text");

    public static readonly EvidenceEntry<string, Finding> SpfNoExplanation = new("spf-no-explanation", "name", "why");

    public static readonly EvidenceEntry<Finding?> SpfSilence = new("spf-silence", "cause");

    public static readonly FixedEvidence SpfNoText = new("spf-no-text");

    public static readonly EvidenceEntry<int> SpfSeveralTexts = new("spf-several-texts", "count");

    public static readonly EvidenceEntry<string, string, Finding> SpfSyntax = new("spf-syntax", "domain", "term", "why");

    public static readonly FixedEvidence SpfNotAscii = new("spf-not-ascii");

    public static readonly FixedEvidence SpfControlCharacter = new("spf-control-character");

    public static readonly EvidenceEntry<string> SpfUnknownMechanism = new("spf-unknown-mechanism", "name");

    public static readonly FixedEvidence SpfModifierName = new("spf-modifier-name");

    public static readonly EvidenceEntry<string> SpfModifierTwice = new("spf-modifier-twice", "name");

    public static readonly EvidenceEntry<string> SpfArgumentUnexpected = new("spf-argument-unexpected", "name");

    public static readonly FixedEvidence SpfDomainMissing = new("spf-domain-missing");

    public static readonly EvidenceEntry<string> SpfUnqualified = new("spf-unqualified", "name");

    public static readonly EvidenceEntry<string> SpfAddressAsName = new("spf-address-as-name", "address");

    public static readonly EvidenceEntry<string, string> SpfTopLabel = new("spf-top-label", "label", "name");

    public static readonly EvidenceEntry<string> SpfNetwork = new("spf-network", "network");

    public static readonly EvidenceEntry<string, int> SpfPrefix = new("spf-prefix", "prefix", "limit");

    public static readonly FixedEvidence SpfMacroPercent = new("spf-macro-percent");

    public static readonly FixedEvidence SpfMacroUnclosed = new("spf-macro-unclosed");

    public static readonly EvidenceEntry<string> SpfMacroLetter = new("spf-macro-letter", "macro");

    public static readonly EvidenceEntry<string> SpfMacroExplanationOnly = new("spf-macro-explanation-only", "macro");

    public static readonly EvidenceEntry<string> SpfMacroTransformer = new("spf-macro-transformer", "macro");
}
