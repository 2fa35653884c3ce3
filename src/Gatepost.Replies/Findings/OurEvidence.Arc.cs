namespace Gatepost.Replies;

/// <summary>What the validation of an ARC chain says (RFC 8617).</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence ArcNone = new("arc-none");

    public static readonly EvidenceEntry<int, IReadOnlyList<string>> ArcPass = new("arc-pass", "count", "domains");

    public static readonly EvidenceEntry<string, string> ArcChangedAfter = new("arc-changed-after", "domain", "next");

    public static readonly EvidenceEntry<int, int> ArcTooMany = new("arc-too-many", "count", "limit");

    public static readonly EvidenceEntry<string> ArcInstance = new("arc-instance", "field");

    public static readonly EvidenceEntry<string, int> ArcTwice = new("arc-twice", "field", "instance");

    public static readonly EvidenceEntry<string, int> ArcMissing = new("arc-missing", "field", "instance");

    public static readonly EvidenceEntry<string, int, Finding> ArcField = new("arc-field", "field", "instance", "why");

    public static readonly EvidenceEntry<int> ArcSealHasNames = new("arc-seal-has-names", "instance");

    public static readonly EvidenceEntry<int> ArcSignsSeal = new("arc-signs-seal", "instance");

    public static readonly EvidenceEntry<int, string, string> ArcChainStatus = new("arc-chain-status", "instance", "value", "wanted");

    public static readonly EvidenceEntry<int, string> ArcFailedBefore = new("arc-failed-before", "instance", "domain");

    public static readonly EvidenceEntry<string> ArcSealBroken = new("arc-seal-broken", "name");

    public static readonly EvidenceEntry<int> ArcFull = new("arc-full", "limit");
}
