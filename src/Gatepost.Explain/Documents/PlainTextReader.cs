using Gatepost.Explain.Bounces;
using Gatepost.Explain.Dialogue;
using Gatepost.Explain.Mime;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies.Matching;

namespace Gatepost.Explain.Documents;

/// <summary>Reads text without a mail header: one or several replies, a pasted bounce, a ticket, a stack trace, what a mail program
/// shows.</summary>
/// <remarks>Only a text whose every paragraph is a reply is several documents in one. Anything else is about one event.</remarks>
internal sealed class PlainTextReader(NoticePhrases phrases)
{
    /// <summary>Lines and paragraphs of a text without any reply that are weighed one by one.</summary>
    private const int MaxPieces = 20;

    /// <summary>Characters of a text within which it says what it is.</summary>
    private const int Head = 8000;

    public DocumentReading Read(SourceText passage)
    {
        if (JsonEvents.Recognises(passage) && JsonEvents.Read(passage) is { } events)
            return events;
        bool program = IsProgram(passage.Text);
        var kind = program ? DocumentKind.ProgramError : DocumentKind.Reply;
        if (RecipientPairs.Read(passage) is { Count: > 0 } pairs)
            return Of(kind, pairs, program);
        if (IsRepliesOnly(passage))
            return Of(kind, ReplyLines.Read(passage), program);

        var layout = Layout.OfText(passage, phrases);
        var groups = StatusFields.Recipients(layout.Groups);
        if (groups.Exists(group => group is { HasRecipient: true, HasOutcome: true }))
            return Of(DocumentKind.Bounce, ReportReader.Read(Headless, layout, groups, ""), program);

        var notice = layout.Notices[0];
        var replies = QuotedReplies.Find(notice);
        var spoken = new NoticeReader.Spoken(notice, "");
        var observations = NoticeReader.ReadText(layout, replies, spoken);
        bool reports = spoken.Failure || spoken.Action == DeliveryAction.Delayed;
        if (!program && observations.Exists(found => found.Recipient is not null) && (reports || replies.Count > 0))
            kind = DocumentKind.Bounce;
        foreach (var observation in observations)
        {
            if (kind == DocumentKind.Bounce && reports)
                observation.Action = spoken.Action;
            if (observations.Count == 1 && replies.Count == 0)
                AddPieces(observation, passage);
        }

        return Of(kind, observations, program);
    }

    /// <summary>A message without header fields, for what reads both.</summary>
    private static MessagePart Headless { get; } = MessageReader.Read(ReadOnlyMemory<byte>.Empty, 0, 0);

    private static DocumentReading Of(DocumentKind kind, List<Observation> observations, bool program)
    {
        foreach (var observation in observations)
            observation.IsProgram |= program;
        return new DocumentReading(kind, observations);
    }

    /// <summary>Is there anything in the text that a mail system, a mail program or a library says?</summary>
    /// <param name="text">The whole text.</param>
    public bool Speaks(ReadOnlySpan<char> text)
    {
        var head = FoldedText.Of(text[..Math.Min(text.Length, Head)]);
        return phrases.Failure.IsIn(head) || phrases.Waiting.IsIn(head) || phrases.Program.IsIn(head)
            || phrases.ProgramShown.IsIn(head);
    }

    /// <summary>Does a library, a script or a mail program show it? Then nothing tries again by itself.</summary>
    /// <remarks>A text that says it goes on trying is a mail system's, whatever a mail program calls the server's answer.</remarks>
    public bool IsProgram(ReadOnlySpan<char> text)
    {
        var head = FoldedText.Of(text[..Math.Min(text.Length, Head)]);
        return phrases.Program.IsIn(head) || (phrases.ProgramShown.IsIn(head) && !phrases.FarServer.IsIn(head))
            ? !phrases.Waiting.IsIn(head) : ProgramFrame.IsProgramLog(text);
    }

    /// <summary>A code or status where replies have theirs: at the start of a line, in brackets, behind a colon or a number sign.</summary>
    public static bool HasReplyForm(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (ReplyLines.StartsReply(line) || DocumentKindDetector.IsBareCode(line.Trim().ToString()))
                return true;
            var (_, at, _) = CodeFinder.NextStatus(line, 0);
            if (at == 0 || (at > 0 && line[at - 1] is '(' or '#' or '[' or ':' or '='))
                return true;
            if (CodeFinder.NextCode(line, 0) is { Code: not null, Status: not null })
                return true;
        }

        return false;
    }

    /// <summary>Every paragraph begins with a reply code, or there is but one paragraph of one line.</summary>
    private static bool IsRepliesOnly(SourceText passage)
    {
        bool before = false, any = false;
        for (int line = 0; line < passage.Lines; line++)
        {
            var text = passage.Line(line);
            bool blank = text.IsWhiteSpace();
            if (!blank && !before && any && !ReplyLines.StartsReply(text))
                return false;
            if (!blank && !any && !ReplyLines.StartsReply(text) && HasMoreLines(passage, line))
                return false;
            any |= !blank;
            before = !blank;
        }

        return true;
    }

    private static bool HasMoreLines(SourceText passage, int line)
    {
        for (int next = line + 1; next < passage.Lines; next++)
            if (!passage.Line(next).IsWhiteSpace())
                return true;
        return false;
    }

    /// <summary>Without a reply the cause is in one of the lines; which one, the catalogue knows.</summary>
    private static void AddPieces(Observation observation, SourceText passage)
    {
        int added = 0;
        for (int line = 0; line < passage.Lines && added < MaxPieces; line++)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace() || text.TrimStart().StartsWith("at ") || text.TrimStart() is ['#', >= '0' and <= '9', ..])
                continue;
            int start = passage.StartOfLine(line);
            observation.Add(Excerpt.From(passage, start, start + text.Length), Nearness.AboutRecipient);
            added++;
        }
    }
}
