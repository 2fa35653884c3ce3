namespace Gatepost.Replies;

/// <summary>Why TLS with another server is demanded or not: configuration, DANE, MTA-STS.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<Finding, Finding> TlsBecause = new("tls-because", "tls", "why");

    public static readonly EvidenceEntry<Finding> TlsUndemanded = new("tls-undemanded", "why");

    public static readonly EvidenceEntry<Finding, Finding> TlsUndemandedByAny = new("tls-undemanded-by-any", "dane", "sts");

    public static readonly FixedEvidence DaneOff = new("dane-off");

    public static readonly EvidenceEntry<string> DaneMxInsecure = new("dane-mx-insecure", "domain");

    public static readonly EvidenceEntry<string> DaneHostInsecure = new("dane-host-insecure", "host");

    public static readonly EvidenceEntry<string> DaneRecordsInsecure = new("dane-records-insecure", "name");

    public static readonly EvidenceEntry<string> DaneNoRecords = new("dane-no-records", "name");

    public static readonly EvidenceEntry<string, Finding?> DaneRecordsUnanswered = new("dane-records-unanswered", "name", "cause");

    public static readonly EvidenceEntry<string, string> DaneUnusable = new("dane-unusable", "name", "records");

    public static readonly EvidenceEntry<string, string> DaneDemands = new("dane-demands", "name", "records");

    public static readonly EvidenceEntry<string, string> DaneMatched = new("dane-matched", "record", "host");

    public static readonly EvidenceEntry<string, string, Finding> DaneMismatched = new("dane-mismatched", "records", "host", "cause");

    public static readonly EvidenceEntry<string> DaneNoneUsable = new("dane-none-usable", "records");

    public static readonly FixedEvidence DaneNone = new("dane-none");

    public static readonly FixedEvidence DaneNotValidating = new("dane-not-validating");

    public static readonly FixedEvidence DaneWayInsecure = new("dane-way-insecure");

    public static readonly EvidenceEntry<string> CertificateHasKey = new("certificate-has-key", "digest");

    public static readonly EvidenceEntry<string> CertificateLacksNames = new("certificate-lacks-names", "names");

    public static readonly EvidenceEntry<string> CertificateNamesOthers = new("certificate-names-others", "names");

    public static readonly EvidenceEntry<string, string> CertificateNotValidNow = new("certificate-not-valid-now", "from", "until");

    public static readonly EvidenceEntry<string> CertificateChainBroken = new("certificate-chain-broken", "status");

    public static readonly FixedEvidence CertificateNotAnchored = new("certificate-not-anchored");

    public static readonly FixedEvidence CertificateUntrusted = new("certificate-untrusted");

    public static readonly FixedEvidence CertificateMissing = new("certificate-missing");

    public static readonly EvidenceEntry<Finding> RequireTlsDemands = new("requiretls-demands", "why");

    public static readonly FixedEvidence RequireTlsNotOffered = new("requiretls-not-offered");

    public static readonly EvidenceEntry<string> RequireTlsUnproven = new("requiretls-unproven", "domain");

    public static readonly FixedEvidence RequireTlsSwitchedOff = new("requiretls-switched-off");

    public static readonly FixedEvidence RequireTlsInClear = new("requiretls-in-clear");

    public static readonly FixedEvidence TlsNotRequired = new("tls-not-required");

    public static readonly FixedEvidence StsOff = new("sts-off");

    public static readonly EvidenceEntry<string> StsNoRecord = new("sts-no-record", "domain");

    public static readonly EvidenceEntry<string, string> StsRecordWrong = new("sts-record-wrong", "domain", "record");

    public static readonly EvidenceEntry<string, int> StsSeveralRecords = new("sts-several-records", "domain", "count");

    public static readonly EvidenceEntry<string, Finding?> StsUnanswered = new("sts-unanswered", "domain", "cause");

    public static readonly EvidenceEntry<string, Finding> StsNotFetched = new("sts-not-fetched", "domain", "cause");

    public static readonly EvidenceEntry<int> StsHttpStatus = new("sts-http-status", "status");

    public static readonly EvidenceEntry<int> StsRedirected = new("sts-redirected", "status");

    public static readonly EvidenceEntry<string> StsContentType = new("sts-content-type", "type");

    public static readonly EvidenceEntry<int> StsTimedOut = new("sts-timed-out", "seconds");

    public static readonly EvidenceEntry<int> StsTooLarge = new("sts-too-large", "limit");

    public static readonly EvidenceEntry<string> StsHttpsCertificate = new("sts-https-certificate", "cause");

    public static readonly EvidenceEntry<string> StsPolicyWrong = new("sts-policy-wrong", "why");

    public static readonly EvidenceEntry<string, string> StsNone = new("sts-none", "domain", "id");

    public static readonly EvidenceEntry<string, string, string> StsTesting = new("sts-testing", "domain", "id", "hosts");

    public static readonly EvidenceEntry<string, string, string> StsTestingNotListed =
        new("sts-testing-not-listed", "domain", "host", "hosts");

    public static readonly EvidenceEntry<string, string, string> StsEnforces = new("sts-enforces", "domain", "id", "hosts");

    public static readonly EvidenceEntry<string, Finding> StsCertificateInvalid = new("sts-certificate-invalid", "host", "cause");

    public static readonly FixedEvidence ResolverDoesNotValidate = new("resolver-does-not-validate");
}
