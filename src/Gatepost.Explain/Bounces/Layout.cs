using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>Which parts of a message say what: notices for people, delivery report fields, feedback, the returned original.</summary>
internal sealed class Layout
{
    private Layout(NoticePhrases phrases)
    {
        Phrases = phrases;
    }

    public NoticePhrases Phrases { get; }

    public List<Notice> Notices { get; } = [];

    /// <summary>The first notice that says anything.</summary>
    public Notice? FirstNotice => Notices.Find(notice => !notice.Passage.Text.AsSpan(0, notice.End).IsWhiteSpace());

    public List<StatusGroup> Groups { get; } = [];

    public MessagePart? Feedback { get; private set; }

    /// <summary>The returned message or its header; causes are never read from it.</summary>
    public MessagePart? Original { get; private set; }

    public static Layout Of(MessagePart message, NoticePhrases phrases)
    {
        var layout = new Layout(phrases);
        layout.Place(message, message.Type, inReport: false, 0);
        foreach (var notice in layout.Notices)
        {
            layout.Groups.AddRange(StatusFields.Read(notice.Passage, strict: true, out int fields));
            notice.FieldsAt = fields;
        }

        return layout;
    }

    /// <summary>A text without a header: one notice, with the report fields in it.</summary>
    public static Layout OfText(SourceText text, NoticePhrases phrases)
    {
        var layout = new Layout(phrases);
        var notice = Notice.Read(text, phrases);
        layout.Notices.Add(notice);
        layout.Groups.AddRange(StatusFields.Read(text, strict: true, out int fields));
        notice.FieldsAt = fields;
        return layout;
    }

    private void Place(MessagePart part, ContentType type, bool inReport, int index)
    {
        if (part.Children.Count > 0)
        {
            bool report = type.Media == "multipart/report";
            bool plainSeen = false;
            for (int i = 0; i < part.Children.Count; i++)
            {
                var child = part.Children[i];
                if (type.Media == "multipart/alternative" && child.Type.Media == "text/html" && plainSeen)
                    continue;
                Place(child, child.Type, report, i);
                plainSeen |= child.Type.Media == "text/plain" && HasWords(child);
            }

            return;
        }

        switch (type.Media)
        {
            case "message/delivery-status" or "message/global-delivery-status":
                Groups.AddRange(StatusFields.Read(part.Read(), strict: false, out _));
                break;
            case "message/feedback-report":
                Feedback ??= part;
                break;
            case var _ when IsOriginal(part):
                Original ??= part;
                break;
            default:
                if (type.IsMultipart || (type.IsText && !(part.IsAttachment && index > 0) && !(inReport && index > 1)))
                    Notices.Add(Notice.Read(part.Read(), Phrases));
                else if (type.IsText && Original is null)
                    Original = part;
                break;
        }
    }

    /// <summary>A part that holds the returned message, or its header.</summary>
    public static bool IsOriginal(MessagePart part) => part.Type.Media
        is "message/rfc822" or "text/rfc822-headers" or "message/global" or "message/global-headers" or "message/rfc822-headers"
            or "message/partial";

    private static bool HasWords(MessagePart part) => !part.Read().Text.AsSpan().IsWhiteSpace();
}
