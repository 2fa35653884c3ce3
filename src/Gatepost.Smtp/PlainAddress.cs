using System.Net;

namespace Gatepost.Smtp;

/// <summary>The one place where IPv4 written inside IPv6 (<c>::ffff:192.0.2.1</c>, RFC 4291 §2.5.5.2) becomes IPv4 again.</summary>
public static class PlainAddress
{
    public static IPAddress Plain(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static IPEndPoint Plain(this IPEndPoint end) =>
        end.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(end.Address.Plain(), end.Port) : end;

    /// <summary>
    /// With the bits behind the prefix cleared, which <see cref="IPNetwork"/> demands and networks written by people often lack.
    /// </summary>
    /// <param name="prefix">Its length in bits.</param>
    public static IPAddress Masked(this IPAddress address, int prefix)
    {
        byte[] octets = address.GetAddressBytes();
        for (int i = 0; i < octets.Length; i++)
            octets[i] &= (byte)(0xFF00 >> Math.Clamp(prefix - (8 * i), 0, 8));
        return new IPAddress(octets);
    }
}
