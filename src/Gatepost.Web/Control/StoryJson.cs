using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.Replies;
using Gatepost.Smtp.Search;

namespace Gatepost.Web.Control;

/// <summary>A story in JSON, on the control socket and in <c>find --json</c>: the one place that writes and reads it.</summary>
public sealed class StoryJson : JsonConverter<Story>
{
    /// <summary>The story with what the catalogue says of its cause.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="story">The story.</param>
    /// <param name="meaning">One sentence in the reader's language; null for none.</param>
    /// <param name="whoCanAct">In that language too.</param>
    public static void Write(Utf8JsonWriter json, Story story, string? meaning, IReadOnlyList<string> whoCanAct)
    {
        json.WriteStartObject();
        json.WriteString("id", story.Id);
        json.WriteBoolean("isMessage", story.IsMessage);
        json.WriteString("outcome", NameOf(story.Outcome));
        json.WriteString("first", story.First);
        json.WriteString("last", story.Last);
        Text("sender", story.Sender);
        json.WriteStartArray("recipients");
        foreach (var recipient in story.Recipients)
        {
            json.WriteStartObject();
            json.WriteString("address", recipient.Address);
            json.WriteString("outcome", NameOf(recipient.Outcome));
            json.WriteNumber("decidedBy", recipient.Decided.Position);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Text("client", story.Client?.ToString());
        Text("clientName", story.ClientName);
        Text("session", story.Session);
        Text("login", story.Login);
        Text("messageId", story.MessageId);
        Strings("verdicts", story.Verdicts);
        if (story.Decided is { } decided)
            json.WriteNumber("decidedBy", decided.Position);
        Text("rule", story.Decided?.Rule);
        Text("entry", story.Decided?.Entry);
        Text("reason", story.Decided?.Reason);
        Text("meaning", meaning);
        Strings("whoCanAct", whoCanAct);
        json.WriteStartArray("events");
        foreach (var happened in story.Events)
            JournalJson.Write(json, happened, null, null, []);
        json.WriteEndArray();
        json.WriteEndObject();

        void Text(string name, string? value) => json.WriteText(name, value);

        void Strings(string name, IReadOnlyList<string> values)
        {
            if (values.Count == 0)
                return;
            json.WriteStartArray(name);
            foreach (string value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
    }

    /// <summary>In lower case, as <c>outcome:</c> takes it.</summary>
    public static string NameOf(StoryOutcome outcome) => JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString());

    public override void Write(Utf8JsonWriter writer, Story value, JsonSerializerOptions options) => Write(writer, value, null, []);

    /// <summary>All but the events follows from them.</summary>
    public override Story Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var json = document.RootElement;
        var events = json.GetProperty("events").EnumerateArray()
            .Select(one => one.Deserialize(ControlJson.Lines.JournalEvent) ?? throw new JsonException("an event of a story is null"))
            .ToList();
        if (events.Count == 0)
            throw new JsonException("a story has no events");
        return new Story(json.GetProperty("id").GetString()!, json.GetProperty("isMessage").GetBoolean(), events);
    }
}
