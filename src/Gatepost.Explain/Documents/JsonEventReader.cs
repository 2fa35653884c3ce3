using System.Text;
using System.Text.Json;

namespace Gatepost.Explain.Documents;

/// <summary>Reads JSON values, one behind the other, into events: their text members, whatever their depth.</summary>
internal sealed class JsonEventReader
{
    private const int MostEvents = 1000;

    private const int MostDepth = 24;

    /// <summary>Longer texts are bodies of messages, not what a server said.</summary>
    private const int LongestText = 8192;

    /// <summary>Members that hold a reply code as a number of JSON.</summary>
    public static readonly HashSet<string> CodeNames = JsonEvent.Names("code", "smtpcode", "smtp_code", "smtp-code", "replycode",
        "reply_code", "response_code");

    private readonly List<JsonEvent> events = [];

    /// <summary>The events up to the end of the text, or to where it is no JSON any more; empty if it never is.</summary>
    public static List<JsonEvent> Read(byte[] octets)
    {
        var reading = new JsonEventReader();
        int at = 0;
        while (at < octets.Length && reading.events.Count < MostEvents)
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
                reading.ReadOne(ref reader, at);
                at += (int)Math.Max(1, reader.BytesConsumed);
            }
            catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
            {
                // The second: half of a surrogate pair, which is JSON and no text.
                break;
            }
        }

        return reading.events;
    }

    private void ReadOne(ref Utf8JsonReader reader, int offset)
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
                        events.Add(new JsonEvent());
                    break;
                case JsonTokenType.EndObject:
                    open.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    name = reader.GetString() ?? "";
                    break;
                case JsonTokenType.Number when open.Count > 0 && events.Count > 0 && reader.ValueSpan.Length == 3
                    && CodeNames.Contains(name):
                    events[^1].Members.Add(new JsonMember(name, Encoding.ASCII.GetString(reader.ValueSpan),
                        offset + (int)reader.TokenStartIndex, 3, open.Peek()));
                    break;
                case JsonTokenType.String when open.Count > 0 && events.Count > 0
                    && reader.GetString() is { Length: > 0 and < LongestText } text:
                    events[^1].Members.Add(new JsonMember(name, text, offset + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length,
                        open.Peek()));
                    break;
            }

            if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                return;
        }
    }
}
