using Gatepost.Explain.Bounces;
using Gatepost.Explain.Mime;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Reports;
using Gatepost.Explain.Text;
using Gatepost.Replies;
using Gatepost.Replies.Matching;

namespace Gatepost.Explain.Documents;

/// <summary>Reads one message: first what its structure says it is, then its words. Ordinary mail yields nothing.</summary>
internal sealed class MailReader(NoticePhrases phrases)
{
    /// <summary>A bounce of a bounce is looked into; a fifth envelope is not.</summary>
    private const int MaxWrapped = 3;

    /// <summary>Characters of a text within which it says what it is.</summary>
    private const int Head = 2000;

    /// <summary>Reads the beginning of a message that goes on behind it.</summary>
    /// <returns>Null if what is missing may say something: it may not only where the beginning ends inside the returned original, or
    /// in text beyond what is ever read.</returns>
    public DocumentReading? ReadHead(ReadOnlyMemory<byte> head, int start)
    {
        var message = MessageReader.Read(head, start, head.Length);
        var last = message;
        while (last.Children.Count > 0)
            last = last.Children[^1];
        bool inOriginal = last != message && Layout.IsOriginal(last);
        if (!inOriginal && !(last.Type.IsText && last.BodyEnd - last.BodyStart > MessagePart.Longest))
            return null;
        var reading = Dated(Read(head, message, 0), message);
        return reading.Observations.Count > 0 ? reading : null;
    }

    public DocumentReading Read(ReadOnlyMemory<byte> document, int start, int end)
    {
        var message = MessageReader.Read(document, start, end);
        return Dated(Read(document, message, 0), message);
    }

    private static DocumentReading Dated(DocumentReading reading, MessagePart message)
    {
        if (reading.Observations.Count == 0 || message.Header["Date"] is not { } field
            || !MimeKit.Utils.DateUtils.TryParse(field, out var date))
            return reading;
        string time = date.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var observation in reading.Observations)
            observation.Time ??= time;
        return reading;
    }

    private DocumentReading Read(ReadOnlyMemory<byte> document, MessagePart message, int depth)
    {
        var layout = Layout.Of(message, phrases);
        if (FeedbackReport.Read(message, layout) is { Count: > 0 } complaint)
            return new DocumentReading(DocumentKind.Complaint, complaint);
        if (JsonEvents.Read(layout) is { Count: > 0 } told)
            return new DocumentReading(DocumentKind.Bounce, told);
        if (AttachedReport.Read(message) is { } report)
            return report;

        var signs = new MessageSigns(message.Header, phrases);
        var recipients = StatusFields.Recipients(layout.Groups);
        if (recipients.Exists(group => group.HasRecipient || group.HasOutcome))
            return new DocumentReading(DocumentKind.Bounce, ReportReader.Read(message, layout, recipients, signs.Subject));
        if (Receipt.Read(message) is { } receipt)
            return receipt;
        if (AsksForAPerson(layout, signs) is { } asking)
            return asking;

        var observations = NoticeReader.Read(message, layout, signs);
        if (observations.Exists(found => found.Candidates.Exists(words => words.Nearness < Nearness.Notice)))
            return new DocumentReading(DocumentKind.Bounce, observations);
        if (Enclosed(document, layout, signs, depth) is { } enclosed)
            return enclosed;
        if (observations.Count > 0)
            return new DocumentReading(DocumentKind.Bounce, observations);
        return signs.IsAutoReply ? new DocumentReading(DocumentKind.AutoReply, [AutoReply(message,
            layout)]) : DocumentReading.Nothing(DocumentKind.OrdinaryMail);
    }

    /// <summary>The bounce was passed on: it is wrapped in the part below, or in the running text.</summary>
    private DocumentReading? Enclosed(ReadOnlyMemory<byte> document, Layout layout, MessageSigns signs, int depth)
    {
        if (depth >= MaxWrapped || Wrapped(document, layout) is not { } inner || !LooksLikeBounce(inner))
            return null;
        var deeper = Read(document, inner, depth + 1);
        if (deeper.Observations.Count == 0 || deeper.Kind == DocumentKind.AutoReply)
            return null;

        // Passed on by a program or as a forward it is the document; a person who asks about a bounce has not bounced.
        return signs.IsFromPerson && !signs.IsForward
            ? DocumentReading.Nothing(DocumentKind.OrdinaryMail) with { Note = "person", Enclosed = deeper.Observations }
            : deeper;
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

    private bool LooksLikeBounce(MessagePart message) =>
        message.Type.ReportType is not null || message.Type.Media == "multipart/report"
            || new MessageSigns(message.Header, phrases).FromMachine || message.Header.Has("X-Failed-Recipients");

    /// <summary>A challenge or a moderator's notice: a machine wrote it, and it waits for an answer.</summary>
    private DocumentReading? AsksForAPerson(Layout layout, MessageSigns signs)
    {
        if (signs.IsChallenge)
            return Note(DocumentKind.Challenge, "challenge");
        if (layout.FirstNotice is not { } notice)
            return null;
        var head = FoldedText.Of(notice.Passage.Text.AsSpan(0, Math.Min(notice.End, Head)));
        if (phrases.Failure.IsIn(head))
            return null;
        bool machine = signs.HasNullPath || signs.FromMachine
            || signs.Header["Auto-Submitted"]?.StartsWith("auto", StringComparison.OrdinalIgnoreCase) == true;
        if ((machine || signs.FromListSoftware) && (phrases.Moderation.IsIn(head) || phrases.Moderation.IsIn(signs.Subject)))
            return Note(DocumentKind.Moderation, "moderation");
        return machine && !signs.FromMachine && !signs.IsListMail && phrases.Challenge.IsIn(head)
            && !phrases.AutoSubject.Begins(signs.Subject) ? Note(DocumentKind.Challenge, "challenge") : null;

        static DocumentReading Note(DocumentKind kind, string word) => DocumentReading.Nothing(kind) with { Note = word };
    }

    /// <summary>The machine of a mailbox that is closed answers too, and says so.</summary>
    private Observation AutoReply(MessagePart message, Layout layout)
    {
        var observation = new Observation
        {
            Recipient = Address.First(message.Header["From"] ?? ""),
            Settled = Reason.AutoReply,
        };
        if (layout.FirstNotice is { } notice
            && phrases.Closed.Find(FoldedText.Of(notice.Passage.Text.AsSpan(0, Math.Min(notice.End, Head))),
                out int length) is var at and >= 0)
        {
            observation.Settled = Reason.MailboxDisabled;
            observation.Candidates.Add(new Candidate(Excerpt.From(notice.Passage, at, at + length), FoundCode.None, Nearness.Reply));
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
