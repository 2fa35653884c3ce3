using System.Net;

namespace Gatepost.Dns;

/// <summary>Whom we ask, how long we wait, how much we remember.</summary>
public sealed record DnsOptions
{
    /// <summary>Resolvers in order of preference; empty takes those of the system (<c>/etc/resolv.conf</c>).</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>Longest wait for one answer of one resolver.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Further tries after the first, 0 to 10.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Answers remembered at once, 0 for none; the oldest half goes first.</summary>
    public int CacheEntries { get; init; } = 20_000;

    /// <summary>An answer is never believed longer than this, whatever its TTL.</summary>
    public TimeSpan LongestTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long "no such name" and "no such records" are believed. RFC 2308 §5 would let us read the SOA; a minute is safe without.</summary>
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Everything wrong with these values at once; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(5))
            yield return $"timeout is {Timeout}: it must lie between 1 ms and 5 minutes, for example \"3s\"";
        if (Retries is < 0 or > 10)
            yield return $"retries is {Retries}: it must lie between 0 and 10";
        if (CacheEntries < 0)
            yield return $"cache-entries is {CacheEntries}: it must be 0 (no cache) or more";
    }
}
