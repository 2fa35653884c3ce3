namespace Gatepost.Replies;

/// <summary>What the check of DMARC says (RFC 9989), step by step.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string> DmarcAuthor = new("dmarc-author", "domain");

    public static readonly FixedEvidence DmarcNoFrom = new("dmarc-no-from");

    public static readonly FixedEvidence DmarcFromUnreadable = new("dmarc-from-unreadable");

    public static readonly EvidenceEntry<IReadOnlyList<string>> DmarcSeveralAuthors = new("dmarc-several-authors", "domains");

    public static readonly EvidenceEntry<int, int> DmarcTooManyAuthors = new("dmarc-too-many-authors", "count", "limit");

    public static readonly EvidenceEntry<string, string> DmarcRecord = new("dmarc-record", "domain", "record");

    public static readonly EvidenceEntry<string> DmarcNoRecord = new("dmarc-no-record", "domain");

    public static readonly EvidenceEntry<string, int> DmarcSeveralRecords = new("dmarc-several-records", "domain", "count");

    public static readonly EvidenceEntry<string, Finding?> DmarcUnanswered = new("dmarc-unanswered", "name", "cause");

    public static readonly EvidenceEntry<string> DmarcPolicyMissing = new("dmarc-policy-missing", "domain");

    public static readonly EvidenceEntry<string> DmarcPolicyAsNone = new("dmarc-policy-as-none", "domain");

    public static readonly EvidenceEntry<string, string> DmarcPolicy = new("dmarc-policy", "domain", "policy");

    public static readonly EvidenceEntry<string, string> DmarcTesting = new("dmarc-testing", "domain", "policy");

    public static readonly EvidenceEntry<string> DmarcNoSuchDomain = new("dmarc-no-such-domain", "domain");

    public static readonly EvidenceEntry<string, string> DmarcSpfNotPassed = new("dmarc-spf-not-passed", "domain", "result");

    public static readonly EvidenceEntry<string, string, string> DmarcSpfAligned = new("dmarc-spf-aligned", "domain", "author", "mode");

    public static readonly EvidenceEntry<string, string, string> DmarcSpfUnaligned = new("dmarc-spf-unaligned", "domain", "author", "mode");

    public static readonly FixedEvidence DmarcNoSignature = new("dmarc-no-signature");

    public static readonly EvidenceEntry<string, string> DmarcDkimNotPassed = new("dmarc-dkim-not-passed", "domain", "result");

    public static readonly EvidenceEntry<string, string, string> DmarcDkimAligned = new("dmarc-dkim-aligned", "domain", "author", "mode");

    public static readonly EvidenceEntry<string, string, string> DmarcDkimUnaligned =
        new("dmarc-dkim-unaligned", "domain", "author", "mode");
}
