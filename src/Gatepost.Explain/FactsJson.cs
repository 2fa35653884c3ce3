using System.Text.Json;
using Gatepost.Replies;

namespace Gatepost.Explain;

/// <summary>Writes what a text states of its case: <c>"facts": {"ip": "192.0.2.7", "list": "zen.spamhaus.org"}</c>.</summary>
internal static class FactsJson
{
    /// <summary>Only what is stated; sizes in octets, times in seconds.</summary>
    public static void Write(Utf8JsonWriter json, StatedFacts facts)
    {
        json.WriteStartObject("facts");
        Text(json, "ip", facts.Ip?.ToString());
        Text(json, "domain", facts.Domain);
        Text(json, "host", facts.Host);
        Number(json, "port", facts.Port);
        Text(json, "helo", facts.Helo);
        Text(json, "address", facts.Address);
        Text(json, "list", facts.List);
        Number(json, "limit", facts.Limit);
        Number(json, "count", facts.Count);
        Text(json, "period", facts.Period is { } period ? KebabCase.Of(period) : null);
        Number(json, "sizeLimit", facts.SizeLimit?.Octets);
        Number(json, "size", facts.Size?.Octets);
        Number(json, "waitSeconds", (long?)facts.Wait?.TotalSeconds);
        if (facts.SpfFailed || facts.DkimFailed || facts.DmarcFailed)
        {
            json.WriteStartArray("failedChecks");
            foreach (string check in facts.FailedChecks)
                json.WriteStringValue(check.ToLowerInvariant());
            json.WriteEndArray();
        }

        Text(json, "tls", facts.Tls is { } fault ? KebabCase.Of(fault) : null);
        Text(json, "link", facts.Link);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known)
            json.WriteNumber(name, known);
    }
}
