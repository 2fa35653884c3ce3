using System.Net;

namespace Gatepost.Policy.Reputation;

/// <summary>A block list asked by DNS (RFC 5782).</summary>
public sealed record DnsblOptions
{
    /// <summary>Without final dot: <c>zen.spamhaus.org</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>
    /// Answers that mean a listing (RFC 5782 §2.1). 127.255.255.x never does: lists answer so when they were asked wrongly.
    /// </summary>
    internal static readonly IPNetwork Counts = IPNetwork.Parse("127.0.0.0/8");

    /// <summary>Whether clients get only <c>550 5.3.2 Service currently unavailable</c>, as some providers prefer.</summary>
    public bool Opaque { get; init; }

    /// <summary>The parts of Spamhaus' combined list, as its documentation names them.</summary>
    public static IReadOnlyDictionary<byte, string> SpamhausNames { get; } = new Dictionary<byte, string>
    {
        [2] = "SBL",
        [3] = "CSS",
        [4] = "XBL",
        [9] = "DROP",
        [10] = "PBL",
        [11] = "PBL",
        [30] = "BCL",
    };

    public IEnumerable<string> Problems()
    {
        if (Zone.Length is 0 or > 200 || Zone.StartsWith('.') || Zone.EndsWith('.') || !Zone.Contains('.'))
            yield return $"dnsbl zone \"{Zone}\" is no domain name: write it like \"zen.spamhaus.org\"";
    }
}
