using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatepost.Dns;

/// <summary>Names in the one form we ask and remember them: A-labels, lower case, no final dot.</summary>
public static class DnsName
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>Null if the text cannot be a name (RFC 1035 §2.3.4: labels of 1 to 63 octets, 253 in all).</summary>
    /// <remarks>A label may hold any printable character, spaces too: SPF's macros make such names (RFC 7208 §7.1).</remarks>
    public static string? Normalise(string name)
    {
        ReadOnlySpan<char> trimmed = name.AsSpan().TrimEnd('.');
        if (trimmed.IsEmpty || trimmed.Length > 253)
            return null;

        string lower = trimmed.ToString().ToLowerInvariant();
        if (!System.Text.Ascii.IsValid(lower))
        {
            try
            {
                lower = Idn.GetAscii(lower);
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        int label = 0;
        foreach (char c in lower)
        {
            if (c is < ' ' or > '~' or '\\')
                return null;
            if (c != '.')
                label++;
            else if (label == 0)
                return null;
            else
                label = 0;
            if (label > 63)
                return null;
        }

        return lower.Length <= 253 ? lower : null;
    }

    /// <summary>Whether a name is the domain or below it.</summary>
    /// <param name="name">Without final dot, as the domain.</param>
    public static bool IsWithin(string name, string domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
        && (name.Length == domain.Length || name[name.Length - domain.Length - 1] == '.');

    /// <summary>The name to ask PTR for: <c>1.2.0.192.in-addr.arpa</c> (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public static string Reverse(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        byte[] octets = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return string.Create(CultureInfo.InvariantCulture, $"{octets[3]}.{octets[2]}.{octets[1]}.{octets[0]}.in-addr.arpa");

        return string.Join('.', octets.Reverse().SelectMany(octet => new[] { octet & 15, octet >> 4 })
            .Select(nibble => nibble.ToString("x", CultureInfo.InvariantCulture))) + ".ip6.arpa";
    }
}
