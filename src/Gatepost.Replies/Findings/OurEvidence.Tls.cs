namespace Gatepost.Replies;

/// <summary>Why TLS with another server is demanded or not: configuration, DANE, MTA-STS.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<Finding, Finding> TlsBecause = new("tls-because", "tls", "why");

    public static readonly EvidenceEntry<Finding> TlsUndemanded = new("tls-undemanded", "dane");

    public static readonly FixedEvidence DaneOff = new("dane-off");

    public static readonly EvidenceEntry<string> DaneMxInsecure = new("dane-mx-insecure", "domain");

    public static readonly EvidenceEntry<string> DaneHostInsecure = new("dane-host-insecure", "host");

    public static readonly EvidenceEntry<string> DaneRecordsInsecure = new("dane-records-insecure", "name");

    public static readonly EvidenceEntry<string> DaneNoRecords = new("dane-no-records", "name");

    public static readonly EvidenceEntry<string, string> DaneRecordsUnanswered = new("dane-records-unanswered", "name", "cause");

    public static readonly EvidenceEntry<string, string> DaneUnusable = new("dane-unusable", "name", "records");

    public static readonly EvidenceEntry<string, string> DaneDemands = new("dane-demands", "name", "records");

    public static readonly EvidenceEntry<string, string> DaneMatched = new("dane-matched", "record", "host");

    public static readonly EvidenceEntry<string, string, string> DaneMismatched = new("dane-mismatched", "records", "host", "cause");

    public static readonly FixedEvidence ResolverDoesNotValidate = new("resolver-does-not-validate");
}
