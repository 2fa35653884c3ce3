using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Conditions of the way: finding the host, putting into a mailbox, giving up.</summary>
public static class DeliveryReplies
{
    // Finding the host
    public static ReplyEntry DnsUnanswered { get; } = Condition(
        "dns-unanswered", 443, "4.4.3", "DNS gave no answer about {name}: {cause}", Reason.DnsFailure, source: "RFC 5321 §5.1");
    public static ReplyEntry RecipientDomainNotFound { get; } =
        Condition("recipient-domain-not-found", 512, "5.1.2", "the domain {domain} does not exist in DNS", Reason.DomainNotFound,
            source: "RFC 3463 §3.2");
    public static ReplyEntry DomainTakesNoMail { get; } =
        Condition("domain-takes-no-mail", 556, "5.1.10", "{domain} says in DNS that it takes no mail (null MX)", Reason.DomainRefusesMail,
            source: "RFC 7505 §4.2");
    public static ReplyEntry DomainHasNoMailHost { get; } =
        Condition("domain-has-no-mail-host", 544, "5.4.4", "{domain} has neither mail servers nor addresses in DNS",
            Reason.DomainRefusesMail, source: "RFC 5321 §5.1");
    public static ReplyEntry RoutingError { get; } = Condition(
        "routing-error", 449, "4.4.4", "no way to {domain}: {cause}", Reason.HostUnreachable, source: "RFC 3463 §3.5");
    public static ReplyEntry MailLoopsToUs { get; } =
        Condition(
            "mail-loops-to-us", 546, "5.4.6",
            "DNS says that mail for {domain} goes to {host}, which is this very server, and this server is not set up to keep it",
            Reason.MailLoop, source: "RFC 5321 §5.1");
    public static ReplyEntry PrivateTarget { get; } =
        Condition(
            "private-target", 544, "5.4.4",
            "{host} has the address {address}, which lies in a private network: mail from the outside is not sent there",
            Reason.HostUnreachable, source: "RFC 6890");
    public static ReplyEntry HopsExceeded { get; } = Condition(
        "hops-exceeded", 446, "5.4.6", "the message has passed {hops} servers already: it is in a mail loop{loop}", Reason.MailLoop,
        source: "RFC 5321 §6.3");
    public static ReplyEntry DeliveryLoop { get; } = Condition(
        "delivery-loop", 546, "5.4.6", "the message was delivered to {address} before and has come back", Reason.MailLoop,
        source: "RFC 9228");

    // The host that the configuration names
    public static ReplyEntry NextHostUnreachable { get; } = Condition(
        "next-host-unreachable", 100, "4.4.1", "{host}, named in the configuration as the next server, cannot be reached: {cause}",
        Reason.HostUnreachable, actors: Actors.SenderAdmin);
    public static ReplyEntry MailboxHostUnreachable { get; } = Condition(
        "mailbox-host-unreachable", 100, "4.4.1", "{host}, which keeps the mailboxes, cannot be reached: {cause}",
        Reason.LocalDeliveryFailed);
    public static ReplyEntry NextHostRefuses { get; } = Condition(
        "next-host-refuses", 470, "4.7.0",
        "{host}, named in the configuration as the next server, does not take mail from this one: {words}",
        Reason.AccessDenied, actors: Actors.SenderAdmin);

    public static ReplyEntry NotTried { get; } = Condition(
        "not-tried", 449, "4.4.1", "not tried, because {seconds} s ago: {cause}; the next try is at {time}", Reason.HostUnreachable);

    // The mailbox
    public static ReplyEntry DeliveredToMaildir { get; } = Entry(
        "delivered-to-maildir", 250, "2.0.0", "Ok: delivered to the mailbox as {name}");
    public static ReplyEntry MaildirFull { get; } = Condition(
        "maildir-full", 452, "4.2.2", "the mailbox of {address} is full: {used} of {limit}", Reason.MailboxFull, source: "RFC 3463 §3.3");
    public static ReplyEntry DeliveryDiskFull { get; } =
        Condition("delivery-disk-full", 452, "4.3.1", "no space left on the disk that holds the mailbox of {address}", Reason.SystemFull,
            source: "RFC 3463 §3.4");
    public static ReplyEntry MaildirFailed { get; } = Condition(
        "maildir-failed", 451, "4.3.0", "the mailbox of {address} could not be written: {cause}", Reason.LocalDeliveryFailed);
    public static ReplyEntry BodyUnreadable { get; } = Condition(
        "body-unreadable", 451, "4.3.0", "the stored message could not be read: {cause}", Reason.SystemError);
    public static ReplyEntry DeliveryFault { get; } = Condition(
        "delivery-fault", 451, "4.3.0", "an internal error stopped this attempt: {cause}", Reason.SystemError);

    // Giving up
    public static ReplyEntry DeliveryExpired { get; } =
        Condition("delivery-expired", 447, "4.4.7", "not delivered within {period}, the last try ended with: {cause}",
            Reason.DeliveryExpired, source: "RFC 5321 §4.5.4.1");
    public static ReplyEntry ForwardRefused { get; } =
        Condition("forward-refused", 551, "5.1.1", "mail for {address} is passed on to {target}, and the server there refused it: {cause}",
            Reason.RecipientRefused, source: "RFC 5321 §3.9, RFC 3464 §2.3", actors: Actors.Recipient | Actors.RecipientAdmin);
    public static ReplyEntry ReturnedByAdmin { get; } = Condition(
        "returned-by-admin", 554, "5.0.0", "an administrator returned the message: {cause}", Reason.PolicyRefused);
}
