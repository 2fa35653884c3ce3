using System.Buffers;
using System.Globalization;

namespace Gatepost.MailAuth.Dmarc.Reports;

/// <summary>One destination of aggregate reports: <c>mailto:</c>, perhaps with the most octets it takes (RFC 7489 §6.2).</summary>
/// <param name="Address">As in the URI, decoded.</param>
/// <param name="MostOctets">Of the encoded report; null without limit.</param>
public sealed record ReportAddress(string Address, long? MostOctets)
{
    private static readonly SearchValues<char> Specials = SearchValues.Create("<>(),;:\"[]\\");

    /// <summary>Without the last dot, in lower case.</summary>
    public string Domain => Address[(Address.LastIndexOf('@') + 1)..].TrimEnd('.').ToLowerInvariant();

    /// <summary>Null for another scheme, and for what is no address.</summary>
    public static ReportAddress? Parse(string uri)
    {
        string[] parts = uri.Trim().Split('!');
        if (parts.Length > 2 || !parts[0].StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            return null;
        long? most = null;
        if (parts.Length == 2 && (most = ReadSize(parts[1])) is null)
            return null;
        string written = parts[0]["mailto:".Length..];
        int query = written.IndexOf('?', StringComparison.Ordinal);
        string address = Uri.UnescapeDataString(query < 0 ? written : written[..query]);
        bool isAddress = address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == address.LastIndexOf('@')
            && at < address.Length - 1 && address.Length <= 254 && address.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            && !address.AsSpan().ContainsAny(Specials);
        return isAddress ? new ReportAddress(address, most) : null;
    }

    /// <summary><c>10m</c>: a number with k, m, g or t for powers of 1,024.</summary>
    private static long? ReadSize(string text)
    {
        if (text.Length == 0)
            return null;
        int power = "kmgt".IndexOf(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal) + 1;
        string digits = power > 0 ? text[..^1] : text;
        return digits.Length <= 6 + (power == 0 ? 9 : 0)
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number << (10 * power) : null;
    }
}
