using System.Buffers;
using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Bounces;

/// <summary>Reads one message: first what its structure says, then its words. A message that is no bounce yields nothing.</summary>
internal static class BounceReader
{
    /// <summary>A bounce of a bounce is looked into; a fifth envelope is not.</summary>
    private const int MaxWrapped = 3;

    /// <summary>Reads the beginning of a message that goes on behind it.</summary>
    /// <returns>Null where what is missing may say something: it may not only where the beginning ends inside the returned original, or in text beyond what is ever read.</returns>
    public static List<Observation>? ReadHead(ReadOnlyMemory<byte> head, int start)
    {
        var message = MessageReader.Read(head, start, head.Length);
        var last = message;
        while (last.Children.Count > 0)
            last = last.Children[^1];
        bool inOriginal = last != message && Layout.IsOriginal(last);
        if (!inOriginal && !(last.Type.IsText && last.BodyEnd - last.BodyStart > MessagePart.Longest))
            return null;
        var observations = Read(head, message, 0);
        return observations.Count > 0 ? observations : null;
    }

    public static List<Observation> Read(ReadOnlyMemory<byte> document, int start, int end) => Read(document, MessageReader.Read(document, start, end), 0);

    private static List<Observation> Read(ReadOnlyMemory<byte> document, MessagePart message, int depth)
    {
        var layout = Layout.Of(message);
        if (FeedbackReader.Read(message, layout) is { Count: > 0 } complaint)
            return complaint;
        if (ServiceNotification.Read(layout) is { Count: > 0 } told)
            return told;

        string subject = message.Header.Decoded("Subject") ?? "";
        var recipients = StatusFields.Recipients(layout.Groups);
        bool reported = recipients.Exists(group => group.HasRecipient || group.HasOutcome);
        if (reported)
            return ReportReader.Read(message, layout, recipients, subject);

        var observations = NoticeReader.Read(message, layout, subject);
        if (observations.Count > 0 && observations.Exists(found => found.Candidates.Exists(words => words.Nearness < Nearness.Notice)))
            return observations;

        // Somebody passed the bounce on: it is wrapped in the part below, or in the running text.
        if (depth < MaxWrapped && Wrapped(document, layout) is { } inner && LooksLikeBounce(inner) && Read(document, inner, depth + 1) is { Count: > 0 } deeper
            && deeper[0].Settled?.Word is not "auto-reply")
            return deeper;
        if (observations.Count > 0)
            return observations;
        return MessageSigns.IsAutoReply(message.Header, subject) && !MessageSigns.IsChallenge(message.Header, subject) ? [AutoReply(message, layout)] : [];
    }

    private static MessagePart? Wrapped(ReadOnlyMemory<byte> document, Layout layout)
    {
        if (layout.Original is { Type.Media: "message/rfc822" or "message/global" } original)
            return MessageReader.Read(document, original.BodyStart, original.BodyEnd, original.Number);
        foreach (var notice in layout.Notices)
        {
            if (notice.ReturnedAt < 0)
                continue;
            int offset = notice.Passage.OffsetOf(notice.Passage.StartOfLine(notice.ReturnedAt));
            if (offset > 0 && offset < document.Length)
                return MessageReader.Read(document, offset, document.Length, notice.Passage.Part);
        }

        return null;
    }

    private static bool LooksLikeBounce(MessagePart message) =>
        message.Type.ReportType is not null || message.Type.Media == "multipart/report" || MessageSigns.FromDaemon(message.Header) || message.Header.Has("X-Failed-Recipients");

    private static readonly SearchValues<string> Closed = WordSearch.Any(
        "no longer in use", "no longer being used", "is no longer active", "no longer monitored", "mailbox is closed", "inbox is closed", "account is closed", "address is closed", "has been deactivated", "больше не используется", "adresse n'est plus utilis");

    /// <summary>The machine of a mailbox that is closed answers too, and says so.</summary>
    private static Observation AutoReply(MessagePart message, Layout layout)
    {
        var observation = new Observation
        {
            Recipient = Address.First(message.Header["From"] ?? ""),
            Settled = Reason.AutoReply,
        };
        if (layout.FirstNotice is { } notice && notice.Passage.Text.AsSpan(0, Math.Min(notice.End, 2000)).IndexOfAny(Closed) is var at and >= 0)
        {
            observation.Settled = Reason.MailboxDisabled;
            observation.Candidates.Add(new Candidate(Excerpt.From(notice.Passage, at, at + 24), FoundCode.None, Nearness.Reply));
            return observation;
        }

        int index = message.Header.Find("Auto-Submitted");
        if (index < 0)
            index = message.Header.Find("Subject");
        if (index >= 0)
            observation.Add(Excerpt.From(message.Header.Passage(index, "header")), Nearness.Reply);
        return observation;
    }
}
