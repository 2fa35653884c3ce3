using System.Globalization;
using System.Text.Json;
using Gatepost.Explain.Observations;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Writes what a document is, and a report about many messages in short, into the document's JSON object.</summary>
internal static class DocumentJson
{
    public static void Write(Utf8JsonWriter json, DocumentReport document, Language language)
    {
        if (document.Note is { } note)
        {
            json.WriteStartObject("note");
            json.WriteString("word", note.Word);
            json.WriteString("meaning", note.Meaning(language));
            json.WriteStartArray("steps");
            foreach (var step in note.Steps(language))
            {
                json.WriteStartObject();
                json.WriteString("who", ReportJson.NameOf(step.Who));
                json.WriteString("what", step.What);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (document is { Digest: { } digest, Note: { } about })
            WriteDigest(json, digest, about, language);
    }

    private static void WriteDigest(Utf8JsonWriter json, ReportDigest digest, DocumentNote note, Language language)
    {
        json.WriteStartObject("digest");
        json.WriteString("reporter", digest.Reporter);
        json.WriteString("domain", digest.Domain);
        json.WriteString("begin", digest.Begin?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteString("end", digest.End?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteString("policy", digest.Policy);
        json.WriteNumber("total", digest.Total);
        json.WriteNumber("failed", digest.Failed);
        json.WriteStartArray("rows");
        foreach (var row in digest.Rows)
        {
            json.WriteStartObject();
            json.WriteString("who", row.Who);
            json.WriteNumber("count", row.Count);
            json.WriteString("problem", row.Problem);
            json.WriteString("detail", row.Detail);
            ReportJson.WriteActors(json, row.Actors);
            json.WriteString("meaning", note.Meaning(row, language));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
