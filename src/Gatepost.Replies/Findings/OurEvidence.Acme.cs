namespace Gatepost.Replies;

/// <summary>Certificates from an authority (ACME, RFC 8555): what it said, what was done, who must act.</summary>
public static partial class OurEvidence
{
    // What the kinds of problem documents mean; the argument is what the authority said itself.
    public static readonly EvidenceEntry<string> AcmeAccountDoesNotExist = new("acme-account-does-not-exist", "said");

    public static readonly EvidenceEntry<string> AcmeAlreadyReplaced = new("acme-already-replaced", "said");

    public static readonly EvidenceEntry<string> AcmeAlreadyRevoked = new("acme-already-revoked", "said");

    public static readonly EvidenceEntry<string> AcmeAutoRenewalOver = new("acme-auto-renewal-over", "said");

    public static readonly EvidenceEntry<string> AcmeBadRequest = new("acme-bad-request", "said");

    public static readonly EvidenceEntry<string> AcmeBadNonce = new("acme-bad-nonce", "said");

    public static readonly EvidenceEntry<string> AcmeBadPublicKey = new("acme-bad-public-key", "said");

    public static readonly EvidenceEntry<string> AcmeBadRevocationReason = new("acme-bad-revocation-reason", "said");

    public static readonly EvidenceEntry<string> AcmeBadSignatureAlgorithm = new("acme-bad-signature-algorithm", "said");

    public static readonly EvidenceEntry<string> AcmeCaa = new("acme-caa", "said");

    public static readonly EvidenceEntry<string> AcmeCompound = new("acme-compound", "said");

    public static readonly EvidenceEntry<string> AcmeConnectionFailed = new("acme-connection-failed", "said");

    public static readonly EvidenceEntry<string> AcmeDns = new("acme-dns", "said");

    public static readonly EvidenceEntry<string> AcmeExternalAccountRequired = new("acme-external-account-required", "said");

    public static readonly EvidenceEntry<string> AcmeIncorrectResponse = new("acme-incorrect-response", "said");

    public static readonly EvidenceEntry<string> AcmeInvalidContact = new("acme-invalid-contact", "said");

    public static readonly EvidenceEntry<string> AcmeInvalidProfile = new("acme-invalid-profile", "said");

    public static readonly EvidenceEntry<string> AcmeMalformed = new("acme-malformed", "said");

    public static readonly EvidenceEntry<string> AcmeOrderNotReady = new("acme-order-not-ready", "said");

    public static readonly EvidenceEntry<string> AcmeRateLimited = new("acme-rate-limited", "said");

    public static readonly EvidenceEntry<string> AcmeRejectedName = new("acme-rejected-name", "said");

    public static readonly EvidenceEntry<string> AcmeServerInternal = new("acme-server-internal", "said");

    public static readonly EvidenceEntry<string> AcmeTls = new("acme-tls", "said");

    public static readonly EvidenceEntry<string> AcmeUnauthorized = new("acme-unauthorized", "said");

    public static readonly EvidenceEntry<string> AcmeUnknownDelegation = new("acme-unknown-delegation", "said");

    public static readonly EvidenceEntry<string> AcmeUnsupportedContact = new("acme-unsupported-contact", "said");

    public static readonly EvidenceEntry<string> AcmeUnsupportedName = new("acme-unsupported-name", "said");

    public static readonly EvidenceEntry<string> AcmeUserActionRequired = new("acme-user-action-required", "said");

    public static readonly EvidenceEntry<string, string> AcmeProblemUnknown = new("acme-problem-unknown", "type", "said");

    public static readonly EvidenceEntry<string, Finding> AcmeAbout = new("acme-about", "name", "why");

    public static readonly EvidenceEntry<Finding, Finding> AcmeBoth = new("acme-both", "first", "second");

    // Answers that cannot be used.
    public static readonly EvidenceEntry<string, string> AcmeUnreachable = new("acme-unreachable", "url", "cause");

    public static readonly EvidenceEntry<string, string> AcmeUntrusted = new("acme-untrusted", "url", "cause");

    public static readonly EvidenceEntry<string, int> AcmeTimedOut = new("acme-timed-out", "url", "seconds");

    public static readonly EvidenceEntry<string, Octets> AcmeTooLarge = new("acme-too-large", "url", "limit");

    public static readonly EvidenceEntry<string, int> AcmeStatus = new("acme-status", "url", "status");

    public static readonly EvidenceEntry<string> AcmeNotHttps = new("acme-not-https", "url");

    public static readonly EvidenceEntry<string, string> AcmeUnreadable = new("acme-unreadable", "url", "cause");

    // One order.
    public static readonly EvidenceEntry<string, string> AcmeAccountOpened = new("acme-account-opened", "directory", "terms");

    public static readonly EvidenceEntry<string> AcmeOrdered = new("acme-ordered", "names");

    public static readonly EvidenceEntry<string> AcmeNameKnown = new("acme-name-known", "name");

    public static readonly EvidenceEntry<string, string> AcmeNameShown = new("acme-name-shown", "name", "challenge");

    public static readonly EvidenceEntry<string, string, string> AcmeNoChallenge =
        new("acme-no-challenge", "name", "challenge", "offered");

    public static readonly EvidenceEntry<string, string, Finding> AcmeChallengeRejected =
        new("acme-challenge-rejected", "name", "challenge", "why");

    public static readonly EvidenceEntry<string, Finding> AcmeOrderInvalid = new("acme-order-invalid", "names", "why");

    public static readonly EvidenceEntry<string, TimeSpan> AcmeUndecided = new("acme-undecided", "names", "wait");

    public static readonly EvidenceEntry<string, string> AcmeCertificateUnusable = new("acme-certificate-unusable", "names", "cause");

    public static readonly EvidenceEntry<string, string> AcmeHookFailed = new("acme-hook-failed", "record", "cause");

    public static readonly EvidenceEntry<string, TimeSpan,
        string> AcmeRecordNotSeen = new("acme-record-not-seen", "record", "wait", "seen");

    // What becomes of certificates.
    public static readonly EvidenceEntry<string, string, DateTimeOffset> AcmeIssued = new("acme-issued", "name", "names", "end");

    public static readonly EvidenceEntry<string, string> AcmeInUse = new("acme-in-use", "name", "file");

    public static readonly EvidenceEntry<string, Finding, DateTimeOffset> AcmeFailed = new("acme-failed", "name", "why", "next");

    public static readonly EvidenceEntry<string, Finding, DateTimeOffset> AcmeExpiresSoon = new("acme-expires-soon", "name", "why", "end");

    public static readonly EvidenceEntry<string> AcmeNotKept = new("acme-not-kept", "cause");

    public static readonly EvidenceEntry<string, string> AcmeWaitsForTlsa = new("acme-waits-for-tlsa", "host", "record");

    public static readonly EvidenceEntry<string, DateTimeOffset> AcmeTlsaSpreads = new("acme-tlsa-spreads", "host", "until");

    public static readonly EvidenceEntry<string, Finding?> AcmeTlsaUnanswered = new("acme-tlsa-unanswered", "name", "cause");

    public static readonly EvidenceEntry<string> AcmeKeyKept = new("acme-key-kept", "host");

    public static readonly EvidenceEntry<string> AcmeMissing = new("acme-missing", "names");

    public static readonly EvidenceEntry<string> AcmeNoNameInDns = new("acme-no-name-in-dns", "names");

    // Commands.
    public static readonly FixedEvidence AcmeOff = new("acme-off");

    public static readonly FixedEvidence AcmeNeedsServer = new("acme-needs-server");

    public static readonly EvidenceEntry<string, string> AcmeNotPlanned = new("acme-not-planned", "name", "planned");

    public static readonly FixedEvidence AcmeNothingDue = new("acme-nothing-due");
}
