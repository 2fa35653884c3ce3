namespace Gatepost.Replies;

/// <summary>What the server says of itself: start, reload, queue, quarantine, failures.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string, DateTimeOffset> CertificateExpired = new("certificate-expired", "file", "end");

    public static readonly EvidenceEntry<string, DateTimeOffset> CertificateNotYetValid = new("certificate-not-yet-valid", "file", "begin");

    public static readonly EvidenceEntry<string, DateTimeOffset> CertificateExpiresSoon = new("certificate-expires-soon", "file", "end");

    public static readonly EvidenceEntry<string, string> CertificateForOthers = new("certificate-for-others", "host", "names");

    public static readonly EvidenceEntry<string> CertificateWithoutNames = new("certificate-without-names", "names");

    public static readonly EvidenceEntry<string, string> CertificateUnreadable = new("certificate-unreadable", "file", "cause");

    public static readonly EvidenceEntry<string, string> ServerStarted = new("server-started", "version", "configuration");

    public static readonly FixedEvidence ServerStopping = new("server-stopping");

    public static readonly FixedEvidence ServerIsDown = new("server-is-down");

    public static readonly EvidenceEntry<string> StoppingFailed = new("stopping-failed", "cause");

    public static readonly EvidenceEntry<string, string> StateNotWritten = new("state-not-written", "file", "cause");

    public static readonly EvidenceEntry<string, string> NextHostAlarm = new("next-host-alarm", "destination", "cause");

    public static readonly EvidenceEntry<string, string> MessageUnreadable = new("message-unreadable", "message", "cause");

    public static readonly EvidenceEntry<string, string> QueueDamaged = new("queue-damaged", "cause", "folder");

    public static readonly EvidenceEntry<int, string> MailMissing = new("mail-missing", "count", "messages");

    public static readonly EvidenceEntry<string, string, string> StateSetAside = new("state-set-aside", "file", "aside", "cause");

    public static readonly EvidenceEntry<string, string> StateNotImported = new("state-not-imported", "folder", "cause");

    public static readonly EvidenceEntry<string> JournalNotWritten = new("journal-not-written", "cause");

    public static readonly EvidenceEntry<string> DnsFault = new("dns-fault", "cause");

    public static readonly EvidenceEntry<string, string> StoreState = new("store-state", "state", "why");

    public static readonly EvidenceEntry<string, string> BlockLifted = new("block-lifted", "network", "rule");

    public static readonly EvidenceEntry<string> CertificateProblem = new("certificate-problem", "message");

    public static readonly EvidenceEntry<Finding> ConfigurationProblem = new("configuration-problem", "fault");

    public static readonly EvidenceEntry<Finding, string> DirectoryChanged = new("directory-changed", "message", "by");

    public static readonly EvidenceEntry<Finding> DirectoryFailed = new("directory-failed", "message");

    public static readonly EvidenceEntry<Finding> Reloaded = new("reloaded", "message");

    public static readonly EvidenceEntry<Finding> NotReloaded = new("not-reloaded", "message");

    public static readonly EvidenceEntry<string> CatalogueProblem = new("catalogue-problem", "problem");

    public static readonly FixedEvidence HeldByAdmin = new("held-by-admin");

    public static readonly FixedEvidence ReleasedByAdmin = new("released-by-admin");

    public static readonly FixedEvidence RetriedByAdmin = new("retried-by-admin");

    public static readonly FixedEvidence DroppedByAdmin = new("dropped-by-admin");

    public static readonly FixedEvidence BouncedByAdmin = new("bounced-by-admin");

    public static readonly EvidenceEntry<int, Finding> RecipientsTouched = new("recipients-touched", "count", "what");

    public static readonly FixedEvidence QuarantineDropped = new("quarantine-dropped");

    public static readonly EvidenceEntry<string> QuarantineReleased = new("quarantine-released", "id");

    public static readonly EvidenceEntry<string> FromQuarantine = new("from-quarantine", "id");

    public static readonly FixedEvidence QuarantineFull = new("quarantine-full");

    public static readonly EvidenceEntry<TimeSpan> QuarantineOld = new("quarantine-old", "age");

    public static readonly EvidenceEntry<string> QuarantineStuck = new("quarantine-stuck", "cause");

    public static readonly EvidenceEntry<long, Finding> JournalDropped = new("journal-dropped", "events", "why");

    public static readonly FixedEvidence JournalBufferFull = new("journal-buffer-full");

    public static readonly EvidenceEntry<long> LogDropped = new("log-dropped", "lines");

    public static readonly EvidenceEntry<string> QueueNotAsked = new("queue-not-asked", "cause");

    public static readonly EvidenceEntry<string, string> DueNotRead = new("due-not-read", "destination", "cause");

    public static readonly EvidenceEntry<string, string, string> AttemptFault = new("attempt-fault", "attempt", "id", "fault");

    public static readonly EvidenceEntry<string, string, string> OutcomeUnknown = new("outcome-unknown", "attempt", "id", "fault");

    public static readonly EvidenceEntry<int, string> OutcomeNotStored = new("outcome-not-stored", "deliveries", "cause");
}
