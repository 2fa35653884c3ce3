using System.Net;

namespace Gatepost.Dns;

/// <summary>Whom we ask, how long we wait, how much we remember.</summary>
public sealed record DnsOptions
{
    /// <summary>Resolvers in order of preference; empty takes those of the system (<c>/etc/resolv.conf</c>).</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>Longest wait for one answer of one resolver.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Further tries after the first, 0 to 10.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Whose word that an answer is authentic (the AD bit) counts.</summary>
    public DnssecTrust Dnssec { get; init; } = DnssecTrust.Local;

    /// <summary>A signed zone of the world: a resolver that validates calls what it says about it authentic.</summary>
    public string SignedName { get; init; } = "org";

    /// <summary>A name that must exist: while the resolver denies it, its other denials are taken for no answer. Empty: none.</summary>
    public string MustExist { get; init; } = "a.root-servers.net";

    /// <summary>
    /// Answers remembered; the oldest half goes first. About 10 MB, and far more names than a busy hour asks for.
    /// </summary>
    internal const int CacheEntries = 20_000;

    /// <summary>
    /// An answer is never believed longer than this, whatever its TTL: a mistake in a zone should not outlive its repair by days.
    /// </summary>
    internal static readonly TimeSpan LongestTtl = TimeSpan.FromHours(1);

    /// <summary>
    /// How long "no such name" and "no such records" are believed. RFC 2308 §5 allows the SOA's minimum; a minute is safe without
    /// reading it.
    /// </summary>
    internal static readonly TimeSpan NegativeTtl = TimeSpan.FromMinutes(1);

    /// <summary>Everything wrong with these values together; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(5))
            yield return $"timeout is {Timeout}: it must be between 1 ms and 5 minutes, for example \"5s\"";
        if (MustExist.Length > 0 && DnsName.Normalise(MustExist) is null)
            yield return $"must-exist is \"{MustExist}\": write the name of a host, for example \"a.root-servers.net\", or \"\"";
        if (DnsName.Normalise(SignedName) is null)
            yield return $"signed-name is \"{SignedName}\": write a name in a signed zone, for example \"org\"";
        if (Retries is < 0 or > 10)
            yield return $"retries is {Retries}: it must be between 0 and 10";
    }
}

/// <summary>Which resolvers are believed when they say that they validated an answer by DNSSEC.</summary>
public enum DnssecTrust
{
    /// <summary>Those of this machine (loopback addresses): their answers cannot be changed on the way.</summary>
    Local,

    /// <summary>All that are configured: the administrator says that the way to them is safe.</summary>
    Trusted,

    /// <summary>None.</summary>
    Off,
}
