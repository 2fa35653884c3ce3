using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatepost.Explain.Observations;

namespace Gatepost.Explain.Reports;

/// <summary>Reads TLS reports (RFC 8460 §4.4), bounded in depth and in the number of groups.</summary>
internal static class TlsReport
{
    private const int MostGroups = 500;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Do the first octets name the fields of one?</summary>
    public static bool Recognises(ReadOnlySpan<byte> octets)
    {
        var head = octets[..Math.Min(octets.Length, 8192)];
        return head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && head.IndexOf("\"policies\""u8) >= 0
            && (head.IndexOf("\"organization-name\""u8) >= 0 || head.IndexOf("\"report-id\""u8) >= 0
                || head.IndexOf("\"policy-type\""u8) >= 0);
    }

    /// <summary>Null if it is no such report or no JSON.</summary>
    public static ReportDigest? Read(byte[] octets)
    {
        if (octets.Length > Unpacker.Most || !Recognises(octets))
            return null;
        try
        {
            using var json = JsonDocument.Parse(
                System.Text.Unicode.Utf8.IsValid(octets) ? octets : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(octets)), Options);
            return Read(json.RootElement);
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            // The second: half of a surrogate pair, which is JSON and no text.
            return null;
        }
    }

    private static ReportDigest? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("policies", out var policies)
            || policies.ValueKind != JsonValueKind.Array)
            return null;
        string domain = "", kind = "";
        var groups = new Dictionary<(string, string, string), long>();
        foreach (var policy in policies.EnumerateArray().Take(100))
        {
            if (policy.ValueKind != JsonValueKind.Object)
                continue;
            var about = Member(policy, "policy");
            domain = Text(about, "policy-domain") is { Length: > 0 } named ? named : domain;
            kind = Text(about, "policy-type") is { Length: > 0 } type ? type : kind;
            var summary = Member(policy, "summary");
            long failed = Number(summary, "total-failure-session-count"), told = 0;
            Add(groups, (domain, "tls-pass", ""), Number(summary, "total-successful-session-count"));
            var details = Member(policy, "failure-details");
            if (details.ValueKind == JsonValueKind.Array)
                foreach (var detail in details.EnumerateArray().Take(10_000))
                    told += Add(groups, Failure(detail, domain), Number(detail, "failed-session-count"));
            Add(groups, (domain, "tls-validation-failure", ""), failed - told);
        }

        var range = Member(root, "date-range");
        var rows = groups.Select(group => new DigestRow(group.Key.Item1, group.Value, group.Key.Item2, group.Key.Item3));
        return new ReportDigest(Text(root, "organization-name"), domain, Time(range, "start-datetime"), Time(range, "end-datetime"),
            kind, Digest.Ordered(rows));
    }

    private static (string, string, string) Failure(JsonElement detail, string domain)
    {
        string host = Text(detail, "receiving-mx-hostname") is { Length: > 0 } mx ? mx : domain;
        string result = Text(detail, "result-type");
        string problem = Array.IndexOf(Known, result) >= 0 ? "tls-" + result : "tls-validation-failure";
        string[] parts = [result, Text(detail, "failure-reason-code"), Text(detail, "sending-mta-ip") is { Length: > 0 } from
            ? "from " + from : ""];
        return (host, problem, string.Join(", ", parts.Where(part => part.Length > 0)));
    }

    /// <summary>The results of RFC 8460 §4.3, each with words of its own.</summary>
    private static readonly string[] Known =
    [
        "starttls-not-supported", "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted", "validation-failure",
        "tlsa-invalid", "dnssec-invalid", "dane-required", "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid",
    ];

    private static long Add(Dictionary<(string, string, string), long> groups, (string, string, string) key, long count)
    {
        if (count <= 0)
            return 0;
        if (groups.Count >= MostGroups && !groups.ContainsKey(key))
            key = ("...", key.Item2, "");
        groups[key] = groups.GetValueOrDefault(key) + count;
        return count;
    }

    private static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var member) ? member : default;

    private static string Text(JsonElement of, string name)
    {
        string text = Member(of, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() ?? "" : "";
        return text.Length > 256 ? text[..256] : text;
    }

    private static long Number(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } member
            && member.TryGetInt64(out long number) ? Math.Clamp(number, 0, int.MaxValue) : 0;

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        DateTimeOffset.TryParse(Text(of, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
