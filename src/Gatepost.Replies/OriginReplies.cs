using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Rejections of a message that does not come from where it says; modern forms are those of large receivers.</summary>
public static class OriginReplies
{
    public static ReplyEntry SpfFailed { get; } = Entry(
        "spf-failed", 550, "5.7.23", "Message rejected: SPF of {domain} does not allow {client}", Reason.SenderAuthFailed,
        modern: new(550, "5.7.27", "Message rejected: sender is unauthenticated, SPF of {domain} with ip {client} did not pass"),
        source: "RFC 7372 §3.2");

    public static ReplyEntry SpfUnanswered { get; } = Entry(
        "spf-unanswered", 451, "4.7.24", "SPF of {domain} could not be checked, DNS did not answer", Reason.DnsFailure,
        source: "RFC 7372 §3.2");

    public static ReplyEntry DkimFailed { get; } = Entry(
        "dkim-failed", 550, "5.7.20", "Message rejected: no DKIM signature of {domain} holds", Reason.SenderAuthFailed,
        source: "RFC 7372 §3.1");

    public static ReplyEntry DkimUnanswered { get; } = Entry(
        "dkim-unanswered", 451, "4.7.20", "DKIM of {domain} could not be checked, DNS did not answer", Reason.DnsFailure,
        source: "RFC 7372 §3.1");

    public static ReplyEntry DmarcFailed { get; } = Entry(
        "dmarc-failed", 550, "5.7.1", "Message rejected due to the DMARC policy of {domain}", Reason.SenderAuthFailed,
        modern: new(550, "5.7.26", "Unauthenticated email from {domain} is not accepted due to domain's DMARC policy"),
        source: "RFC 9989 §5.4");

    public static ReplyEntry DmarcQuarantined { get; } = Entry(
        "dmarc-quarantined", 550, "5.7.1", "Message not accepted: the DMARC policy of {domain} asks for quarantine",
        Reason.SenderAuthFailed,
        modern: new(550, "5.7.26", "Unauthenticated email from {domain} is not accepted, its DMARC policy asks for quarantine"),
        source: "RFC 9989 §5.4");

    public static ReplyEntry DmarcUnanswered { get; } = Entry(
        "dmarc-unanswered", 451, "4.7.26", "DMARC of {domain} could not be checked, DNS did not answer", Reason.DnsFailure,
        source: "RFC 7372 §3.3");

    public static ReplyEntry ArcBroken { get; } = Entry(
        "arc-broken", 550, "5.7.29", "Message rejected: ARC validation failure", Reason.SenderAuthFailed, source: "RFC 8617 §5.2.2");

    public static ReplyEntry SenderUnauthenticated { get; } = Entry(
        "sender-unauthenticated", 550, "5.7.26", "Message rejected: neither SPF nor DKIM of {domain} passed", Reason.SenderAuthFailed,
        modern: new(550, "5.7.26", "Message rejected: {domain} must authenticate its mail with either SPF or DKIM"),
        source: "RFC 7372 §3.3");
}
