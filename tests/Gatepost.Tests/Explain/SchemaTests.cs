using System.Text.Json;
using Gatepost.Commands.Answers;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Web.Control;
using Json.Schema;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>What is written as JSON is what docs/manual/explain.schema.json promises.</summary>
public sealed class SchemaTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "manual", "explain.schema.json"));
    private static readonly Explainer Explainer = new(ReplyDatabase.BuiltIn);

    /// <summary>Real documents of every kind, and texts for the kinds that no file shows.</summary>
    private static IEnumerable<byte[]> Documents =>
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Explain", "Pasted")).Select(File.ReadAllBytes),
        .. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Explain", "Families")).Select(File.ReadAllBytes),
        .. Samples.Bounces.Values.Append(Samples.Letter).Concat(Texts).Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    private static readonly string[] Texts =
    [
        "550", "552 5.2.2 Mailbox full", "hello world", "250 2.0.0 Ok: queued as 4ABC12",
        "550 5.1.1 <a@b.example>: User unknown [G-J39PFDYT]",
        "220 mx.far.example\nEHLO me\n250 mx\nMAIL FROM:<ann@own.example>\n250 ok\nRCPT TO:<bob@far.example>\n550 5.1.1 No such user\n",
        "<feedback><report_metadata><org_name>x</org_name></report_metadata><policy_published><domain>example.com</domain>"
            + "</policy_published><record><row><source_ip>192.0.2.1</source_ip><count>2</count></row></record></feedback>",
        "{\"organization-name\":\"x\",\"date-range\":{\"start-datetime\":\"2026-01-01T00:00:00Z\","
            + "\"end-datetime\":\"2026-01-02T00:00:00Z\"},"
            + "\"report-id\":\"1\",\"policies\":[{\"policy\":{\"policy-type\":\"sts\",\"policy-domain\":\"example.com\"},"
            + "\"summary\":{\"total-successful-session-count\":5,\"total-failure-session-count\":2}}]}",
        "Return-Path: <>\nFrom: bob@example.net\nTo: ann@example.com\nSubject: x\nAuto-Submitted: auto-replied\n\nPlease prove that "
            + "you are human.\n",
    ];

    [Fact]
    public void Every_kind_of_answer_keeps_to_the_schema()
    {
        var kinds = new HashSet<DocumentKind>();
        foreach (byte[] octets in Documents)
        {
            var document = Explainer.Read(octets, "file");
            kinds.Add(document.Kind);
            foreach (var language in Languages.All)
                AssertKept(Text, json => ReportJson.Write(json, document, language));
        }

        Assert.Equal(Enum.GetValues<DocumentKind>(), kinds.Order());
    }

    [Fact]
    public void A_line_of_many_and_the_summary_keep_to_theirs()
    {
        string line = Definition("line");
        foreach (string text in Texts)
        {
            var report = Explainer.ReadLine(text, out var kind);
            AssertKept(line, json => ReportJson.Write(json, report, kind, Language.English));
        }

        using var stream = new MemoryStream();
        var summary = new JsonSummaryAnswers(stream, new AnswerTexts(ReplyDatabase.BuiltIn.TextsIn(Language.English)));
        summary.Begin();
        foreach (byte[] octets in Documents)
            summary.Write(Explainer.Read(octets, "file"));
        summary.End();
        AssertKept(Definition("summary"), stream.ToArray());
    }

    [Fact]
    public void The_file_has_the_version_that_is_written() =>
        Assert.Equal(ReportJson.Version, JsonDocument.Parse(Text).RootElement.GetProperty("version").GetInt32());

    [Fact]
    public void An_answer_of_another_form_is_noticed()
    {
        var schema = JsonSchema.FromText(Text);

        Assert.False(schema.Evaluate(Parsed("{\"version\":1,\"file\":null,\"kind\":\"letter\",\"reports\":[]}"u8)).IsValid);
        Assert.False(schema.Evaluate(Parsed("{\"version\":1,\"file\":null,\"kind\":\"code\",\"reports\":[],\"more\":1}"u8)).IsValid);
    }

    private static string Definition(string name) =>
        $$"""{"$ref":"#/$defs/{{name}}","$defs":{{JsonDocument.Parse(Text).RootElement.GetProperty("$defs")}}}""";

    private static void AssertKept(string schema, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = ReportJson.Writer(stream))
            write(json);
        AssertKept(schema, stream.ToArray());
    }

    private static void AssertKept(string schema, ReadOnlySpan<byte> written)
    {
        var results = JsonSchema.FromText(schema).Evaluate(Parsed(written), new EvaluationOptions { OutputFormat = OutputFormat.List });

        Assert.True(results.IsValid, string.Join('\n', (results.Details ?? []).Where(detail => detail.Errors is { Count: > 0 })
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}").Take(5)));
    }

    private static JsonElement Parsed(ReadOnlySpan<byte> json) => JsonDocument.Parse(json.ToArray()).RootElement;
}
