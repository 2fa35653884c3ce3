using System.Globalization;
using Gatepost.Dns;
using Gatepost.Smtp;

namespace Gatepost.Policy;

/// <summary>What DNS was asked and what it said, as evidence shows it: question, answer, TTL.</summary>
internal static class DnsFacts
{
    /// <summary>Records shown of one answer.</summary>
    private const int Most = 4;

    public static Fact Mx(string domain, DnsAnswer<MxRecord> answer) =>
        new($"MX of {domain}", Told(answer, static record => $"{record.Preference} {(record.Exchange.Length > 0 ? record.Exchange : ".")}"));

    public static Fact Of<T>(string question, DnsAnswer<T> answer) => new(question, Told(answer, static record => $"{record}"));

    /// <summary>A "no" has a TTL of its own where the zone says one (RFC 2308); a silence has none, only its cause.</summary>
    private static string Told<T>(DnsAnswer<T> answer, Func<T, string> show) => answer.Outcome switch
    {
        DnsOutcome.Found => string.Join(", ", answer.Records.Take(Most).Select(show)) + (answer.Records.Count > Most ? $" and {answer.Records.Count - Most} more" : "") + Ttl(answer.Ttl),
        DnsOutcome.NoSuchName => "NXDOMAIN" + (answer.Detail is { } detail ? $" ({detail})" : Ttl(answer.Ttl)),
        DnsOutcome.NoRecords => "no records" + Ttl(answer.Ttl),
        _ => "no answer: " + (answer.Detail ?? "silence"),
    };

    private static string Ttl(TimeSpan ttl) => ttl > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $", TTL {ttl.TotalSeconds:0} s") : "";
}
