using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gatepost.Delivery.Tls.Sts;

/// <summary>The MTA-STS policy of hosted domains (RFC 8461 §3.2).</summary>
public sealed record StsPublishing
{
    /// <summary>Null publishes none.</summary>
    public StsMode? Mode { get; init; }

    /// <summary>How long others may rely on it without asking again.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The policy file of a domain whose mail comes to that host.</summary>
    public string TextFor(string host)
    {
        string mode = (Mode ?? StsMode.None).ToString().ToLowerInvariant();
        string age = ((long)MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return $"version: STSv1\r\nmode: {mode}\r\nmx: {host}\r\nmax_age: {age}\r\n";
    }

    /// <summary>Changes with the text, so that the record in DNS must be changed with the policy and only then.</summary>
    public string IdFor(string host) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TextFor(host))))[..16];

    /// <summary>The TXT record at <c>_mta-sts.</c>.</summary>
    public string RecordFor(string host) => $"v=STSv1; id={IdFor(host)};";
}
