using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>
/// Turns events into lines of the log. Text from outside is made safe: no line can be forged, no terminal controlled.
/// </summary>
internal sealed class EventLogLine(EventLogOptions options)
{
    private const int MaxValue = 1000;
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@.-_+:/<>[],;=*#$%&?!~^|(){}'");
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ArrayBufferWriter<byte> octets = new(16 * 1024);
    private readonly StringBuilder text = new();

    public ReadOnlyMemory<byte> Octets => octets.WrittenMemory;

    public void Clear() => octets.ResetWrittenCount();

    /// <summary>Accepted, refused, delivered, deferred, bounced, failures; not every reply.</summary>
    public static bool Matters(JournalEvent e) => e.Kind switch
    {
        JournalKind.Reply => !e.Outbound && e.Reply is { Code: >= 400 },
        JournalKind.Connected or JournalKind.Verdict => false,
        JournalKind.Tls => e.Reply is { Class: not 2 },
        JournalKind.Closed => e.Detail is not null,
        _ => true,
    };

    public void Add(JournalEvent e)
    {
        if (options.Journald)
            octets.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<{LevelOf(e)}>")));
        if (options.Json)
            AddJson(e);
        else
            AddText(e);
        octets.Write("\n"u8);
    }

    /// <summary>syslog's levels: 4 warning, 5 notice, 6 information.</summary>
    private static int LevelOf(JournalEvent e) => e.Kind switch
    {
        JournalKind.Accepted or JournalKind.Delivered => 6,
        JournalKind.Failed or JournalKind.Bounced => 4,
        _ => 5,
    };

    private static string NameOf(JournalEvent e) => e.Kind switch
    {
        JournalKind.Reply => "refused",
        JournalKind.Tls => "tls-failed",
        JournalKind.QueueChanged => "queue",
        _ => e.Kind.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<(string Name, string? Value)> ValuesOf(JournalEvent e)
    {
        yield return ("id", e.QueueId);
        yield return ("session", e.Session);
        yield return (e.Outbound ? "host" : "client", e.Peer is { } peer ? JournalKeys.Of(peer) : null);
        yield return (e.Outbound ? "host-name" : "helo", e.PeerName);
        yield return ("from", e.Sender is { } sender ? "<" + sender + ">" : null);
        yield return ("to", e.Recipient is { } recipient ? "<" + recipient + ">" : null);
        yield return ("size", e.Size?.ToString(CultureInfo.InvariantCulture));
        yield return ("stage", e.Stage?.Name());
        yield return ("command", e.Reply is { Code: >= 400 } ? e.Command : null);
        yield return ("entry", e.Reply?.Entry.Id);
        yield return ("reply", e.Reply?.ToString());
        yield return ("rule", e.Rule);
        yield return ("verdict", e.VerdictId);
        yield return ("next", e.NextAttempt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        yield return ("detail", e.Detail?.ToString());
    }

    private void AddText(JournalEvent e)
    {
        text.Clear();
        if (!options.Journald)
            text.Append(e.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ ", CultureInfo.InvariantCulture));
        text.Append(NameOf(e));
        foreach (var (name, value) in ValuesOf(e))
        {
            if (value is not null)
                AppendValue(text.Append(' ').Append(name).Append('='), value);
        }

        foreach (var fact in e.Facts)
            AppendValue(text.Append(' ').Append(NameOf(fact)).Append('='), fact.Text);
        foreach (var chunk in text.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, octets);
    }

    /// <summary>Numbers, octets and durations (seconds) as numbers, lists as lists, the rest as text.</summary>
    private static void WriteFact(Utf8JsonWriter json, Fact fact)
    {
        json.WritePropertyName(NameOf(fact));
        switch (fact.Value)
        {
            case int or long:
                json.WriteNumberValue(Convert.ToInt64(fact.Value, CultureInfo.InvariantCulture));
                break;
            case Octets octets:
                json.WriteNumberValue(octets.Count);
                break;
            case TimeSpan span:
                json.WriteNumberValue(span.TotalSeconds);
                break;
            case IReadOnlyList<string> list:
                json.WriteStartArray();
                foreach (string item in list)
                    json.WriteStringValue(SafeText.Of(item, MaxValue).ToString());
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(SafeText.Of(fact.Text, MaxValue).ToString());
                break;
        }
    }

    /// <summary>The key, and what it is about if there are several: <c>dnsbl-zen.example</c>.</summary>
    private static string NameOf(Fact fact) =>
        SafeText.Of(fact.About is { } about ? $"{fact.Key}-{Texts.English.Show(about)}" : fact.Key, MaxValue).ToString().Replace(' ', '-');

    private static void AppendValue(StringBuilder to, string value)
    {
        if (value.Length is > 0 and < MaxValue && !value.AsSpan().ContainsAnyExcept(Plain))
        {
            to.Append(value);
            return;
        }

        to.Append('"').Append(SafeText.Of(value, MaxValue).ToString().Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
    }

    private void AddJson(JournalEvent e)
    {
        using var json = new Utf8JsonWriter(octets, JsonOptions);
        json.WriteStartObject();
        json.WriteString("at", e.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("event", NameOf(e));
        foreach (var (name, value) in ValuesOf(e))
        {
            if (value is not null)
                json.WriteString(name, SafeText.Of(value, MaxValue));
        }

        if (e.Facts.Count > 0)
        {
            json.WriteStartObject("facts");
            foreach (var fact in e.Facts)
                WriteFact(json, fact);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
