using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Web.Control;

/// <summary>
/// An event of the journal in JSON, on the control socket and in <c>trace --json</c>: the one place that writes and reads it.
/// </summary>
public sealed class JournalJson : JsonConverter<JournalEvent>
{
    /// <summary>The event with what the catalogue says of its reply.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="happened">The event.</param>
    /// <param name="reason">The reason's word; null for none.</param>
    /// <param name="meaning">One sentence in the reader's language; null for none.</param>
    /// <param name="others">Other causes it may be: the reason's word, a sentence, how to tell that it is this one.</param>
    public static void Write(
        Utf8JsonWriter json, JournalEvent happened, string? reason, string? meaning,
        IReadOnlyList<(string Reason, string Meaning, string? Tell)> others) =>
        Write(json, happened, ControlJson.Lines.Options, reason, meaning, others);

    public override void Write(Utf8JsonWriter writer, JournalEvent value, JsonSerializerOptions options) =>
        Write(writer, value, options, null, null, []);

    public override JournalEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var json = document.RootElement;
        if (!Enum.TryParse(Text("kind"), ignoreCase: true, out JournalKind kind))
            throw new JsonException("an event of the journal is of an unknown kind");
        return new JournalEvent
        {
            Position = Number("position") ?? 0,
            Kind = kind,
            At = json.GetProperty("at").GetDateTimeOffset(),
            Session = Text("session"),
            QueueId = Text("queueId"),
            Outbound = json.TryGetProperty("outbound", out var outbound) && outbound.GetBoolean(),
            Peer = IPAddress.TryParse(Text("peer"), out var peer) ? peer : null,
            PeerName = Text("peerName"),
            Stage = StageNames.Find(Text("stage")),
            Command = Text("command"),
            Entry = Text("entry"),
            Code = (int?)Number("code"),
            Status = Text("status"),
            Text = Text("text"),
            Reason = Text("reason"),
            Sender = Text("sender"),
            Recipient = Text("recipient"),
            Rule = Text("rule"),
            VerdictId = Text("verdict"),
            Facts = json.TryGetProperty("facts", out var facts)
                ? [.. facts.EnumerateArray().Select(fact => fact.Deserialize(TypeOf<Fact>(options))!)]
                : [],
            NextAttempt = json.TryGetProperty("nextAttempt", out var next) ? next.GetDateTimeOffset() : null,
            MessageId = Text("messageId"),
            Login = Text("login"),
            ReverseName = Text("reverseName"),
            Size = Number("size"),
            Detail = json.TryGetProperty("detail", out var detail) ? detail.Deserialize(TypeOf<Finding>(options)) : null,
        };

        string? Text(string name) => json.TryGetProperty(name, out var found) ? found.GetString() : null;

        long? Number(string name) => json.TryGetProperty(name, out var found) ? found.GetInt64() : null;
    }

    private static void Write(
        Utf8JsonWriter json, JournalEvent happened, JsonSerializerOptions options, string? reason, string? meaning,
        IReadOnlyList<(string Reason, string Meaning, string? Tell)> others)
    {
        json.WriteStartObject();
        WriteEvent(json, happened, options);
        json.WriteText("reason", reason ?? happened.Reason);
        json.WriteText("meaning", meaning);
        if (others.Count > 0)
        {
            json.WriteStartArray("alternatives");
            foreach (var other in others)
            {
                json.WriteStartObject();
                json.WriteString("reason", other.Reason);
                json.WriteString("meaning", other.Meaning);
                json.WriteText("tell", other.Tell);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, JournalEvent happened, JsonSerializerOptions options)
    {
        json.WriteNumber("position", happened.Position);
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(happened.Kind.ToString()));
        json.WriteString("at", happened.At);
        Text("session", happened.Session);
        Text("queueId", happened.QueueId);
        json.WriteBoolean("outbound", happened.Outbound);
        Text("peer", happened.Peer?.ToString());
        Text("peerName", happened.PeerName);
        Text("stage", happened.Stage?.Name());
        Text("command", happened.Command);
        Text("entry", happened.Entry);
        Number("code", happened.Code);
        Text("status", happened.Status);
        Text("text", happened.Text);
        Text("sender", happened.Sender);
        Text("recipient", happened.Recipient);
        Text("rule", happened.Rule);
        Text("verdict", happened.VerdictId);
        if (happened.Facts.Count > 0)
            Facts(happened.Facts);
        if (happened.NextAttempt is { } next)
            json.WriteString("nextAttempt", next);
        Text("messageId", happened.MessageId);
        Text("login", happened.Login);
        Text("reverseName", happened.ReverseName);
        Number("size", happened.Size);
        if (happened.Detail is { } detail)
        {
            json.WritePropertyName("detail");
            JsonSerializer.Serialize(json, detail, TypeOf<Finding>(options));
        }

        void Text(string name, string? value) => json.WriteText(name, value);

        void Number(string name, long? value)
        {
            if (value is { } number)
                json.WriteNumber(name, number);
        }

        void Facts(IReadOnlyList<Fact> facts)
        {
            json.WriteStartArray("facts");
            foreach (var fact in facts)
                JsonSerializer.Serialize(json, fact, TypeOf<Fact>(options));
            json.WriteEndArray();
        }
    }

    private static JsonTypeInfo<T> TypeOf<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
