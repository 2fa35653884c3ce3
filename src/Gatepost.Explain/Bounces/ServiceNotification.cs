using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Bounces;

/// <summary>Reads notifications that sending services mail or post as JSON (<c>bouncedRecipients</c>, <c>smtpResponse</c>), also where mail
/// has broken their lines.</summary>
internal static class ServiceNotification
{
    public static List<Observation> Read(Layout layout)
    {
        foreach (var notice in layout.Notices)
        {
            var passage = Unescaped(notice.Passage);
            int from = passage.Text.IndexOf("\"notificationType\"", StringComparison.Ordinal);
            if (from < 0)
                from = passage.Text.IndexOf("\"eventType\"", StringComparison.Ordinal);
            if (from < 0)
                continue;
            return Type(passage, from) switch
            {
                "Bounce" => Bounced(passage, from),
                "Delivery" => Delivered(passage, from),
                "Complaint" => Complained(passage, from),
                _ => [],
            };
        }

        return [];
    }

    /// <summary>JSON inside a string of JSON: its quotes are escaped. Opening ones are moved right, so that no place changes.</summary>
    private static SourceText Unescaped(SourceText passage)
    {
        if (!passage.Text.Contains("\\\"notificationType", StringComparison.Ordinal)
            && !passage.Text.Contains("\\\"eventType", StringComparison.Ordinal))
            return passage;
        char[] text = passage.Text.ToCharArray();
        bool open = true;
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] != '\\')
                continue;
            if (text[i + 1] == '"')
            {
                (text[i], text[i + 1]) = open ? (' ', '"') : ('"', ' ');
                open = !open;
            }

            i++;
        }

        return passage.Respelled(new string(text));
    }

    private static List<Observation> Bounced(SourceText passage, int from)
    {
        var observations = new List<Observation>();
        int list = passage.Text.IndexOf("\"bouncedRecipients\"", from, StringComparison.Ordinal);
        int end = list < 0 ? -1 : passage.Text.IndexOf(']', list);
        for (int at = list; at >= 0 && at < end && observations.Count < 200;)
        {
            int object1 = passage.Text.IndexOf('{', at);
            int close = object1 < 0 ? -1 : passage.Text.IndexOf('}', object1);
            if (close < 0 || object1 > end)
                break;
            var observation = new Observation
            {
                Recipient = Value(passage, object1, close, "emailAddress") is { } address ? Address.First(address.Text) : null,
                Action = ReportReader.ActionOf(Value(passage, object1, close, "action")?.Text),
            };
            if (Value(passage, object1, close, "status") is { } status && CodeFinder.NextStatus(status.Text, 0) is var (code, found, length)
                && found >= 0)
            {
                observation.FieldStatus = code;
                observation.FieldStatusWords = status.Slice(found, length);
            }

            if (Value(passage, object1, close, "diagnosticCode") is { } diagnostic)
                observation.Add(diagnostic.Text.StartsWith("smtp; ", StringComparison.OrdinalIgnoreCase) ? diagnostic.Slice(6)
                    : diagnostic, Nearness.Reply);
            foreach (string name in (ReadOnlySpan<string>)["bounceSubType", "bounceType"])
                if (Value(passage, from, Math.Min(passage.Text.Length, from + 2000), name) is { } kind)
                    observation.Candidates.Add(new Candidate(kind, FoundCode.None, Nearness.Reporter));
            observations.Add(observation);
            at = close + 1;
        }

        return observations;
    }

    private static List<Observation> Delivered(SourceText passage, int from)
    {
        int delivery = passage.Text.IndexOf("\"delivery\"", from, StringComparison.Ordinal);
        int start = delivery < 0 ? from : delivery;
        var observation = new Observation { Action = DeliveryAction.Delivered, Settled = Reason.Delivered };
        int list = passage.Text.IndexOf("\"recipients\"", start, StringComparison.Ordinal);
        if (list < 0)
            list = passage.Text.IndexOf("\"destination\"", from, StringComparison.Ordinal);
        if (list >= 0)
            observation.Recipient = Address.First(passage.Text.AsSpan(list, Math.Min(400, passage.Text.Length - list)));
        if (Value(passage, start, passage.Text.Length, "smtpResponse") is { } response)
            observation.Add(response, Nearness.Reply);
        return [observation];
    }

    private static List<Observation> Complained(SourceText passage, int from)
    {
        int list = passage.Text.IndexOf("\"complainedRecipients\"", from, StringComparison.Ordinal);
        var observation = new Observation { Settled = Reason.Complaint };
        if (list >= 0)
        {
            observation.Recipient = Address.First(passage.Text.AsSpan(list, Math.Min(400, passage.Text.Length - list)));
            observation.Candidates.Add(new Candidate(Excerpt.From(passage, list, list + 22), FoundCode.None, Nearness.Reply));
        }

        return [observation];
    }

    private static string? Type(SourceText passage, int from)
    {
        int colon = passage.Text.IndexOf(':', from);
        int open = colon < 0 ? -1 : passage.Text.IndexOf('"', colon);
        int close = open < 0 ? -1 : passage.Text.IndexOf('"', open + 1);
        return close < 0 || close - open > 40 ? null : passage.Text[(open + 1)..close];
    }

    /// <summary>The value of a string member between two places, escapes left as they are.</summary>
    private static Excerpt? Value(SourceText passage, int from, int to, string name)
    {
        int at = passage.Text.IndexOf($"\"{name}\"", from, Math.Max(0, to - from), StringComparison.Ordinal);
        if (at < 0)
            return null;
        int open = passage.Text.IndexOf('"', at + name.Length + 2);
        if (open < 0 || open > at + name.Length + 6)
            return null;
        int close = open + 1;
        while (close < passage.Text.Length && passage.Text[close] != '"')
            close += passage.Text[close] == '\\' ? 2 : 1;
        return Excerpt.From(passage, open + 1, Math.Min(close, passage.Text.Length));
    }
}
