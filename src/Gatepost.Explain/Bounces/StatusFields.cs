using Gatepost.Explain.Text;

namespace Gatepost.Explain.Bounces;

/// <summary>The fields of one recipient in a delivery report (RFC 3464 §2.3), or of the message (§2.2).</summary>
internal sealed class StatusGroup
{
    public Excerpt? FinalRecipient { get; set; }

    public Excerpt? OriginalRecipient { get; set; }

    public Excerpt? ActualRecipient { get; set; }

    public Excerpt? Action { get; set; }

    public Excerpt? Status { get; set; }

    public Excerpt? RemoteMta { get; set; }

    public Excerpt? ReportingMta { get; set; }

    public Excerpt? Entry { get; set; }

    /// <summary>Id of the message in the queue of the Gatepost that wrote the report; written in the fields of the message.</summary>
    public Excerpt? QueueId { get; set; }

    /// <summary>What some gateways give instead of a diagnostic: <c>&lt;host #5.0.0 smtp; 550 ...&gt;</c>.</summary>
    public Excerpt? Supplement { get; set; }

    public List<Excerpt> Diagnostics { get; } = [];

    public bool HasRecipient => FinalRecipient is not null || OriginalRecipient is not null || ActualRecipient is not null;

    public bool HasOutcome => Action is not null || Status is not null || Diagnostics.Count > 0;

    public bool IsEmpty => !HasRecipient && !HasOutcome && ReportingMta is null && QueueId is null;

    /// <summary>Takes over what the other knows and this does not.</summary>
    public void Absorb(StatusGroup other)
    {
        Action ??= other.Action;
        Status ??= other.Status;
        RemoteMta ??= other.RemoteMta;
        Entry ??= other.Entry;
        Diagnostics.AddRange(other.Diagnostics);
    }
}

/// <summary>Reads delivery report fields, in a <c>message/delivery-status</c> part or strewn into running text by gateways.</summary>
internal static class StatusFields
{
    /// <summary>More recipients of one message are not reported one by one.</summary>
    private const int MaxGroups = 1000;

    /// <param name="passage">The text to read.</param>
    /// <param name="strict">True for running text: a group begins only with a field that nothing else uses.</param>
    /// <param name="firstLine">Where the fields begin, or -1.</param>
    public static List<StatusGroup> Read(SourceText passage, bool strict, out int firstLine)
    {
        var reading = new Reading(passage, strict);
        for (int line = 0; line < passage.Lines && reading.Groups.Count < MaxGroups; line++)
            reading.Take(line);
        reading.EndGroup();
        firstLine = reading.FirstLine;
        return reading.Groups;
    }

    /// <summary>The groups so far, and the field whose value may go on in the next line.</summary>
    private sealed class Reading(SourceText passage, bool strict)
    {
        private StatusGroup current = new();
        private string? field;
        private int valueStart, valueEnd;

        public List<StatusGroup> Groups { get; } = [];

        public int FirstLine { get; private set; } = -1;

        public void Take(int line)
        {
            var text = passage.Line(line);
            int start = passage.StartOfLine(line);
            if (text.IsWhiteSpace())
            {
                EndGroup();
                return;
            }

            if (char.IsWhiteSpace(text[0]) && field is not null)
            {
                valueEnd = start + text.Length;
                return;
            }

            string? name = Known(text, out int colon);
            if (name is not null && (!strict || FirstLine >= 0 || IsTelling(name)))
            {
                EndField();
                if (FirstLine < 0)
                    FirstLine = line;
                if (name == "final-recipient" && current.FinalRecipient is not null)
                    EndGroup();
                (field, valueStart, valueEnd) = (name, start + colon + 1, start + text.Length);
            }
            else if (field == "diagnostic-code" && !LooksLikeField(text))
            {
                // A reply of several lines that was not folded.
                valueEnd = start + text.Length;
            }
            else
            {
                EndField();
            }
        }

        /// <summary>After an empty line, and after the last.</summary>
        public void EndGroup()
        {
            EndField();
            if (!current.IsEmpty)
                Groups.Add(current);
            current = new StatusGroup();
        }

        private void EndField()
        {
            if (field is null)
                return;
            var value = Excerpt.From(passage, valueStart, valueEnd);
            if (!value.IsEmpty)
                Put(current, field, value);
            field = null;
        }
    }

    /// <summary>Recipient groups only, with outcomes that are apart from their recipient joined to it.</summary>
    public static List<StatusGroup> Recipients(List<StatusGroup> groups)
    {
        var recipients = new List<StatusGroup>();
        StatusGroup? pending = null;
        Excerpt? queueId = null;
        foreach (var group in groups)
        {
            group.QueueId = queueId ??= group.QueueId;
            if (group.HasRecipient)
            {
                if (pending is not null && !group.HasOutcome)
                    group.Absorb(pending);
                pending = null;
                recipients.Add(group);
            }
            else if (group.HasOutcome)
            {
                if (recipients.Count > 0 && !recipients[^1].HasOutcome)
                    recipients[^1].Absorb(group);
                else
                    pending = group;
            }
        }

        if (recipients.Count == 0 && pending is not null)
            recipients.Add(pending);
        return recipients;
    }

    private static void Put(StatusGroup group, string name, Excerpt value)
    {
        switch (name)
        {
            case "final-recipient":
                group.FinalRecipient ??= value;
                break;
            case "original-recipient":
                group.OriginalRecipient ??= value;
                break;
            case "x-actual-recipient":
                group.ActualRecipient ??= value;
                break;
            case "action":
                group.Action ??= value;
                break;
            case "status":
                group.Status ??= value;
                break;
            case "remote-mta":
                group.RemoteMta ??= value;
                break;
            case "reporting-mta":
                group.ReportingMta ??= value;
                break;
            case "x-gatepost-reply":
                group.Entry ??= value;
                break;
            case "x-gatepost-queue-id":
                group.QueueId ??= value;
                break;
            case "x-supplementary-info":
                group.Supplement ??= value;
                break;
            case "diagnostic-code":
                group.Diagnostics.Add(value);
                break;
        }
    }

    /// <summary>Names that no ordinary sentence begins with.</summary>
    private static bool IsTelling(string name) =>
        name is "final-recipient" or "original-recipient" or "reporting-mta" or "diagnostic-code" or "remote-mta";

    private static readonly string[] Names =
    [
        "final-recipient", "original-recipient", "x-actual-recipient", "action", "status", "diagnostic-code", "remote-mta", "reporting-mta",
        "x-gatepost-reply", "x-gatepost-queue-id", "x-postfix-queue-id", "arrival-date",
            "last-attempt-date", "will-retry-until", "final-log-id",
            "x-supplementary-info", "x-display-name",
        "received-from-mta", "original-envelope-id", "dsn-gateway", "x-outcome", "x-error-message",
    ];

    private static string? Known(ReadOnlySpan<char> line, out int colon)
    {
        colon = line.IndexOf(':');
        if (colon is < 6 or > 40)
            return null;
        var name = line[..colon].TrimEnd();
        foreach (string known in Names)
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
                return known switch
                {
                    "x-error-message" => "diagnostic-code",
                    _ => known,
                };
        return null;
    }

    private static bool LooksLikeField(ReadOnlySpan<char> line)
    {
        int colon = line.IndexOf(':');
        if (colon is < 2 or > 40)
            return line.StartsWith("--");
        foreach (char c in line[..colon])
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        return true;
    }
}
