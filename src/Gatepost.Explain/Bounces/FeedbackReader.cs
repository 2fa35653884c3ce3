using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Bounces;

/// <summary>Reads complaints of feedback loops (RFC 5965) and authentication failure reports (RFC 6591).</summary>
internal static class FeedbackReader
{
    public static List<Observation> Read(MessagePart message, Layout layout)
    {
        bool report = string.Equals(message.Type.ReportType, "feedback-report", StringComparison.OrdinalIgnoreCase);
        if (layout.Feedback is null && Unlabelled(message, layout) is { } unlabelled)
            return [unlabelled];
        if (layout.Feedback is not { } feedback)
            return report && layout.Notices.Count > 0 ? [Complaint(ReturnedRecipient.Of(layout), Excerpt.From(layout.Notices[0].Passage, 0, 200))] : [];

        var passage = feedback.Read();
        string? recipient = null;
        var words = Excerpt.Empty;
        for (int line = 0; line < Math.Min(passage.Lines, 200); line++)
        {
            var text = passage.Line(line);
            if (text.StartsWith("Original-Rcpt-To:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("Removal-Recipient:", StringComparison.OrdinalIgnoreCase))
                recipient ??= Address.First(text);
            else if (text.StartsWith("Feedback-Type:", StringComparison.OrdinalIgnoreCase))
                words = Excerpt.From(passage, passage.StartOfLine(line), passage.StartOfLine(line) + text.Length);
        }

        return [Complaint(recipient ?? ReturnedRecipient.Of(layout), words)];
    }

    /// <summary>Microsoft's junk mail reports have no part of their own: a subject, and the original with the recipient in a field of its header.</summary>
    private static Observation? Unlabelled(MessagePart message, Layout layout)
    {
        int subject = message.Header.Find("Subject");
        if (subject < 0 || layout.Original is null || !message.Header.Value(subject).StartsWith("complaint about message from", StringComparison.OrdinalIgnoreCase))
            return null;
        var passage = layout.Original.Read(16 * 1024);
        string? recipient = null;
        for (int line = 0; line < Math.Min(passage.Lines, 100) && !passage.Line(line).IsWhiteSpace(); line++)
            if (passage.Line(line).StartsWith("X-HmXmrOriginalRecipient:", StringComparison.OrdinalIgnoreCase))
                recipient = Address.First(passage.Line(line));
        return Complaint(recipient ?? ReturnedRecipient.Of(layout), Excerpt.From(message.Header.Passage(subject, "header")));
    }

    private static Observation Complaint(string? recipient, Excerpt words)
    {
        var observation = new Observation { Recipient = recipient, Settled = Reason.Complaint };
        if (!words.IsEmpty)
            observation.Candidates.Add(new Candidate(words, FoundCode.None, Nearness.Reply));
        return observation;
    }
}
