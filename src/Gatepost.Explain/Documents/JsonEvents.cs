using System.Globalization;
using System.Text;
using Gatepost.Explain.Bounces;
using Gatepost.Explain.MailLog;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Documents;

/// <summary>Reads events that sending services post or mail as JSON: one, a list, one a line, or wrapped in a notification. Members are
/// known by name, whatever the service.</summary>
internal static class JsonEvents
{
    /// <summary>Recipients of one event that are reported one by one.</summary>
    private const int MostRecipients = 200;

    private static readonly HashSet<string> ReplyNames = JsonEvent.Names("diagnosticcode", "smtpresponse", "smtp-response", "response",
        "reason", "diag", "description", "message", "details", "error", "comment", "raw_reason", "content", "diagnostic", "errormessage",
        "bounce_description", "delayreason", "statusmessage");

    public static bool Recognises(SourceText passage)
    {
        var text = passage.Text.AsSpan().TrimStart();
        return text is ['{', ..] or ['[', '{', ..] or ['[', '\n' or ' ', ..] && text.Contains('@') && text.Contains(':');
    }

    /// <summary>Null if it is no JSON, or JSON about something else.</summary>
    public static DocumentReading? Read(SourceText passage) =>
        Read(JsonSpelling.Plain(passage), events => events.Exists(one => one.IsAboutMail));

    /// <summary>Events in the text of a message: where it begins with them, or in a notification that a service mails.</summary>
    public static List<Observation> Read(Layout layout)
    {
        foreach (var notice in layout.Notices)
        {
            var passage = notice.Passage;
            bool names = passage.Text.Contains("notificationType", StringComparison.Ordinal)
                || passage.Text.Contains("eventType", StringComparison.Ordinal);
            int from = passage.Text.IndexOf('{', StringComparison.Ordinal);
            if (from < 0 || !(names || Recognises(passage)))
                continue;
            char[] text = passage.Text.ToCharArray();
            text.AsSpan(0, from).Fill(' ');
            if (Read(JsonSpelling.Plain(passage.Respelled(new string(text))), events =>
                events.Exists(one => one.IsAboutMail && (!names || one.IsNotification))) is { } reading)
                return reading.Observations;
        }

        return [];
    }

    private static DocumentReading? Read(SourceText passage, Predicate<List<JsonEvent>> isWanted)
    {
        byte[] octets = Encoding.UTF8.GetBytes(passage.Text);
        var events = JsonEventReader.Read(octets);
        if (!isWanted(events))
            return null;
        var observations = new List<Observation>();
        foreach (var one in events.Where(one => one.IsAboutMail))
            observations.AddRange(Observe(one, new Spelled(passage, octets)));
        return new DocumentReading(DocumentKind.Event, observations);
    }

    private static IEnumerable<Observation> Observe(JsonEvent one, Spelled spelled)
    {
        var recipients = one.Recipients;
        foreach (var recipient in recipients.Take(MostRecipients))
        {
            // What is in another recipient's object is said about that one.
            var others = recipients.Where(other => other.Object != recipient.Object).Select(other => other.Object).ToHashSet();
            var about = one.Members.Where(member => !others.Contains(member.Object)).OrderByDescending(member =>
                member.Object == recipient.Object).ToList();
            var observation = new Observation { Recipient = Address.First(recipient.Value), Action = one.Action ?? DeliveryAction.Unknown };
            if (one.IsComplaint)
                (observation.Settled, observation.Action) = (Reason.Complaint, DeliveryAction.Unknown);
            else if (one.Action == DeliveryAction.Delivered)
                observation.Settled = Reason.Delivered;
            AddWords(observation, about, spelled);
            foreach (var member in one.Kinds)
                observation.Candidates.Add(new Candidate(spelled.Words(member), FoundCode.None, Nearness.Reporter));
            yield return observation;
        }
    }

    private static void AddWords(Observation observation, List<JsonMember> about, Spelled spelled)
    {
        foreach (var member in about.Where(member => JsonEvent.StatusNames.Contains(member.Name)))
            if (observation.FieldStatus is null && CodeFinder.NextStatus(member.Value, 0) is var (status, at, length) && at == 0)
            {
                observation.FieldStatus = status;
                observation.FieldStatusWords = spelled.Words(member).Slice(0, length);
            }

        // The longest text is the server's own words; short ones are the service's summary.
        foreach (var member in about.Where(member => ReplyNames.Contains(member.Name)).OrderByDescending(member =>
            member.Value.Length).Take(4))
        {
            var words = spelled.Words(member);
            observation.Add(words.Text.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase)
                ? words.Slice(5) : words, observation.Candidates.Count == 0 ? Nearness.Reply : Nearness.Reporter);
        }

        foreach (var member in about.Where(member => JsonEventReader.CodeNames.Contains(member.Name)
            && member.Value is [>= '4' and <= '5', _, _]))
            if (observation.Candidates.TrueForAll(candidate => candidate.Codes.Code is null)
                && int.TryParse(member.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int code))
                observation.Candidates.Add(
                    new Candidate(spelled.Words(member), new FoundCode(code, 0, null, -1, 0, 3), Nearness.Reply));
    }

    /// <summary>A passage with its octets, in which members have their places.</summary>
    private sealed class Spelled(SourceText passage, byte[] octets)
    {
        /// <summary>Then an octet is a character.</summary>
        private readonly bool isAscii = octets.Length == passage.Text.Length;

        public Excerpt Words(JsonMember member)
        {
            int start = isAscii ? member.Start : Encoding.UTF8.GetCharCount(octets, 0, member.Start);
            int length = isAscii ? member.Length : Encoding.UTF8.GetCharCount(octets, member.Start, member.Length);
            var raw = passage.Text.AsSpan(start, length);
            if (!raw.Contains('\\'))
                return Excerpt.From(passage, start, start + length);
            char[] text = passage.Text.ToCharArray();
            JsonLog.Undo(raw, text.AsSpan(start, length));
            return Excerpt.From(passage.Respelled(new string(text)), start, start + length);
        }
    }
}
