using System.Globalization;
using System.Net;
using Gatepost.Replies;

namespace Gatepost.Dns;

/// <summary>How a question ended. An unknown is its own outcome, never folded into "no".</summary>
public enum DnsOutcome
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name does not exist (NXDOMAIN).</summary>
    NoSuchName,

    /// <summary>The name exists without records of that type.</summary>
    NoRecords,

    /// <summary>Time-out, SERVFAIL, refusal or rubbish: nothing was learnt.</summary>
    Unanswered,
}

/// <summary>An answer with what is needed to show it as evidence.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Records">Empty unless found.</param>
/// <param name="Ttl">Smallest TTL of the answer; of a "no" what the zone says of it, zero where it says nothing.</param>
/// <param name="Authentic">Whether the resolver validated it by DNSSEC (AD bit).</param>
/// <param name="Detail">For <see cref="DnsOutcome.Unanswered"/>: what happened (<c>timed out after 5 s</c>, <c>SERVFAIL</c>).</param>
public sealed record DnsAnswer<T>(
    DnsOutcome Outcome, IReadOnlyList<T> Records, TimeSpan Ttl = default, bool Authentic = false, Finding? Detail = null)
{
    /// <summary>The name at the end of the aliases (CNAME) that were followed; null if there was none.</summary>
    public string? Canonical { get; init; }
}

/// <summary>One MX record; the exchange is without final dot, empty for the null MX (RFC 7505).</summary>
public readonly record struct MxRecord(int Preference, string Exchange);

/// <summary>One TLSA record (RFC 6698 §2.1), as it was published: nothing in it is checked yet.</summary>
/// <param name="Usage">0 to 3 have a meaning: 2 is DANE-TA, 3 is DANE-EE.</param>
/// <param name="Selector">0 is the whole certificate, 1 its public key.</param>
/// <param name="MatchingType">0 is the data itself, 1 its SHA-256, 2 its SHA-512.</param>
/// <param name="Data">What must match, in hexadecimal digits.</param>
public sealed record TlsaRecord(byte Usage, byte Selector, byte MatchingType, string Data)
{
    /// <summary>The three numbers, as everybody names such a record: <c>3 1 1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Usage} {Selector} {MatchingType}");
}

/// <summary>One SRV record (RFC 2782); the target is without final dot, empty for a service that is not offered.</summary>
public readonly record struct SrvRecord(int Priority, int Weight, int Port, string Target);

/// <summary>
/// Asks DNS. Names may be given with or without final dot, in A-labels or Unicode. Never throws for an answer or its absence.
/// </summary>
public interface IResolver
{
    ValueTask<DnsAnswer<MxRecord>> MxAsync(string domain, CancellationToken cancel);

    /// <summary>
    /// A and AAAA together, A first; CNAMEs are followed. Unanswered only where neither question gave addresses and one got no answer.
    /// </summary>
    ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancel);

    /// <summary>A only, for names that can have nothing else, as those of block lists.</summary>
    ValueTask<DnsAnswer<IPAddress>> Ipv4AddressesAsync(string host, CancellationToken cancel) => AddressesAsync(host, cancel);

    /// <summary>AAAA only, for what asks in the family of a client.</summary>
    ValueTask<DnsAnswer<IPAddress>> Ipv6AddressesAsync(string host, CancellationToken cancel) => AddressesAsync(host, cancel);

    /// <summary>The character strings of each record joined without space (RFC 7208 §3.3, RFC 6376 §3.6.2.2).</summary>
    ValueTask<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancel);

    /// <summary>As <see cref="TxtAsync"/>, but past what is remembered here: for a record that was just set.</summary>
    ValueTask<DnsAnswer<string>> FreshTxtAsync(string name, CancellationToken cancel) => TxtAsync(name, cancel);

    /// <summary>The names PTR gives for an address.</summary>
    ValueTask<DnsAnswer<string>> ReverseAsync(IPAddress address, CancellationToken cancel);

    /// <summary>The TLSA records of a name such as <c>_25._tcp.mx.example.org</c>.</summary>
    ValueTask<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancel) =>
        new(new DnsAnswer<TlsaRecord>(DnsOutcome.NoRecords, []));

    /// <summary>The servers of a service, such as <c>_imaps._tcp.example.org</c>.</summary>
    ValueTask<DnsAnswer<SrvRecord>> SrvAsync(string name, CancellationToken cancel) =>
        new(new DnsAnswer<SrvRecord>(DnsOutcome.NoRecords, []));

    /// <summary>
    /// Whether answers about signed zones come validated by DNSSEC, from a resolver that is believed. False as well while none answers.
    /// </summary>
    ValueTask<bool> ValidatesAsync(CancellationToken cancel) => new(false);

    /// <summary>The name that this one is an alias (CNAME) for, one step only: whether that step is authentic says the answer.</summary>
    ValueTask<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancel) =>
        new(new DnsAnswer<string>(DnsOutcome.NoRecords, []));
}
