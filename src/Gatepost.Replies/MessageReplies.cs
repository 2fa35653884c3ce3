using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Refusals of a message as a whole.</summary>
public static class MessageReplies
{
    private const string FilterText = "The message was rejected due to classification as Virus,Spam or high bulk ratio";

    public static ReplyEntry TooManyHops { get; } = Entry(
        "too-many-hops", 554, "5.4.6", "Too many hops ({hops} Received fields)", Reason.MailLoop, source: "RFC 5321 §6.3");

    public static ReplyEntry VirusFound { get; } = Entry(
        "virus-found", 551, "5.7.1", FilterText, Reason.VirusDetected, modern: new(554, "5.7.1", "Message rejected: virus {name} found"));

    public static ReplyEntry SpamFound { get; } = Entry(
        "spam-found", 551, "5.7.1", FilterText, Reason.SpamDetected,
        modern: new(554, "5.7.1", "Message rejected: classified as spam, {grounds}"));

    public static ReplyEntry BulkFound { get; } = Entry(
        "bulk-found", 551, "5.7.1", FilterText, Reason.SpamDetected,
        modern: new(554, "5.7.1", "Message rejected: classified as unwanted bulk mail"));

    public static ReplyEntry FilterRefused { get; } = Entry(
        "filter-refused", 550, "5.7.1", "Message rejected by filter {filter}: {words}", Reason.PolicyRefused);

    public static ReplyEntry FilterKeptBack { get; } = Entry(
        "filter-kept-back", 550, "5.7.1", "Message not accepted by filter {filter}", Reason.PolicyRefused);

    public static ReplyEntry FilterDeferred { get; } = Entry(
        "filter-deferred", 451, "4.7.1", "Message deferred by filter {filter}: {words}", Reason.PolicyRefused);
}
