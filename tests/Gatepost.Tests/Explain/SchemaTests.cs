using System.Text;
using System.Text.Json;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>What is written as JSON is what docs/manual/explain.schema.json promises.</summary>
public sealed class SchemaTests
{
    private static readonly JsonElement Schema =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "manual", "explain.schema.json"))).RootElement;

    [Fact]
    public void Every_kind_of_answer_keeps_to_the_schema()
    {
        var explainer = new Explainer(ReplyDatabase.BuiltIn);
        string[] texts =
        [
            .. Samples.Bounces.Values, Samples.Letter, "550", "552 5.2.2 Mailbox full", "hello world",
            "{\"event\":\"bounce\",\"email\":\"bob@example.org\",\"reason\":\"552 5.2.2 Mailbox full\"}",
            "<feedback><report_metadata><org_name>x</org_name></report_metadata><policy_published><domain>example.com</domain></policy_published>"
                + "<record><row><source_ip>192.0.2.1</source_ip><count>2</count></row></record></feedback>",
            "Return-Path: <>\nFrom: bob@example.net\nTo: ann@example.com\nSubject: x\nAuto-Submitted: auto-replied\n\nPlease prove that "
                + "you are human.\n",
        ];

        var kinds = new HashSet<DocumentKind>();
        foreach (string text in texts)
        {
            var document = explainer.Read(text);
            kinds.Add(document.Kind);
            using var stream = new MemoryStream();
            using (var json = ReportJson.Writer(stream))
                ReportJson.Write(json, document, Language.English);
            Assert.Equal("", Fault(JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement, Schema, "$"));
        }

        Assert.True(kinds.Count >= 7);
        Assert.Equal(ReportJson.Version, Schema.GetProperty("version").GetInt32());
    }

    /// <summary>The first place where a value is not what the schema says, or nothing: the keywords that the file uses.</summary>
    private static string Fault(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Fault(value, Schema.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]), path);
        if (schema.TryGetProperty("enum", out var allowed)
            && !allowed.EnumerateArray().Any(one => one.ToString() == value.ToString() && one.ValueKind == value.ValueKind))
            return $"{path}: {value} is none of the words";
        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type))
            return $"{path}: {value.ValueKind} is no {type}";
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray())
                if (!value.TryGetProperty(name.GetString()!, out _))
                    return $"{path}: {name} is missing";
        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
            foreach (var member in value.EnumerateObject())
            {
                bool known = properties.TryGetProperty(member.Name, out var inner);
                bool open = !schema.TryGetProperty("additionalProperties", out var additional)
                    || additional.ValueKind != JsonValueKind.False;
                string fault = known ? Fault(member.Value, inner, $"{path}.{member.Name}") : open ? ""
                    : $"{path}: {member.Name} is not in the schema";
                if (fault.Length > 0)
                    return fault;
            }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            return value.EnumerateArray().Select((one, i) => Fault(one, items, $"{path}[{i}]")).FirstOrDefault(fault => fault.Length > 0)
                ?? "";
        return "";
    }

    private static bool IsOf(JsonElement value, JsonElement type)
    {
        if (type.ValueKind == JsonValueKind.Array)
            return type.EnumerateArray().Any(one => IsOf(value, one));
        return type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => value.ValueKind == JsonValueKind.Null,
        };
    }
}
