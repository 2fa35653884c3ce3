namespace Gatepost.Replies;

/// <summary>What the check of a DKIM signature says, and of the signatures of ARC, which are read by the same rules.</summary>
public static partial class OurEvidence
{
    public static readonly FixedEvidence DkimNone = new("dkim-none");

    public static readonly EvidenceEntry<int, int> DkimTooMany = new("dkim-too-many", "left", "limit");

    public static readonly FixedEvidence DkimHeaderTooLong = new("dkim-header-too-long");

    public static readonly EvidenceEntry<string> DkimNotTags = new("dkim-not-tags", "at");

    public static readonly EvidenceEntry<string> DkimTagTwice = new("dkim-tag-twice", "tag");

    public static readonly EvidenceEntry<string> DkimTagMissing = new("dkim-tag-missing", "tag");

    public static readonly EvidenceEntry<string, string> DkimTagWrong = new("dkim-tag-wrong", "tag", "value");

    public static readonly EvidenceEntry<string> DkimVersionUnknown = new("dkim-version-unknown", "value");

    public static readonly FixedEvidence DkimVersionDraft = new("dkim-version-draft");

    public static readonly EvidenceEntry<string> DkimAlgorithmUnknown = new("dkim-algorithm-unknown", "value");

    public static readonly EvidenceEntry<string> DkimAlgorithmHistoric = new("dkim-algorithm-historic", "algorithm");

    public static readonly FixedEvidence DkimFromUnsigned = new("dkim-from-unsigned");

    public static readonly EvidenceEntry<string, string> DkimIdentityOutside = new("dkim-identity-outside", "identity", "domain");

    public static readonly EvidenceEntry<string> DkimQueryUnknown = new("dkim-query-unknown", "value");

    public static readonly EvidenceEntry<DateTimeOffset> DkimExpired = new("dkim-expired", "expired");

    public static readonly EvidenceEntry<DateTimeOffset> DkimFromFuture = new("dkim-from-future", "signed");

    public static readonly FixedEvidence DkimExpiresFirst = new("dkim-expires-first");

    public static readonly EvidenceEntry<string, Finding> DkimKeyUnanswered = new("dkim-key-unanswered", "name", "cause");

    public static readonly EvidenceEntry<string> DkimKeyAbsent = new("dkim-key-absent", "name");

    public static readonly EvidenceEntry<string, Finding> DkimKeyUnusable = new("dkim-key-unusable", "name", "why");

    public static readonly EvidenceEntry<string> DkimKeyVersion = new("dkim-key-version", "value");

    public static readonly FixedEvidence DkimKeyRevoked = new("dkim-key-revoked");

    public static readonly EvidenceEntry<string> DkimKeyTypeUnknown = new("dkim-key-type-unknown", "type");

    public static readonly EvidenceEntry<string, string> DkimKeyTypeOther = new("dkim-key-type-other", "type", "algorithm");

    public static readonly EvidenceEntry<string, string> DkimKeyHashes = new("dkim-key-hashes", "hashes", "algorithm");

    public static readonly EvidenceEntry<string> DkimKeyServices = new("dkim-key-services", "services");

    public static readonly EvidenceEntry<string, string> DkimKeyStrict = new("dkim-key-strict", "identity", "domain");

    public static readonly EvidenceEntry<string> DkimKeyNotKey = new("dkim-key-not-key", "type");

    public static readonly EvidenceEntry<int, int> DkimKeyShort = new("dkim-key-short", "bits", "least");

    public static readonly EvidenceEntry<int, int> DkimKeyLong = new("dkim-key-long", "bits", "most");

    public static readonly EvidenceEntry<string> DkimKeyTesting = new("dkim-key-testing", "domain");

    public static readonly EvidenceEntry<string, int> DkimKeySeveral = new("dkim-key-several", "name", "count");

    public static readonly EvidenceEntry<string, string, string, int> DkimPass = new("dkim-pass", "domain", "algorithm", "name", "bits");

    public static readonly EvidenceEntry<Octets, Octets> DkimBodyPartly = new("dkim-body-partly", "signed", "whole");

    public static readonly FixedEvidence DkimBodyChanged = new("dkim-body-changed");

    public static readonly EvidenceEntry<Octets, Octets> DkimBodyShort = new("dkim-body-short", "signed", "whole");

    public static readonly EvidenceEntry<int> DkimBodyFooter = new("dkim-body-footer", "lines");

    public static readonly EvidenceEntry<int> DkimBodyBanner = new("dkim-body-banner", "lines");

    public static readonly FixedEvidence DkimBodyLineEnds = new("dkim-body-line-ends");

    public static readonly FixedEvidence DkimBodyBlanks = new("dkim-body-blanks");

    public static readonly FixedEvidence DkimBodyDots = new("dkim-body-dots");

    public static readonly FixedEvidence DkimBodyFromLines = new("dkim-body-from-lines");

    public static readonly EvidenceEntry<string> DkimBodyRecoded = new("dkim-body-recoded", "encoding");

    public static readonly EvidenceEntry<string, string> DkimBodyOtherForm = new("dkim-body-other-form", "used", "said");

    public static readonly FixedEvidence DkimBodyEmpty = new("dkim-body-empty");

    public static readonly EvidenceEntry<IReadOnlyList<string>> DkimHeaderChanged = new("dkim-header-changed", "fields");

    public static readonly EvidenceEntry<string> DkimSignatureForeign = new("dkim-signature-foreign", "name");

    public static readonly EvidenceEntry<string> DkimFieldAdded = new("dkim-field-added", "field");

    public static readonly EvidenceEntry<string> DkimFieldGone = new("dkim-field-gone", "field");

    public static readonly EvidenceEntry<string, string> DkimFieldWas = new("dkim-field-was", "field", "value");

    public static readonly EvidenceEntry<string> DkimSubjectTagged = new("dkim-subject-tagged", "tag");

    public static readonly FixedEvidence DkimFieldsFolded = new("dkim-fields-folded");

    public static readonly FixedEvidence DkimNamesWritten = new("dkim-names-written");

    public static readonly EvidenceEntry<string, string> DkimHeaderOtherForm = new("dkim-header-other-form", "used", "said");

    public static readonly EvidenceEntry<string> DkimKeyMade = new("dkim-key-made", "name");

    public static readonly EvidenceEntry<string> DkimKeySeen = new("dkim-key-seen", "name");

    public static readonly EvidenceEntry<string> DkimKeyOver = new("dkim-key-over", "name");

    public static readonly EvidenceEntry<string, string> DkimKeyUnreadable = new("dkim-key-unreadable", "file", "cause");

    public static readonly EvidenceEntry<string> DkimKeysNotKept = new("dkim-keys-not-kept", "cause");

    public static readonly EvidenceEntry<Finding> NotSigned = new("not-signed", "cause");

    public static readonly EvidenceEntry<string> DkimMessageUnreadable = new("dkim-message-unreadable", "cause");

    public static readonly FixedEvidence DkimNameDomain = new("dkim-name-domain");

    public static readonly EvidenceEntry<string> DkimNotHosted = new("dkim-not-hosted", "domain");

    public static readonly FixedEvidence DkimKeysSeeLog = new("dkim-keys-see-log");

    public static readonly FixedEvidence DkimSignNoFrom = new("dkim-sign-no-from");

    public static readonly EvidenceEntry<int> DkimSignFroms = new("dkim-sign-froms", "count");

    public static readonly FixedEvidence DkimSignBroken = new("dkim-sign-broken");

    public static readonly FixedEvidence DkimSignLineEnd = new("dkim-sign-line-end");

    public static readonly EvidenceEntry<string, string> DkimSignKey = new("dkim-sign-key", "domain", "cause");
}
