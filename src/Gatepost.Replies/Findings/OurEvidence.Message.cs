namespace Gatepost.Replies;

/// <summary>What rules about the message and the filters say.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string, string> LoopClosedBy = new("loop-closed-by", "from", "to");

    public static readonly EvidenceEntry<int, int> HopsCounted = new("hops-counted", "hops", "limit");

    public static readonly EvidenceEntry<string, string> VirusFound = new("virus-found", "filter", "virus");

    public static readonly EvidenceEntry<string, double, double> SpamScore = new("spam-score", "filter", "score", "limit");

    public static readonly EvidenceEntry<string, string> SpamFound = new("spam-found", "filter", "words");

    public static readonly EvidenceEntry<string> ManyCopies = new("many-copies", "filter");

    public static readonly EvidenceEntry<string, string> FilterDefers = new("filter-defers", "filter", "words");

    public static readonly EvidenceEntry<string, string> FilterRejects = new("filter-rejects", "filter", "words");

    public static readonly EvidenceEntry<string, string> FilterHolds = new("filter-holds", "filter", "words");

    public static readonly EvidenceEntry<string, Finding> FilterSilent = new("filter-silent", "filter", "cause");

    public static readonly EvidenceEntry<string, string> FilterSocketMissing = new("filter-socket-missing", "filter", "path");

    public static readonly EvidenceEntry<string, string> FilterSocketDenied = new("filter-socket-denied", "filter", "path");

    public static readonly EvidenceEntry<string, string> FilterSocketNotListening = new("filter-socket-not-listening", "filter", "path");

    public static readonly EvidenceEntry<IReadOnlyList<string>> PassesUnscanned = new("passes-unscanned", "filters");

    public static readonly EvidenceEntry<double, double> ScoreOf = new("score-of", "score", "limit");

    public static readonly FixedEvidence MessageDeclaresTooMuch = new("message-declares-too-much");

    public static readonly FixedEvidence MessageTooBig = new("message-too-big");

    public static readonly FixedEvidence RefusedByProtocol = new("refused-by-protocol");

    public static readonly FixedEvidence BareLineEnd = new("bare-line-end");

    public static readonly FixedEvidence LineTooLong = new("line-too-long");

    public static readonly FixedEvidence QueueDiskFull = new("queue-disk-full");

    public static readonly FixedEvidence QueueBroken = new("queue-broken");

    public static readonly FixedEvidence NoRecipient = new("no-recipient");

    public static readonly FixedEvidence SenderNeedsUtf8 = new("sender-needs-utf8");

    public static readonly FixedEvidence RecipientNeedsUtf8 = new("recipient-needs-utf8");

    public static readonly FixedEvidence SenderUnreadable = new("sender-unreadable");

    public static readonly FixedEvidence RecipientUnreadable = new("recipient-unreadable");
}
