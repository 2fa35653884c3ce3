using Gatepost.Dns;

namespace Gatepost.Delivery.Tls;

/// <summary>The TLSA records of one name, and which of them can be used for SMTP (RFC 7671, RFC 7672 §3.1).</summary>
internal sealed class TlsaSet
{
    public const byte TrustAnchor = 2, EndEntity = 3;

    /// <summary>Records looked at; a zone with more is either broken or hostile.</summary>
    private const int Most = 32;

    private readonly IReadOnlyList<TlsaRecord> all;

    public TlsaSet(IReadOnlyList<TlsaRecord> records)
    {
        all = records;
        var usable = records.Take(Most).Where(IsUsable).ToList();
        // Digest agility (RFC 7671 §9): of one usage and selector only the strongest digest counts; data in full always does.
        Usable =
        [
            .. usable.Where(record => record.MatchingType == 0
                || record.MatchingType == usable.Where(other => other.Usage == record.Usage && other.Selector == record.Selector)
                    .Max(other => other.MatchingType)),
        ];
    }

    public IReadOnlyList<TlsaRecord> Usable { get; }

    /// <summary>The records in short, for people: <c>3 1 1, 2 0 1</c>.</summary>
    public string Summary => string.Join(", ", (Usable.Count > 0 ? Usable : all).Take(Most).Select(record => record.ToString()).Distinct());

    /// <summary>The records as they are published.</summary>
    public IReadOnlyList<string> Lines => [.. all.Take(Most).Select(record => $"{record} {record.Data}")];

    /// <summary>
    /// Usages 0 and 1 rest on public authorities, which SMTP has no agreed list of (RFC 7672 §3.1.3); what is unknown or of the wrong
    /// length can match nothing.
    /// </summary>
    private static bool IsUsable(TlsaRecord record) => record.Usage is TrustAnchor or EndEntity && record.Selector <= 1
        && record.MatchingType switch
        {
            0 => record.Data.Length > 0,
            1 => record.Data.Length == 64,
            2 => record.Data.Length == 128,
            _ => false,
        };
}
