using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Refusals of a sender.</summary>
public static class SenderReplies
{
    public static ReplyEntry SenderBlocked { get; } = Entry(
        "sender-blocked", 554, "5.7.1", "<{sender}>: Sender address rejected: Access denied", Reason.SenderRefused);

    /// <summary>The same words to one of our own users, who can do more about it.</summary>
    public static ReplyEntry OwnSenderBlocked { get; } = Entry(
        "own-sender-blocked", 554, "5.7.1", "<{sender}>: Sender address rejected: Access denied", Reason.SenderSuspended);

    public static ReplyEntry SenderDomainNotFound { get; } = Entry(
        "sender-domain-not-found", 450, "4.1.8", "<{sender}>: Sender address rejected: Domain not found", Reason.SenderDomainNotFound,
        modern: new(550, "5.1.8", "<{sender}>: Sender address rejected: Domain not found"),
        source: "RFC 5321 §2.3.5");

    public static ReplyEntry SenderDomainUnanswered { get; } = Entry(
        "sender-domain-unanswered", 451, "4.4.3", "<{sender}>: Sender address rejected: Domain lookup failed", Reason.DnsFailure,
        source: "RFC 5321 §5.1");

    public static ReplyEntry SenderDomainTakesNoMail { get; } = Entry(
        "sender-domain-takes-no-mail", 450, "4.1.8", "<{sender}>: Sender address rejected: Domain not found", Reason.SenderDomainNotFound,
        modern: new(550, "5.7.27", "<{sender}>: Sender address rejected: Domain takes no mail (null MX)"),
        source: "RFC 7505 §4.2");

    public static ReplyEntry SenderNotOwned { get; } = Entry(
        "sender-not-owned", 553, "5.7.1", "<{sender}>: Sender address rejected: not owned by user {user}", Reason.SenderNotOwned,
            source: "RFC 6409 §6.1");

    public static ReplyEntry SenderNotLoggedIn { get; } = Entry(
        "sender-not-logged-in", 553, "5.7.1", "<{sender}>: Sender address rejected: not logged in", Reason.AuthRequired,
            source: "RFC 6409 §6.1");

    public static ReplyEntry FromNotOwned { get; } = Entry(
        "from-not-owned", 550, "5.7.1", "<{from}>: From header rejected: not owned by user {user}", Reason.SenderNotOwned,
            source: "RFC 6409 §6.1");

    /// <summary>Which From a reader of the message will see cannot be said, so nothing says that the user owns it.</summary>
    public static ReplyEntry FromUnreadable { get; } = Entry(
        "from-unreadable", 550, "5.7.1", "From header rejected: cannot be read, so not known to be owned by user {user}",
            Reason.MessageMalformed, source: "RFC 6409 §6.1");
}
