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

    /// <summary>Id of the message in the queue of the Gatepost that wrote the report; stands in the fields of the message.</summary>
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
        var groups = new List<StatusGroup>();
        var current = new StatusGroup();
        firstLine = -1;
        string? field = null;
        int valueStart = 0, valueEnd = 0;

        for (int line = 0; line < passage.Lines && groups.Count < MaxGroups; line++)
        {
            var text = passage.Line(line);
            int start = passage.StartOfLine(line);
            if (text.IsWhiteSpace())
            {
                Close(ref field, valueStart, valueEnd);
                Flush();
                continue;
            }

            if (char.IsWhiteSpace(text[0]) && field is not null)
            {
                valueEnd = start + text.Length;
                continue;
            }

            string? name = Known(text, out int colon);
            if (name is not null && (!strict || firstLine >= 0 || IsTelling(name)))
            {
                Close(ref field, valueStart, valueEnd);
                if (firstLine < 0)
                    firstLine = line;
                if (name == "final-recipient" && current.FinalRecipient is not null)
                    Flush();
                field = name;
                valueStart = start + colon + 1;
                valueEnd = start + text.Length;
            }
            else if (field == "diagnostic-code" && !LooksLikeField(text))
            {
                // A reply of several lines that was not folded.
                valueEnd = start + text.Length;
            }
            else
            {
                Close(ref field, valueStart, valueEnd);
            }
        }

        Close(ref field, valueStart, valueEnd);
        Flush();
        return groups;

        void Close(ref string? name, int from, int to)
        {
            if (name is null)
                return;
            var value = Excerpt.From(passage, from, to);
            if (!value.IsEmpty)
                Put(current, name, value);
            name = null;
        }

        void Flush()
        {
            if (!current.IsEmpty)
                groups.Add(current);
            current = new StatusGroup();
        }
    }

    /// <summary>Recipient groups only, with outcomes that stand apart from their recipient joined to it.</summary>
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
