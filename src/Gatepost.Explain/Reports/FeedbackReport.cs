using Gatepost.Explain.Bounces;
using Gatepost.Explain.Mime;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Reports;

/// <summary>Reads complaints of feedback loops (RFC 5965), authentication failure reports (RFC 6591) and network abuse reports
/// (X-ARF).</summary>
internal static class FeedbackReport
{
    /// <summary>Recipients of one complaint that are reported one by one.</summary>
    private const int MostRecipients = 200;

    public static List<Observation> Read(MessagePart message, Layout layout)
    {
        if (layout.Feedback is { } feedback)
            return ReadFields(feedback.Read(), layout);
        if (Unlabelled(message, layout) is { } unlabelled)
            return [unlabelled];
        if (Network(message) is { } network)
            return [network];
        bool report = string.Equals(message.Type.ReportType, "feedback-report", StringComparison.OrdinalIgnoreCase);
        return report && layout.Notices.Count > 0
            ? [Complaint(ReturnedRecipient.Of(layout), Excerpt.From(layout.Notices[0].Passage, 0, 200), null)] : [];
    }

    /// <summary>The fields of the machine-readable part; Original-Rcpt-To may be there several times (RFC 5965 §3.2).</summary>
    private static List<Observation> ReadFields(SourceText passage, Layout layout)
    {
        var recipients = new List<string>();
        var words = Excerpt.Empty;
        string type = "abuse";
        for (int line = 0; line < Math.Min(passage.Lines, 1000); line++)
        {
            var text = passage.Line(line);
            if (text.StartsWith("Original-Rcpt-To:", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("Removal-Recipient:", StringComparison.OrdinalIgnoreCase))
            {
                if (Address.First(text) is { } recipient && recipients.Count < MostRecipients
                    && !recipients.Contains(recipient, StringComparer.OrdinalIgnoreCase))
                    recipients.Add(recipient);
            }
            else if (text.StartsWith("Feedback-Type:", StringComparison.OrdinalIgnoreCase))
            {
                words = Excerpt.From(passage, passage.StartOfLine(line), passage.StartOfLine(line) + text.Length);
                type = text[14..].Trim().ToString().ToLowerInvariant();
            }
        }

        string? entry = EntryOf(type);
        if (recipients.Count == 0)
            return [Complaint(ReturnedRecipient.Of(layout), words, entry)];
        return recipients.ConvertAll(recipient => Complaint(recipient, words, entry));
    }

    /// <summary>The entry whose words fit the type; null if the general words of a complaint do.</summary>
    private static string? EntryOf(string type) => type switch
    {
        "not-spam" => "complaint-not-spam",
        "auth-failure" or "dmarc" => "complaint-auth-failure",
        "fraud" or "phishing" => "complaint-fraud",
        "virus" or "malware" => "complaint-virus",
        "opt-out" or "opt-out-list" => "complaint-opt-out",
        _ => null,
    };

    /// <summary>Who must act, where it differs from other complaints.</summary>
    private static Actors? ActorsOf(string? entry) => entry switch
    {
        "complaint-not-spam" or "complaint-auth-failure" or "complaint-network" => Actors.SenderAdmin,
        _ => null,
    };

    /// <summary>Microsoft's junk mail reports have no part of their own: a subject, and the original with the recipient in a field of
    /// its header.</summary>
    private static Observation? Unlabelled(MessagePart message, Layout layout)
    {
        int subject = message.Header.Find("Subject");
        if (subject < 0 || layout.Original is null
            || !message.Header.Value(subject).StartsWith("complaint about message from", StringComparison.OrdinalIgnoreCase))
            return null;
        var passage = layout.Original.Read(16 * 1024);
        string? recipient = null;
        for (int line = 0; line < Math.Min(passage.Lines, 100) && !passage.Line(line).IsWhiteSpace(); line++)
            if (passage.Line(line).StartsWith("X-HmXmrOriginalRecipient:", StringComparison.OrdinalIgnoreCase))
                recipient = Address.First(passage.Line(line));
        return Complaint(recipient ?? ReturnedRecipient.Of(layout), Excerpt.From(message.Header.Passage(subject, "header")), null);
    }

    /// <summary>X-ARF: a header field of that name, and a second part in YAML (0.1) or JSON (0.2 and later) that names source and kind
    /// of abuse.</summary>
    private static Observation? Network(MessagePart message)
    {
        bool labelled = message.Header.Has("X-XARF") || message.Header.Has("X-ARF");
        foreach (var part in message.Leaves())
        {
            bool json = part.FileName.EndsWith("xarf.json", StringComparison.OrdinalIgnoreCase);
            if (!json && !(labelled && part.Number is not ("" or "1")))
                continue;
            var passage = part.Read();
            if (Source(passage) is { IsEmpty: false } source)
                return Complaint(null, source, "complaint-network");
        }

        return null;
    }

    /// <summary>The line that names where the abuse came from: <c>Source: 192.0.2.1</c>, <c>"SourceIp": "192.0.2.1"</c>.</summary>
    private static Excerpt Source(SourceText passage)
    {
        for (int line = 0; line < Math.Min(passage.Lines, 500); line++)
        {
            var text = passage.Line(line).TrimStart(" \t{\"");
            if (text.StartsWith("Source:", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("SourceIp", StringComparison.OrdinalIgnoreCase))
                return Excerpt.From(passage, passage.StartOfLine(line), passage.StartOfLine(line) + passage.Line(line).Length);
        }

        int at = passage.Text.IndexOf("\"SourceIp\"", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? Excerpt.Empty : Excerpt.From(passage, at, Math.Min(passage.Text.Length, at + 60));
    }

    private static Observation Complaint(string? recipient, Excerpt words, string? entry)
    {
        var observation = new Observation
        {
            Recipient = recipient,
            Settled = Reason.Complaint,
            SettledAs = entry,
            SettledActors = ActorsOf(entry)
        };
        if (!words.IsEmpty)
            observation.Candidates.Add(new Candidate(words, FoundCode.None, Nearness.Reply));
        return observation;
    }
}
