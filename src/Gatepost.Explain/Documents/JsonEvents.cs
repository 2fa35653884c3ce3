using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;

namespace Gatepost.Explain.Documents;

/// <summary>Reads events that sending services post as JSON: one, a list, one a line, or wrapped in a notification. Members are known
/// by name, whatever the service.</summary>
internal static class JsonEvents
{
    private const int MostEvents = 1000;

    private const int MostDepth = 24;

    /// <summary>Names of a recipient, the most particular first: those that bounced before all that were written to.</summary>
    private static readonly HashSet<string>[] RecipientNames =
    [
        new(["emailaddress"], StringComparer.OrdinalIgnoreCase),
        new(["email", "recipient", "email-address", "rcpt_to", "rcpt", "recipientemail"], StringComparer.OrdinalIgnoreCase),
        new(["recipients", "destination", "to"], StringComparer.OrdinalIgnoreCase),
    ];

    private static readonly HashSet<string> ReplyNames =
        new(["diagnosticcode", "smtpresponse", "smtp-response", "response", "reason", "diag", "description", "message", "details",
            "error", "comment", "raw_reason", "content", "diagnostic", "errormessage", "bounce_description", "delayreason"],
            StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> KindNames =
        new(["event", "eventtype", "notificationtype", "recordtype", "type", "bouncetype", "bouncesubtype", "state", "severity",
            "error_related_to", "bounce_classification", "name"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> StatusNames = new(["status", "enhanced_code", "enhanced-code", "enhancedstatuscode"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Members that hold a reply code as a number of JSON.</summary>
    private static readonly HashSet<string> CodeNames = new(["code", "smtpcode", "smtp_code", "smtp-code", "replycode", "reply_code",
        "response_code"], StringComparer.OrdinalIgnoreCase);

    public static bool Recognises(SourceText passage)
    {
        var text = passage.Text.AsSpan().TrimStart();
        return text is ['{', ..] or ['[', '{', ..] or ['[', '\n' or ' ', ..] && text.Contains('@') && text.Contains(':');
    }

    /// <summary>Null if it is no JSON, or JSON about something else.</summary>
    public static DocumentReading? Read(SourceText passage)
    {
        byte[] octets = Encoding.UTF8.GetBytes(passage.Text);
        var events = new List<Event>();
        if (!ReadAll(octets, events) || !events.Exists(one => one.IsAboutMail))
            return null;
        var observations = new List<Observation>();
        foreach (var one in events.Where(one => one.IsAboutMail))
            observations.AddRange(Observe(one, passage, octets));
        return new DocumentReading(DocumentKind.Event, observations);
    }

    /// <summary>A text member: its name, its decoded value, where that is, and the number of its object.</summary>
    private sealed record Member(string Name, string Value, int Start, int Length, int Object);

    /// <summary>One object of the outermost level, or one element of its list.</summary>
    private sealed class Event
    {
        public List<Member> Members { get; } = [];

        public IEnumerable<Member> Of(HashSet<string> names) => Members.Where(member => names.Contains(member.Name));

        public List<Member> Recipients => RecipientNames
            .Select(names => Of(names).Where(member => Address.First(member.Value) is not null).DistinctBy(member =>
                member.Value, StringComparer.OrdinalIgnoreCase).ToList())
            .FirstOrDefault(found => found.Count > 0) ?? [];

        public DeliveryAction? Action
        {
            get
            {
                foreach (var member in Of(KindNames))
                    if (ActionOf(member.Value) is { } action)
                        return action;
                return null;
            }
        }

        public bool IsComplaint => Of(KindNames).Any(member => member.Value.Contains("complain", StringComparison.OrdinalIgnoreCase)
            || member.Value is "spam" or "spamreport" or "SpamComplaint");

        public bool IsAboutMail => (Action is not null || IsComplaint) && Recipients.Count > 0;
    }

    /// <summary>The words of services for what happened. What is opened or clicked says nothing about delivery.</summary>
    private static DeliveryAction? ActionOf(string word)
    {
        string plain = word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace(" ", "",
            StringComparison.Ordinal).ToLowerInvariant();
        return plain switch
        {
            "bounce" or "bounced" or "hardbounce" or "hardbounces" or "softbounce" or "failed" or "dropped" or "rejected" or "reject"
                or "blocked" or "error" or "invalidemail" or "permanent"
                or "undelivered" or "permanentfail" or "permanentfailure" or "bouncedrecipients" or "renderingfailure" or "invalid" =>
                    DeliveryAction.Failed,
            "deferred" or "delayed" or "deliverydelay" or "delay" or "transientfailure" or "temporaryfail" or "temporary" =>
                DeliveryAction.Delayed,
            "delivered" or "delivery" or "sent" => DeliveryAction.Delivered,
            _ => null,
        };
    }

    private static IEnumerable<Observation> Observe(Event one, SourceText passage, byte[] octets)
    {
        var recipients = one.Recipients;
        foreach (var recipient in recipients.Take(200))
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
            foreach (var member in about.Where(member => StatusNames.Contains(member.Name)))
                if (observation.FieldStatus is null && CodeFinder.NextStatus(member.Value, 0) is var (status, at, length) && at == 0)
                {
                    observation.FieldStatus = status;
                    observation.FieldStatusWords = Words(member, passage, octets).Slice(0, length);
                }

            // The longest text is the server's own words; short ones are the service's summary.
            foreach (var member in about.Where(member => ReplyNames.Contains(member.Name)).OrderByDescending(member =>
                member.Value.Length).Take(4))
            {
                var words = Words(member, passage, octets);
                observation.Add(words.Text.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase)
                    ? words.Slice(5) : words, observation.Candidates.Count == 0 ? Nearness.Reply : Nearness.Reporter);
            }

            foreach (var member in about.Where(member => CodeNames.Contains(member.Name) && member.Value is [>= '4' and <= '5', _, _]))
                if (observation.Candidates.TrueForAll(candidate => candidate.Codes.Code is null)
                    && int.TryParse(member.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int code))
                    observation.Candidates.Add(
                        new Candidate(Words(member, passage, octets), new FoundCode(code, 0, null, -1, 0, 3), Nearness.Reply));
            foreach (var member in one.Of(KindNames))
                observation.Candidates.Add(new Candidate(Words(member, passage, octets), FoundCode.None, Nearness.Reporter));
            yield return observation;
        }
    }

    private static Excerpt Words(Member member, SourceText passage, byte[] octets)
    {
        int start = Encoding.UTF8.GetCharCount(octets, 0, member.Start);
        int length = Encoding.UTF8.GetCharCount(octets, member.Start, member.Length);
        if (!passage.Text.AsSpan(start, length).Contains('\\'))
            return Excerpt.From(passage, start, start + length);
        char[] text = passage.Text.ToCharArray();
        MailLog.JsonLog.Undo(passage.Text.AsSpan(start, length), text.AsSpan(start, length));
        return Excerpt.From(passage.Respelled(new string(text)), start, start + length);
    }

    /// <summary>Reads every JSON value of the text, one behind the other.</summary>
    private static bool ReadAll(byte[] octets, List<Event> events)
    {
        int at = 0;
        while (at < octets.Length && events.Count < MostEvents)
        {
            if (octets[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)',')
            {
                at++;
                continue;
            }

            try
            {
                var reader = new Utf8JsonReader(octets.AsSpan(at), isFinalBlock: true,
                    new JsonReaderState(new JsonReaderOptions
                    {
                        MaxDepth = MostDepth,
                        AllowTrailingCommas = true,
                        AllowMultipleValues = true
                    }));
                ReadOne(ref reader, at, events);
                at += (int)Math.Max(1, reader.BytesConsumed);
            }
            catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
            {
                // The second: half of a surrogate pair, which is JSON and no text.
                return events.Count > 0;
            }
        }

        return events.Count > 0;
    }

    private static void ReadOne(ref Utf8JsonReader reader, int offset, List<Event> events)
    {
        string name = "";
        int eventDepth = 0, objects = 0;
        var open = new Stack<int>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when reader.CurrentDepth == 0:
                    eventDepth = 1;
                    break;
                case JsonTokenType.StartObject:
                    open.Push(++objects);
                    if (reader.CurrentDepth == eventDepth && events.Count < MostEvents)
                        events.Add(new Event());
                    break;
                case JsonTokenType.EndObject:
                    open.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    name = reader.GetString() ?? "";
                    break;
                case JsonTokenType.Number when open.Count > 0 && events.Count > 0 && reader.ValueSpan.Length == 3
                    && CodeNames.Contains(name):
                    Take(events, new Member(name, Encoding.ASCII.GetString(reader.ValueSpan), offset + (int)reader.TokenStartIndex, 3,
                        open.Peek()), reader.CurrentDepth);
                    break;
                case JsonTokenType.String when open.Count > 0 && events.Count > 0 && reader.GetString() is { Length: > 0 and < 8192 } text:
                    Take(events, new Member(name, text, offset + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length,
                        open.Peek()), reader.CurrentDepth);
                    break;
            }

            if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                return;
        }
    }

    /// <summary>A notification service wraps the event as text in <c>Message</c>: its members count as the event's own.</summary>
    private static void Take(List<Event> events, Member member, int depth)
    {
        if (depth < 3 && member.Value.AsSpan().TrimStart() is ['{', '"', ..])
        {
            var inner = new List<Event>();
            if (ReadAll(Encoding.UTF8.GetBytes(member.Value), inner))
                foreach (var inside in inner.SelectMany(one => one.Members))
                    events[^1].Members.Add(inside with { Start = member.Start, Length = member.Length });
            return;
        }

        events[^1].Members.Add(member);
    }
}
