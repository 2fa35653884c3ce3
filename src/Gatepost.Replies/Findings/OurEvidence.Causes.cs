namespace Gatepost.Replies;

/// <summary>Causes inside other findings: filters, the resolver, the quarantine.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<TimeSpan> NoAnswerWithin = new("no-answer-within", "limit");

    public static readonly EvidenceEntry<int, TimeSpan> ConnectionsBusy = new("connections-busy", "connections", "limit");

    public static readonly FixedEvidence HungUpSilently = new("hung-up-silently");

    public static readonly EvidenceEntry<int> HttpAnswered = new("http-answered", "status");

    public static readonly EvidenceEntry<string> UnknownAction = new("unknown-action", "action");

    public static readonly EvidenceEntry<Octets> OverMaxSize = new("over-max-size", "size");

    public static readonly FixedEvidence MilterHungUp = new("milter-hung-up");

    public static readonly FixedEvidence MilterHungUpAtStart = new("milter-hung-up-at-start");

    public static readonly EvidenceEntry<int> MilterTooManyPackets = new("milter-too-many-packets", "limit");

    public static readonly EvidenceEntry<int, string> MilterTooManyPacketsAt = new("milter-too-many-packets-at", "limit", "step");

    public static readonly EvidenceEntry<string, string> MilterBadReply = new("milter-bad-reply", "step", "text");

    public static readonly EvidenceEntry<string> MilterEndedConnection = new("milter-ended-connection", "step");

    public static readonly EvidenceEntry<string, string> MilterOddAnswer = new("milter-odd-answer", "step", "answer");

    public static readonly EvidenceEntry<TimeSpan> MilterNoConnection = new("milter-no-connection", "limit");

    public static readonly EvidenceEntry<TimeSpan, string> MilterNoAnswer = new("milter-no-answer", "limit", "phase");

    public static readonly EvidenceEntry<long> MilterOddPacket = new("milter-odd-packet", "octets");

    public static readonly EvidenceEntry<string, int> MilterNoAgreement = new("milter-no-agreement", "answer", "octets");

    public static readonly EvidenceEntry<int, int, int> MilterVersion = new("milter-version", "version", "oldest", "newest");

    public static readonly EvidenceEntry<string> MilterStepsNotOffered = new("milter-steps-not-offered", "steps");

    public static readonly FixedEvidence FieldWithoutPlace = new("field-without-place");

    public static readonly FixedEvidence FieldNameImpossible = new("field-name-impossible");

    public static readonly EvidenceEntry<string> FieldTooMany = new("field-too-many", "field");

    public static readonly EvidenceEntry<string> FieldLineUnusable = new("field-line-unusable", "field");

    public static readonly EvidenceEntry<string> ChangeOfField = new("change-of-field", "field");

    public static readonly EvidenceEntry<string> FurtherRecipient = new("further-recipient", "recipient");

    public static readonly EvidenceEntry<string> RemovalOfRecipient = new("removal-of-recipient", "recipient");

    public static readonly EvidenceEntry<string> OtherSender = new("other-sender", "sender");

    public static readonly FixedEvidence AnotherBody = new("another-body");

    public static readonly EvidenceEntry<string> PipelinedBehind = new("pipelined-behind", "command");

    public static readonly FixedEvidence PipelinedWithoutEhlo = new("pipelined-without-ehlo");

    public static readonly EvidenceEntry<TimeSpan, int> DnsTimeout = new("dns-timeout", "limit", "tries");

    public static readonly EvidenceEntry<TimeSpan> DnsTimeoutInAll = new("dns-timeout-in-all", "limit");

    public static readonly FixedEvidence DnsNotAName = new("dns-not-a-name");

    public static readonly EvidenceEntry<string> DnsDeniesAll = new("dns-denies-all", "name");

    public static readonly FixedEvidence DnsAliasLoop = new("dns-alias-loop");

    public static readonly EvidenceEntry<string> DnsServerSaid = new("dns-server-said", "words");

    public static readonly EvidenceEntry<Octets> MessageOverQuarantineLimit = new("message-over-quarantine-limit", "size");

    public static readonly FixedEvidence EnvelopeTooLong = new("envelope-too-long");

    public static readonly FixedEvidence NoRoomBesideQueue = new("no-room-beside-queue");

    public static readonly FixedEvidence QuarantineBusy = new("quarantine-busy");

    public static readonly FixedEvidence QuarantineFullOfAccepted = new("quarantine-full-of-accepted");

    public static readonly FixedEvidence DnsTimedOut = new("dns-timed-out");
}
