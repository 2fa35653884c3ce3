using Gatepost.Explain.Dialogue;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.MailLog;

/// <summary>
/// Reads Exchange's message tracking log (CSV, a recipient status beside each event) and its SMTP protocol log (CSV, a dialogue).
/// </summary>
internal static class ExchangeLog
{
    private const int MaxReports = 10_000;

    public static bool Recognises(SourceText passage)
    {
        for (int line = 0; line < Math.Min(passage.Lines, 8); line++)
        {
            var text = passage.Line(line);
            if (text.StartsWith("#Software: Microsoft Exchange", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("#Log-type: ", StringComparison.OrdinalIgnoreCase))
                return true;
            if (Columns(text) is { } columns
                && (Array.IndexOf(columns, "recipient-status") >= 0 || Array.IndexOf(columns, "session-id") >= 0))
                return true;
        }

        return false;
    }

    public static List<Observation> Read(SourceText passage)
    {
        string[]? columns = null;
        var observations = new List<Observation>();
        var sessions = new Dictionary<string, (string? Recipient, Stage? Stage)>(StringComparer.Ordinal);
        for (int line = 0; line < passage.Lines && observations.Count < MaxReports; line++)
        {
            var text = passage.Line(line);
            if (text.IsWhiteSpace())
                continue;
            if (Columns(text) is { } named)
            {
                columns = named;
                continue;
            }

            if (text[0] == '#' || columns is null || text.Length > 64 * 1024)
                continue;
            var cells = Cells(text);
            if (Array.IndexOf(columns, "recipient-status") >= 0)
                Tracking(passage, line, columns, cells, observations);
            else
                Protocol(passage, line, columns, cells, sessions, observations);
        }

        if (observations.Exists(found => found.Action is not DeliveryAction.Delivered))
            observations.RemoveAll(found => found.Action == DeliveryAction.Delivered);
        return observations;
    }

    private static void Tracking(
        SourceText passage, int line, string[] columns, List<(int Start, int End)> cells, List<Observation> observations)
    {
        string happened = Cell(passage, line, columns, cells, "event-id")?.Text ?? "";
        var action = happened.ToUpperInvariant() switch
        {
            "FAIL" or "DSN" or "BADMAIL" or "DROP" or "POISONMESSAGE" => DeliveryAction.Failed,
            "DEFER" => DeliveryAction.Delayed,
            "DELIVER" or "SEND" or "SENDEXTERNAL" => DeliveryAction.Delivered,
            _ => DeliveryAction.Unknown,
        };
        if (action == DeliveryAction.Unknown)
            return;
        string addresses = Cell(passage, line, columns, cells, "recipient-address")?.Text ?? "";
        var status = Cell(passage, line, columns, cells, "recipient-status");
        var context = Cell(passage, line, columns, cells, "source-context");
        string[] recipients = addresses.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var parts = SplitStatus(status, recipients.Length);
        for (int i = 0; i < Math.Max(1, recipients.Length) && observations.Count < MaxReports; i++)
        {
            var observation = new Observation
            {
                Recipient = i < recipients.Length ? Address.First(recipients[i])
                : null,
                Action = action,
                RemoteHost = Host(Cell(passage, line, columns, cells, "server-hostname")?.Text)
            };
            if (i < parts.Count)
                observation.Add(parts[i], Nearness.Reply);
            if (context is not null)
                observation.Add(context, Nearness.Reporter);
            if (observation.Candidates.Count == 0)
                observation.Add(Excerpt.From(passage, passage.StartOfLine(line), passage.StartOfLine(line) + passage.Line(line).Length),
                    Nearness.Notice);
            observations.Add(observation);
        }
    }

    /// <summary>Several recipients have their statuses in one cell, separated by semicolons.</summary>
    private static List<Excerpt> SplitStatus(Excerpt? status, int recipients)
    {
        if (status is null)
            return [];
        if (recipients < 2)
            return [status];
        var parts = new List<Excerpt>();
        int from = 0;
        for (int at = status.Text.IndexOf(';'); at >= 0 && parts.Count + 1 < recipients; at = status.Text.IndexOf(';', at + 1))
        {
            parts.Add(status.Slice(from, at - from));
            from = at + 1;
        }

        parts.Add(status.Slice(from));
        return parts.Count == recipients ? parts : [.. Enumerable.Repeat(status, recipients)];
    }

    private static void Protocol(
        SourceText passage, int line, string[] columns, List<(int Start, int End)> cells,
        Dictionary<string, (string? Recipient, Stage? Stage)> sessions, List<Observation> observations)
    {
        string session = Cell(passage, line, columns, cells, "session-id")?.Text ?? "";
        string direction = Cell(passage, line, columns, cells, "event")?.Text ?? "";
        if (Cell(passage, line, columns, cells, "data") is not { } data || direction is not ("<" or ">"))
            return;
        sessions.TryGetValue(session, out var state);
        if (TranscriptReader.IsVerb(data.Text))
        {
            var stage = StageNames.OfCommand(data.Text);
            if (sessions.Count < 10_000)
                sessions[session] = (
                    stage == Stage.RcptTo ? Address.First(data.Text) : stage is Stage.MailFrom ? null : state.Recipient, stage);
            return;
        }

        if (!TranscriptReader.IsReply(data.Text) || data.Text[0] is not ('4' or '5'))
            return;
        var observation = new Observation { Recipient = state.Recipient, Stage = state.Stage };
        observation.Add(data, Nearness.Reply);
        observations.Add(observation);
    }

    private static string? Host(string? text) => text is { Length: > 0 } && text.Contains('.') ? text : null;

    private static string[]? Columns(ReadOnlySpan<char> line)
    {
        if (line.StartsWith("#Fields:", StringComparison.OrdinalIgnoreCase))
            line = line[8..].Trim();
        else if (!line.StartsWith("date-time,", StringComparison.OrdinalIgnoreCase))
            return null;
        return line.ToString().ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries);
    }

    private static Excerpt? Cell(SourceText passage, int line, string[] columns, List<(int Start, int End)> cells, string column)
    {
        int index = Array.IndexOf(columns, column);
        if (index < 0 || index >= cells.Count)
            return null;
        int start = passage.StartOfLine(line);
        var words = Excerpt.From(passage, start + cells[index].Start, start + cells[index].End);
        return words.IsEmpty ? null : words;
    }

    /// <summary>Places of the cells of a CSV line, quotes not included.</summary>
    private static List<(int Start, int End)> Cells(ReadOnlySpan<char> text)
    {
        var cells = new List<(int, int)>(32);
        int at = 0;
        while (at <= text.Length && cells.Count < 100)
        {
            if (at < text.Length && text[at] == '"')
            {
                int close = at + 1;
                while (close < text.Length && (text[close] != '"' || (close + 1 < text.Length && text[close + 1] == '"')))
                    close += text[close] == '"' ? 2 : 1;
                cells.Add((at + 1, Math.Min(close, text.Length)));
                int comma = close >= text.Length ? -1 : text[close..].IndexOf(',');
                at = comma < 0 ? text.Length + 1 : close + comma + 1;
            }
            else
            {
                int comma = text[Math.Min(at, text.Length)..].IndexOf(',');
                int end = comma < 0 ? text.Length : at + comma;
                cells.Add((Math.Min(at, text.Length), end));
                at = comma < 0 ? text.Length + 1 : end + 1;
            }
        }

        return cells;
    }
}
