using System.Collections.Frozen;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>
/// By which way mail for domains that are not ours leaves: the exact name first, then the nearest <c>*.parent</c>, then <c>*</c>, else the
/// MX.
/// </summary>
public sealed class TransportTable
{
    /// <summary>Everything by MX.</summary>
    public static readonly TransportTable ByMx = new([]);

    private readonly FrozenDictionary<string, Destination> ways;
    private readonly Destination? otherwise;

    /// <param name="ways">Keys: <c>example.org</c>, <c>*.example.org</c> (names below it, not itself), <c>*</c> (the smart host).</param>
    public TransportTable(IEnumerable<KeyValuePair<string, Destination>> ways)
    {
        this.ways = ways.ToFrozenDictionary(way => DomainName.ToAscii(way.Key), way => way.Value, StringComparer.OrdinalIgnoreCase);
        otherwise = this.ways.GetValueOrDefault("*");
    }

    /// <param name="domain">In A-labels or an address literal.</param>
    public Destination For(string domain)
    {
        if (ways.Count > 0 && Find(domain) is { } way)
            return way;
        return otherwise ?? new Destination(DestinationKind.Mx, domain.ToLowerInvariant());
    }

    private Destination? Find(string domain)
    {
        if (ways.TryGetValue(domain, out var exact))
            return exact;
        if (domain.StartsWith('['))
            return null;

        for (int dot = domain.IndexOf('.'); dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (ways.TryGetValue(string.Concat("*", domain.AsSpan(dot)), out var below))
                return below;
        }

        return null;
    }
}
