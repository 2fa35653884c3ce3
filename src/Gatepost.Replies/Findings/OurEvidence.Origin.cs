using System.Net;

namespace Gatepost.Replies;

/// <summary>What rules about a message's origin say.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string, string, string> OriginResult = new("origin-result", "method", "result", "domain");

    public static readonly EvidenceEntry<string, string> OriginUnanswered = new("origin-unanswered", "method", "domain");

    public static readonly EvidenceEntry<IReadOnlyList<string>> ArcRescues = new("arc-rescues", "sealers");

    public static readonly EvidenceEntry<string, string> DmarcOverridden = new("dmarc-overridden", "entry", "policy");

    public static readonly EvidenceEntry<string, string> DmarcPolicyApplies = new("dmarc-policy-applies", "domain", "policy");

    public static readonly EvidenceEntry<int> ForgedResultsRemoved = new("forged-results-removed", "count");

    public static readonly EvidenceEntry<string> NothingPassed = new("nothing-passed", "domain");

    public static readonly EvidenceEntry<IPAddress, string> PassSpf = new("pass-spf", "client", "domain");

    public static readonly FixedEvidence PassSignature = new("pass-signature");

    public static readonly EvidenceEntry<string> PassAligned = new("pass-aligned", "domain");

    public static readonly FixedEvidence PassChain = new("pass-chain");

    public static readonly EvidenceEntry<string> PassAnyProof = new("pass-any-proof", "domain");
}
