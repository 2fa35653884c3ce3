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
        json.WriteText("ip", facts.Ip?.ToString());
        json.WriteText("domain", facts.Domain);
        json.WriteText("host", facts.Host);
        Number(json, "port", facts.Port);
        json.WriteText("helo", facts.Helo);
        json.WriteText("address", facts.Address);
        json.WriteText("list", facts.List);
        Number(json, "limit", facts.Limit);
        Number(json, "count", facts.Count);
        json.WriteText("period", facts.Period is { } period ? KebabCase.Of(period) : null);
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

        json.WriteText("tls", facts.Tls is { } fault ? KebabCase.Of(fault) : null);
        json.WriteText("link", facts.Link);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known)
            json.WriteNumber(name, known);
    }
}
