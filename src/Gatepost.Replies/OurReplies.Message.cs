namespace Gatepost.Replies;

/// <summary>Refusals of a message as a whole.</summary>
public static partial class OurReplies
{
    public static ReplyEntry TooManyHops { get; } = Entry("too-many-hops", 554, "5.4.6", "Too many hops ({hops} Received fields)", Reason.MailLoop, source: "RFC 5321 §6.3");
}
