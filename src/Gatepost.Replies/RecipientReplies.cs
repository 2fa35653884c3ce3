using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Refusals of a recipient.</summary>
public static class RecipientReplies
{
    public static ReplyEntry RelayDenied { get; } = Entry(
        "relay-denied", 554, "5.7.1", "<{recipient}>: Relay access denied", Reason.RelayDenied, source: "RFC 5321 §3.6.2, §7.9");

    /// <summary>The same words to a device on an internal listener, whose address is in no list.</summary>
    public static ReplyEntry RelayDeniedUntrusted { get; } = Entry(
        "relay-denied-untrusted", 554, "5.7.1", "<{recipient}>: Relay access denied", Reason.RelayDenied, source: "RFC 5321 §3.6.2, §7.9");

    /// <summary>The same words where DNS says that the domain's mail comes here, and it is not hosted here.</summary>
    public static ReplyEntry DomainNotHosted { get; } = Entry(
        "domain-not-hosted", 554, "5.7.1", "<{recipient}>: Relay access denied", Reason.RelayDenied, source: "RFC 5321 §3.6.2, §7.9");

    public static ReplyEntry RecipientUnknown { get; } =
        Entry("recipient-unknown", 550, "5.1.1", "<{recipient}>: Recipient address rejected: User unknown in virtual alias table",
            Reason.MailboxUnknown);

    public static ReplyEntry SrsInvalid { get; } = Entry(
        "srs-invalid", 550, "5.1.1", "<{recipient}>: Recipient address rejected: Invalid SRS address", Reason.MailboxUnknown);

    public static ReplyEntry SrsExpired { get; } = Entry(
        "srs-expired", 550, "5.1.1", "<{recipient}>: Recipient address rejected: SRS address has expired", Reason.MailboxUnknown);

    public static ReplyEntry ForwardingLoop { get; } = Entry(
        "forwarding-loop", 550, "5.1.1", "<{recipient}>: Recipient address rejected: User unknown in virtual alias table", Reason.MailLoop,
        modern: new(550, "5.4.6", "<{recipient}>: Recipient address rejected: forwarding loop"));

    public static ReplyEntry RecipientDomainUnknown { get; } = Entry(
        "recipient-domain-unknown", 550, "5.1.2", "<{recipient}>: Recipient address rejected: Domain not found", Reason.DomainNotFound);

    public static ReplyEntry RecipientDomainTakesNoMail { get; } = Entry(
        "recipient-domain-takes-no-mail", 556, "5.1.10", "<{recipient}>: Recipient address rejected: Domain takes no mail (null MX)",
            Reason.DomainRefusesMail, source: "RFC 7505 §4.2");

    public static ReplyEntry RecipientUndeliverable { get; } = Entry(
        "recipient-undeliverable", 550, "5.1.1",
            "<{recipient}>: Recipient address rejected: undeliverable address (next host {host} said: {said})", Reason.MailboxUnknown);

    public static ReplyEntry RecipientUnverified { get; } = Entry(
        "recipient-unverified", 451, "4.4.1",
            "<{recipient}>: Recipient address rejected: unverified address: the next mail server did not answer", Reason.HostUnreachable);

    public static ReplyEntry RecipientMoved { get; } = Entry(
        "recipient-moved", 551, "5.1.6", "User not local; please try <{target}>", Reason.MailboxMoved, source: "RFC 5321 §3.4");

    public static ReplyEntry RecipientSuspended { get; } = Entry(
        "recipient-suspended", 554, "5.7.1", "<{recipient}>: Recipient address rejected: USER IS SUSPENDED", Reason.MailboxDisabled,
        modern: new(550, "5.2.1", "<{recipient}>: Recipient address rejected: Mailbox is suspended"));

    /// <summary>To a login suspended in mid-session; at AUTH it hears <see cref="SubmissionReplies.AccountDisabled"/>.</summary>
    public static ReplyEntry AccountSuspended { get; } = Entry(
        "account-suspended", 554, "5.7.1", "<{recipient}>: Recipient address rejected: USER IS SUSPENDED", Reason.SenderSuspended,
        modern: new(525, "5.7.13", "User account disabled"),
        source: "RFC 5248 §2.4");

    public static ReplyEntry MailboxFull { get; } = Entry(
        "mailbox-full", 522, "5.7.1",
            "<{recipient}>: Recipient address rejected: Requested mail action aborted: exceeded storage allocation", Reason.MailboxFull,
        modern: new(452, "4.2.2", "<{recipient}>: Recipient address rejected: mailbox is full"));

    public static ReplyEntry MailboxFullForLong { get; } = Entry(
        "mailbox-full-for-long", 522, "5.7.1",
            "<{recipient}>: Recipient address rejected: Requested mail action aborted: exceeded storage allocation", Reason.MailboxFull,
        modern: new(552, "5.2.2", "<{recipient}>: Recipient address rejected: mailbox has been full for days"));

    /// <summary>At the end of the data: the message is larger than the room left.</summary>
    public static ReplyEntry MailboxTooSmall { get; } = Entry(
        "mailbox-too-small", 552, "5.2.2", "<{recipient}>: Message rejected: mailbox has no room for its {size} octets",
            Reason.MailboxFull);

    /// <summary>At the end of the data, while other recipients have room: a second try refuses this one alone, at RCPT.</summary>
    public static ReplyEntry MailboxFilledUp { get; } = Entry(
        "mailbox-filled-up", 452, "4.2.2", "<{recipient}>: Message deferred: mailbox has become full", Reason.MailboxFull);

    public static ReplyEntry RecipientBlocked { get; } = Entry(
        "recipient-blocked", 450, "4.7.1", "<{recipient}>: Recipient address rejected: Access denied", Reason.RecipientRefused,
        modern: new(550, "5.7.1", "<{recipient}>: Recipient address rejected: Access denied"));

    public static ReplyEntry RecipientUnqualified { get; } = Entry(
        "recipient-unqualified", 450, "4.7.1", "<{recipient}>: Recipient address rejected: Access denied", Reason.AddressInvalid,
        modern: new(504, "5.5.2", "<{recipient}>: Recipient address rejected: need fully-qualified address"),
        source: "RFC 5321 §2.3.5");

    public static ReplyEntry RecipientMalformed { get; } = Entry(
        "recipient-malformed", 450, "4.7.1", "<{recipient}>: Recipient address rejected: Access denied", Reason.AddressInvalid,
        modern: new(501, "5.1.3", "<{recipient}>: Recipient address rejected: bad syntax"),
        source: "RFC 5321 §4.1.2");

    public static ReplyEntry TooManyRecipients { get; } = Entry(
        "too-many-recipients", 452, "4.5.3", "Error: too many recipients", Reason.TooManyRecipients, source: "RFC 5321 §4.5.3.1.10");

    public static ReplyEntry InboundQuotaExceeded { get; } = Entry(
        "inbound-quota-exceeded", 450, "4.7.1", "<{recipient}>: Recipient address rejected: Policy Rejection- Quota Exceeded",
            Reason.QuotaExceeded);

    public static ReplyEntry UserQuotaExceeded { get; } = Entry(
        "user-quota-exceeded", 550, "5.4.6", "<{recipient}>: Recipient address rejected: Hourly sending quota exceeded",
            Reason.QuotaExceeded,
        modern: new(450, "4.7.1", "<{recipient}>: Recipient address rejected: Hourly sending quota exceeded"));

    public static ReplyEntry DomainQuotaExceeded { get; } = Entry(
        "domain-quota-exceeded", 550, "5.4.5", "<{recipient}>: Recipient address rejected: Hourly domain sending quota exceeded",
            Reason.QuotaExceeded,
        modern: new(450, "4.7.1", "<{recipient}>: Recipient address rejected: Hourly domain sending quota exceeded"));

    public static ReplyEntry Greylisted { get; } = Entry(
        "greylisted", 450, "4.2.0", "<{recipient}>: Recipient address rejected: Greylisted, come back in {seconds} seconds",
        Reason.Greylisted, source: "RFC 6647");
}
