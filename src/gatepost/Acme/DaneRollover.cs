using System.Security.Cryptography.X509Certificates;
using Gatepost.Delivery.Tls;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Acme;

/// <summary>Whether a new certificate may be used, as far as DANE goes: its TLSA record must be seen before the old one is left
/// (RFC 7671 §8.1).</summary>
/// <param name="dns">Asked for the records of port 25.</param>
internal sealed class DaneRollover(IResolver dns, TimeProvider time)
{
    /// <summary>For how long others may still have the old records, at least and at most.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromHours(1), LongestWait = TimeSpan.FromDays(2);

    /// <param name="hosts">Names that mail may come to: those with a TLSA record count.</param>
    /// <param name="current">What is in use, with its chain; empty for nothing.</param>
    /// <param name="next">What waits, with its chain.</param>
    /// <param name="seen">When the record of <paramref name="next"/> was first seen.</param>
    /// <returns>Why it must wait; null if it can be used. And since when its record is seen.</returns>
    public async ValueTask<(Finding? Wait, DateTimeOffset? Seen)> LookAsync(
        IReadOnlyList<string> hosts, X509Certificate2Collection current, X509Certificate2Collection next, DateTimeOffset? seen,
        CancellationToken cancel)
    {
        (Finding? Wait, DateTimeOffset? Seen) all = (null, null);
        foreach (string host in hosts)
        {
            var one = await LookAsync(host, current, next, seen, cancel).ConfigureAwait(false);
            // One name that is not ready holds the certificate; its time begins when the last record is seen.
            if (one.Wait is not null && (all.Wait is null || one.Seen is null))
                all = one;
        }

        return all;
    }

    private async ValueTask<(Finding? Wait, DateTimeOffset? Seen)> LookAsync(
        string host, X509Certificate2Collection current, X509Certificate2Collection next, DateTimeOffset? seen, CancellationToken cancel)
    {
        if (current.Count == 0 || !current[0].MatchesHostname(host))
            return (null, null);
        string name = $"_25._tcp.{host}";
        var answer = await dns.TlsaAsync(name, cancel).ConfigureAwait(false);
        string wanted = "3 1 1 " + TlsaMatch.Digest(next[0]);
        if (answer.Outcome == DnsOutcome.Unanswered)
        {
            // Silence is not "no". With the same key the record that may be there stays right.
            return (IsSameKey(current[0], next[0]) ? null : OurEvidence.AcmeTlsaUnanswered.Say(name, answer.Detail), seen);
        }

        var ofCurrent = answer.Records.Where(record => Fits(record, current)).ToList();
        var ofNext = answer.Records.Where(record => Fits(record, next)).ToList();
        if (ofCurrent.Count == 0 || ofNext.Intersect(ofCurrent).Any())
            return (null, null);
        if (ofNext.Count == 0)
            return (OurEvidence.AcmeWaitsForTlsa.Say(host, $"{name}. 3600 IN TLSA {wanted}"), null);
        var since = seen ?? time.GetUtcNow();
        var ttl = answer.Ttl < ShortestWait ? ShortestWait : answer.Ttl > LongestWait ? LongestWait : answer.Ttl;
        return (since + ttl > time.GetUtcNow() ? OurEvidence.AcmeTlsaSpreads.Say(host, since + ttl) : null, since);
    }

    /// <summary>Whether both have the same key.</summary>
    public static bool IsSameKey(X509Certificate2 one, X509Certificate2 other) => TlsaMatch.Digest(one) == TlsaMatch.Digest(other);

    /// <summary>Usage 3 is about the certificate itself, usage 2 about one that vouches for it.</summary>
    private static bool Fits(TlsaRecord record, X509Certificate2Collection chain) => record.Usage switch
    {
        3 => TlsaMatch.Fits(record, chain[0]),
        2 => chain.Skip(1).Any(above => TlsaMatch.Fits(record, above)),
        _ => false,
    };
}
