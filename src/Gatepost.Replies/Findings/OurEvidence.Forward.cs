namespace Gatepost.Replies;

/// <summary>Mail that is sent on to other servers: rewritten senders and seals.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence SrsForm = new("srs-form");

    public static readonly FixedEvidence SrsForged = new("srs-forged");

    public static readonly EvidenceEntry<int> SrsExpired = new("srs-stamp-expired", "days");

    public static readonly EvidenceEntry<string> SrsNotABounce = new("srs-not-a-bounce", "sender");

    public static readonly FixedEvidence PassSrs = new("pass-srs");

    public static readonly EvidenceEntry<string> SrsSecretNotKept = new("srs-secret-not-kept", "cause");

    public static readonly EvidenceEntry<string> SrsSecretUnreadable = new("srs-secret-unreadable", "file");

    public static readonly EvidenceEntry<string> ArcNoKey = new("arc-no-key", "domain");
}
