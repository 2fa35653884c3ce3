using System.Globalization;
using System.Text.Json;
using Gatepost.Replies;

namespace Gatepost.Delivery.Tls.Reports;

/// <summary>A report about TLS with a domain on one day (RFC 8460 §4.4).</summary>
public sealed record TlsReport
{
    public required string Id { get; init; }

    /// <summary>Who reports.</summary>
    public required string Organization { get; init; }

    /// <summary>Whom to ask about it.</summary>
    public required string Contact { get; init; }

    /// <summary>The day, in UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>What happened, each once, with the number of sessions.</summary>
    public required IReadOnlyList<(TlsResult Result, long Sessions)> Results { get; init; }

    /// <summary>As JSON in UTF-8.</summary>
    public byte[] ToJson()
    {
        using var octets = new MemoryStream();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = SafeJson.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("organization-name", Organization);
            json.WriteStartObject("date-range");
            json.WriteString("start-datetime", Time(Day.ToDateTime(TimeOnly.MinValue)));
            json.WriteString("end-datetime", Time(Day.ToDateTime(new TimeOnly(23, 59, 59))));
            json.WriteEndObject();
            json.WriteString("contact-info", Contact);
            json.WriteString("report-id", Id);
            json.WriteStartArray("policies");
            foreach (var policy in Results.GroupBy(one => KeyOf(one.Result.Policy)))
                Write(json, [.. policy]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return octets.ToArray();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<(TlsResult Result, long Sessions)> results)
    {
        var policy = results[0].Result.Policy;
        json.WriteStartObject();
        json.WriteStartObject("policy");
        json.WriteString("policy-type", policy.Type);
        if (policy.Lines.Count > 0)
            Write(json, "policy-string", policy.Lines);
        json.WriteString("policy-domain", policy.Domain);
        if (policy.Hosts.Count > 0)
            Write(json, "mx-host", policy.Hosts);
        json.WriteEndObject();
        var failed = results.Where(one => one.Result.Failure is not null).ToList();
        json.WriteStartObject("summary");
        json.WriteNumber("total-successful-session-count", results.Where(one => one.Result.Failure is null).Sum(one => one.Sessions));
        json.WriteNumber("total-failure-session-count", failed.Sum(one => one.Sessions));
        json.WriteEndObject();
        if (failed.Count > 0)
        {
            json.WriteStartArray("failure-details");
            foreach (var (result, sessions) in failed)
                Write(json, result.Failure!, sessions);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TlsFailure failure, long sessions)
    {
        json.WriteStartObject();
        json.WriteString("result-type", failure.Type);
        if (failure.Host is { } host)
            json.WriteString("receiving-mx-hostname", host);
        if (failure.Address is { } address)
            json.WriteString("receiving-ip", address.ToString());
        json.WriteNumber("failed-session-count", sessions);
        if (failure.Reason is { } reason)
            json.WriteString("failure-reason-code", reason);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string KeyOf(TlsReportPolicy policy) =>
        $"{policy.Type} {policy.Domain} {string.Join('\n', policy.Lines)}\n\n{string.Join('\n', policy.Hosts)}";

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
