using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Policy.Rules;

/// <summary>What DNS answered, as evidence: records or what came instead, and the TTL.</summary>
internal static class DnsFacts
{
    /// <summary>Records shown of one answer.</summary>
    private const int MaxShown = 4;

    public static Fact Mx(string domain, DnsAnswer<MxRecord> answer) =>
        OurFacts.Mx.Is(
            domain, Show(answer, static record => $"{record.Preference} {(record.Exchange.Length > 0 ? record.Exchange : ".")}"));

    public static Finding Show<T>(DnsAnswer<T> answer) => Show(answer, static record => $"{record}");

    /// <summary>A "no" has a TTL of its own where the zone states one (RFC 2308); a silence has none, only its cause.</summary>
    private static Finding Show<T>(DnsAnswer<T> answer, Func<T, string> show) => answer switch
    {
        { Outcome: DnsOutcome.Found, Records.Count: > MaxShown } =>
            WithTtl(
                OurEvidence.DnsFoundMore.Say([.. answer.Records.Take(MaxShown).Select(show)], answer.Records.Count - MaxShown), answer.Ttl),
        { Outcome: DnsOutcome.Found } => WithTtl(OurEvidence.DnsFound.Say([.. answer.Records.Select(show)]), answer.Ttl),
        { Outcome: DnsOutcome.NoSuchName, Detail: { } cause } => OurEvidence.DnsNoSuchNameBecause.Say(cause),
        { Outcome: DnsOutcome.NoSuchName } => WithTtl(OurEvidence.DnsNoSuchName.Say(), answer.Ttl),
        { Outcome: DnsOutcome.NoRecords } => WithTtl(OurEvidence.DnsNoRecords.Say(), answer.Ttl),
        { Detail: { } cause } => OurEvidence.DnsNoAnswer.Say(cause),
        _ => OurEvidence.DnsSilence.Say(),
    };

    /// <summary>With the TTL where the answer has one.</summary>
    public static Finding WithTtl(Finding answer, TimeSpan ttl) =>
        ttl > TimeSpan.Zero ? OurEvidence.WithTtl.Say(answer, (int)ttl.TotalSeconds) : answer;
}
