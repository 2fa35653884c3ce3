using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatepost.Replies;

/// <summary>
/// A finding in JSON: <c>{"entry": "no-reverse-name", "arguments": {"client": "192.0.2.7"}, "text": "192.0.2.7 has no reverse name"}</c>.
/// </summary>
/// <remarks>
/// The text is in English, for people; programs read entry and arguments. A plain text is read as the sentence of an older record.
/// </remarks>
public sealed class FindingJson : JsonConverter<Finding>
{
    public override Finding? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return EvidenceJson.ReadFinding(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Finding value, JsonSerializerOptions options) => EvidenceJson.Write(writer, value);
}

/// <summary>
/// A fact in JSON: <c>{"key": "limit", "type": "number", "value": 100}</c>, with <c>about</c> where it is about something.
/// </summary>
/// <remarks>
/// Types: text, number, octets, duration (seconds), time (RFC 3339), address, list, entry (a finding), in older records recorded.
/// </remarks>
public sealed class FactJson : JsonConverter<Fact>
{
    public override Fact? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return EvidenceJson.ReadFact(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Fact value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("key", value.Key);
        if (value.About is { } about)
        {
            writer.WritePropertyName("about");
            EvidenceJson.WriteValue(writer, about);
        }

        writer.WriteString("type", value.Entry is null && value.Value is string ? EvidenceJson.Recorded : EvidenceJson.TypeOf(value.Value));
        writer.WritePropertyName("value");
        EvidenceJson.WriteValue(writer, value.Value);
        writer.WriteEndObject();
    }
}

/// <summary>What findings and facts share in JSON.</summary>
internal static class EvidenceJson
{
    public const string Recorded = "recorded";

    /// <summary>As in <see cref="FactJson"/>.</summary>
    public static string TypeOf(object? value) => value switch
    {
        int or long or double => "number",
        Octets => "octets",
        TimeSpan => "duration",
        DateTimeOffset => "time",
        IPAddress => "address",
        Finding => "entry",
        string => "text",
        IReadOnlyList<string> => "list",
        _ => "text",
    };

    public static void Write(Utf8JsonWriter writer, Finding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("entry", finding.Id);
        if (finding.Arguments.Count > 0 && finding.Id != Finding.Recorded)
        {
            writer.WriteStartObject("arguments");
            for (int i = 0; i < finding.Arguments.Count; i++)
            {
                writer.WritePropertyName(finding.Entry?.Parameters[i] ?? $"{i + 1}");
                WriteValue(writer, finding.Arguments[i]);
            }

            writer.WriteEndObject();
        }

        writer.WriteString("text", finding.ToString());
        writer.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case int or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double real:
                writer.WriteNumberValue(real);
                break;
            case Octets octets:
                writer.WriteNumberValue(octets.Count);
                break;
            case TimeSpan span:
                writer.WriteNumberValue(span.TotalSeconds);
                break;
            case DateTimeOffset instant:
                writer.WriteStringValue(instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
                break;
            case Finding finding:
                Write(writer, finding);
                break;
            case IReadOnlyList<string> list:
                writer.WriteStartArray();
                foreach (string item in list)
                    writer.WriteStringValue(item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    public static Finding? ReadFinding(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
            return Finding.Read(json.GetString()!);
        if (json.ValueKind != JsonValueKind.Object || Text(json, "entry") is not { } id)
            return null;
        if (id == Finding.Recorded)
            return Finding.Read(Text(json, "text") ?? "");

        var entry = EvidenceEntry.Find(id);
        var types = entry?.GetType().GetGenericArguments() ?? [];
        var arguments = new List<object?>();
        if (json.TryGetProperty("arguments", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var argument in given.EnumerateObject())
                arguments.Add(ReadValue(argument.Value, TypeName(arguments.Count < types.Length ? types[arguments.Count] : null)));
        }

        return new Finding(entry?.Parameters.Count == arguments.Count ? entry : null, id, arguments);
    }

    public static Fact? ReadFact(JsonElement json)
    {
        // Quarantine of an older version: {"Name": "filter", "Value": "clamav"}.
        if (Text(json, "Name") is { } name)
            return Fact.Read(name, Text(json, "Value") ?? "");
        if (Text(json, "key") is not { } key || !json.TryGetProperty("value", out var value))
            return null;
        string type = Text(json, "type") ?? "text";
        if (type == Recorded)
            return Fact.Read(key, Text(json, "value") ?? "");
        var entry = FactEntry.Find(key);
        var types = entry?.GetType().GetGenericArguments() ?? [];
        object? about = json.TryGetProperty("about", out var said) ? ReadValue(said, TypeName(types.Length == 2 ? types[0] : null)) : null;
        return new Fact(entry, key, about, ReadValue(value, type) ?? "");
    }

    private static string? TypeName(Type? type) => type switch
    {
        null => null,
        _ when type == typeof(Octets) => "octets",
        _ when type == typeof(TimeSpan) => "duration",
        _ when type == typeof(DateTimeOffset) => "time",
        _ when type == typeof(IPAddress) => "address",
        _ => null,
    };

    private static object? ReadValue(JsonElement json, string? type) => (json.ValueKind, type) switch
    {
        (JsonValueKind.Number, "octets") => new Octets(json.TryGetInt64(out long octets) ? octets : 0),
        (JsonValueKind.Number, "duration") => TimeSpan.FromSeconds(Math.Clamp(json.GetDouble(), -1e11, 1e11)),
        (JsonValueKind.Number, _) => json.TryGetInt64(out long number) ? (object)number : json.GetDouble(),
        (JsonValueKind.String, "time") => json.TryGetDateTimeOffset(out var instant) ? (object)instant : json.GetString(),
        (JsonValueKind.String, "address") => IPAddress.TryParse(json.GetString(), out var address) ? (object)address : json.GetString(),
        (JsonValueKind.String, _) => json.GetString(),
        (JsonValueKind.Array, _) => json.EnumerateArray().Select(item => item.GetString() ?? "").ToList(),
        (JsonValueKind.Object, _) => ReadFinding(json),
        _ => null,
    };

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String
            ? found.GetString() : null;
}
