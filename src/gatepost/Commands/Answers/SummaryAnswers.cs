using System.Globalization;
using System.Text.Json;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands.Answers;

/// <summary>
/// What a postmaster reads in the morning: the causes, how often, at which destination, who acts, one example and what to do.
/// </summary>
internal sealed class SummaryAnswers(TextWriter output, AnswerTexts texts) : IAnswerWriter
{
    /// <summary>Groups that are written out; what is rarer is counted in the last line.</summary>
    private const int MostShown = 50;

    private readonly SummaryGroups groups = new();

    public void Begin()
    {
    }

    public void Write(DocumentReport document) => groups.Add(document);

    /// <summary>One line of a stream of lines.</summary>
    public void Write(Report report) => groups.Add(report);

    public void End()
    {
        var ordered = groups.Ordered;
        output.WriteLine(texts.Summary(groups.Reports, ordered.Count, groups.Silent));
        foreach (var group in ordered.Take(MostShown))
            Write(group);
        if (ordered.Count > MostShown)
        {
            long rest = ordered.Skip(MostShown).Sum(group => group.Count);
            output.WriteLine();
            output.WriteLine(texts.SummaryRest(ordered.Count - MostShown, rest));
        }
    }

    private void Write(SummaryGroups.Group group)
    {
        var report = group.Example;
        output.WriteLine();
        string time = group.First is null ? "" : group.First == group.Last ? $"  {group.First}" : $"  {group.First} - {group.Last}";
        string who = string.Join(", ", AnswerTexts.Parties(report).Select(texts.Party));
        output.WriteLine(
            SafeText.Of(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{group.Count,7}  {report.Reason.Word}  {(group.Destination.Length > 0 ? group.Destination : "-")}  [{who}]{time}"),
                    AnswerTexts.MaxLength));
        Line(report.Reason == Reason.AutoReply ? texts.AutoReply : report.Meaning(texts.Language));
        string said = report.Said.Length > 160 ? report.Said[..160] + "..." : report.Said;
        if (said.Length > 0 || report.Recipient is not null)
            Line(texts.Example(said + (report.Recipient is { } to ? $" ({to})" : "")));
        foreach (var step in report.Steps(texts.Language).Take(3))
            Line($"{AnswerTexts.Capital(texts.Party(step.Who))}: {step.What}");
    }

    private void Line(string text) => output.WriteLine("         " + SafeText.Of(text, AnswerTexts.MaxLength));

    /// <summary>The same as one JSON object.</summary>
    public void WriteJson(Stream stream)
    {
        using var json = ReportJson.Writer(stream);
        json.WriteStartObject();
        json.WriteNumber("version", ReportJson.Version);
        json.WriteNumber("documents", groups.Documents);
        json.WriteNumber("unanswered", groups.Silent);
        json.WriteNumber("reports", groups.Reports);
        json.WriteStartArray("summary");
        foreach (var group in groups.Ordered)
            WriteJson(json, group);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
        stream.Flush();
    }

    private void WriteJson(Utf8JsonWriter json, SummaryGroups.Group group)
    {
        json.WriteStartObject();
        json.WriteString("destination", group.Destination);
        json.WriteNumber("count", group.Count);
        json.WriteString("first", group.First);
        json.WriteString("last", group.Last);
        json.WritePropertyName("example");
        ReportJson.Write(json, group.Example, DocumentKind.Unknown, texts.Language);
        json.WriteEndObject();
    }
}
