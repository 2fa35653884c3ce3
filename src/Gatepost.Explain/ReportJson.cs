using System.Text.Json;
using Gatepost.Explain.Observations;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Writes answers as JSON Lines: one object for each document, no line break inside.</summary>
public static class ReportJson
{
    /// <summary>Letters of every script as they are; still safe against HTML and control characters.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = SafeJson.Encoder, SkipValidation = true };

    /// <summary>
    /// Grows when a member changes its meaning or goes; new members do not count. That of docs/manual/explain.schema.json.
    /// </summary>
    public const int Version = 1;

    /// <summary>A writer with the options that the other methods expect.</summary>
    public static Utf8JsonWriter Writer(Stream output) => new(output, Options);

    /// <summary>Writes <c>{"file", "kind", "reports": [...]}</c>.</summary>
    /// <param name="json">Where to; not flushed.</param>
    /// <param name="document">The answer.</param>
    /// <param name="language">Language of the texts in it.</param>
    /// <param name="more">Adds members to the object of a report.</param>
    public static void Write(
        Utf8JsonWriter json, DocumentReport document, Language language, Action<Utf8JsonWriter, Report>? more = null)
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("file", document.File);
        if (document.Message is { } number)
            json.WriteNumber("message", number);
        json.WriteString("kind", NameOf(document.Kind));
        if (document.Error is { } error)
            json.WriteString("error", error);
        WriteReports(json, "reports", document.Reports, language, more);
        if (document.Enclosed.Count > 0)
            WriteReports(json, "enclosed", document.Enclosed, language, more);
        DocumentJson.Write(json, document, language);
        json.WriteEndObject();
    }

    private static void WriteReports(
        Utf8JsonWriter json, string name, IReadOnlyList<Report> reports, Language language, Action<Utf8JsonWriter, Report>? more)
    {
        json.WriteStartArray(name);
        foreach (var report in reports)
        {
            json.WriteStartObject();
            WriteFields(json, report, language);
            more?.Invoke(json, report);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes one report as an object of its own, as <c>--lines</c> does.</summary>
    public static void Write(Utf8JsonWriter json, Report report, DocumentKind kind, Language language)
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("kind", NameOf(kind));
        WriteFields(json, report, language);
        json.WriteEndObject();
    }

    /// <summary><c>bounce</c>, <c>mail-log</c>, <c>auto-reply</c>, ...</summary>
    public static string NameOf(DocumentKind kind) => KebabCase.Of(kind);

    private static void WriteFields(Utf8JsonWriter json, Report report, Language language)
    {
        json.WriteString("recipient", report.Recipient);
        json.WriteString("reason", report.Reason.Word);
        json.WriteString("enhancedStatus", report.EnhancedStatus?.ToString());
        if (report.ReplyCode is { } code)
            json.WriteNumber("replyCode", code);
        else
            json.WriteNull("replyCode");
        json.WriteString("permanence", report.Permanence switch { Permanence.Hard => "hard", Permanence.Soft => "soft", _ => null });
        json.WriteString("action", report.Action == DeliveryAction.Unknown ? null : KebabCase.Of(report.Action));
        json.WriteString("outcome", NameOf(report.Outcome));
        WriteActors(json, report.Actors);
        json.WriteString("retry", KebabCase.Of(report.Retry));
        json.WriteString("confidence", KebabCase.Of(report.Confidence));
        json.WriteString("basis", KebabCase.Of(report.Basis));
        json.WriteStartArray("evidence");
        foreach (var words in report.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("text", words.Text);
            json.WriteNumber("offset", words.Offset);
            json.WriteString("part", words.Part);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("entry", report.Entry.Id);
        json.WriteString("time", report.Time);
        json.WriteString("remoteHost", report.RemoteHost);
        json.WriteString("stage", report.Stage?.Name());
        json.WriteString("verdictId", report.VerdictId);
        json.WriteString("queueId", report.QueueId);
        json.WriteBoolean("numberMisleads", report.NumberMisleads);
        FactsJson.Write(json, report.Facts);
        WriteReplies(json, report);
        WriteStatements(json, report);
        WriteAlternatives(json, report, language);
        WriteTexts(json, report, language);
    }

    private static void WriteReplies(Utf8JsonWriter json, Report report)
    {
        json.WriteStartArray("replies");
        foreach (var reply in report.Replies)
        {
            json.WriteStartObject();
            json.WriteString("speaker", KebabCase.Of(reply.Speaker));
            if (reply.Code is { } code)
                json.WriteNumber("code", code);
            if (reply.Status is { } status)
                json.WriteString("status", status.ToString());
            json.WriteString("text", reply.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStatements(Utf8JsonWriter json, Report report)
    {
        json.WriteString("because", KebabCase.Of(report.Because));
        json.WriteStartArray("statements");
        foreach (var statement in report.Statements)
        {
            json.WriteStartObject();
            json.WriteString("speaker", KebabCase.Of(statement.Speaker));
            json.WriteString("stage", statement.Stage?.Name());
            if (statement.Code is { } code)
                json.WriteNumber("code", code);
            if (statement.Status is { } status)
                json.WriteString("status", status.ToString());
            json.WriteString("text", statement.Text);
            json.WriteString("reason", statement.Reason?.Word);
            json.WriteString("standing", KebabCase.Of(statement.Standing));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAlternatives(Utf8JsonWriter json, Report report, Language language)
    {
        json.WriteStartArray("alternatives");
        foreach (var reason in report.Alternatives)
        {
            json.WriteStartObject();
            json.WriteString("reason", reason.Word);
            json.WriteString("meaning", report.MeaningOf(reason, language));
            json.WriteString("tell", report.TellOf(reason, language));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, Report report, Language language)
    {
        json.WriteStartObject("text");
        json.WriteString("language", language.Code());
        json.WriteString("meaning", report.Meaning(language));
        json.WriteStartArray("steps");
        foreach (var step in report.Steps(language))
        {
            json.WriteStartObject();
            json.WriteString("who", NameOf(step.Who));
            json.WriteString("what", step.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.HelpUrl is { } help)
            json.WriteString("help", help);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>"whoActs": ["sender", ...]</c>.</summary>
    internal static void WriteActors(Utf8JsonWriter json, Actors actors)
    {
        json.WriteStartArray("whoActs");
        foreach (var party in Advice.Parties)
            if (actors.HasFlag(party))
                json.WriteStringValue(NameOf(party));
        json.WriteEndArray();
    }

    internal static string NameOf(Actors party) => party switch
    {
        Actors.Sender => "sender",
        Actors.SenderAdmin => "sender-admin",
        Actors.Recipient => "recipient",
        Actors.RecipientAdmin => "recipient-admin",
        Actors.AddressOwner => "address-owner",
        _ => "nobody",
    };

    /// <summary><c>still-trying</c>, <c>refused</c>, ...; null if it is not said.</summary>
    public static string? NameOf(MessageOutcome outcome) => outcome == MessageOutcome.Unknown ? null : KebabCase.Of(outcome);
}
