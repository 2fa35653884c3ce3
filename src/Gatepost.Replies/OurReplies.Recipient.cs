namespace Gatepost.Replies;

/// <summary>Refusals of a recipient.</summary>
public static partial class OurReplies
{
    public static ReplyEntry RelayDenied { get; } = Entry("relay-denied", 554, "5.7.1", "<{recipient}>: Relay access denied", Reason.RelayDenied, source: "RFC 5321 §3.6.2, §7.9");

    public static ReplyEntry RecipientUnknown { get; } = Entry("recipient-unknown", 550, "5.1.1", "<{recipient}>: Recipient address rejected: User unknown in virtual alias table", Reason.MailboxUnknown);

    public static ReplyEntry ForwardingLoop { get; } = Entry(
        "forwarding-loop", 550, "5.1.1", "<{recipient}>: Recipient address rejected: User unknown in virtual alias table", Reason.MailLoop,
        modern: new(550, "5.4.6", "<{recipient}>: Recipient address rejected: forwarding loop"));

    public static ReplyEntry TooManyRecipients { get; } = Entry("too-many-recipients", 452, "4.5.3", "Error: too many recipients", Reason.TooManyRecipients, source: "RFC 5321 §4.5.3.1.10");
}
