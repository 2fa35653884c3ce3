using System.Net;
using System.Net.Sockets;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Destinations;

/// <summary>Keeps DNS of others from steering our mail into private networks or back to ourselves.</summary>
public sealed class NetworkGuard(IReadOnlyList<IPNetwork> allowed, IReadOnlyList<IPEndPoint> own)
{
    /// <summary>
    /// Not globally reachable by the registries of RFC 6890 (documentation networks included: no host has such an address).
    /// </summary>
    private static readonly IPNetwork[] NotPublic =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"),
            IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
            IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("64:ff9b:1::/48"), IPNetwork.Parse("100::/64"),
        IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    public bool Refuses(IPAddress address)
    {
        address = Unwrapped(address);
        return NotPublic.Any(network => network.Contains(address)) && !allowed.Any(network => network.Contains(address));
    }

    /// <summary>
    /// Whether one of our own MX listeners answers there. A listener on all addresses is found at every address of this machine.
    /// </summary>
    public bool IsOurs(IPAddress address, int port)
    {
        address = Unwrapped(address);
        foreach (var here in own)
        {
            if (here.Port != port)
                continue;
            if (here.Address.Equals(address))
                return true;
            bool any = here.Address.Equals(IPAddress.Any) || here.Address.Equals(IPAddress.IPv6Any);
            if (any && IsLocal(address))
                return true;
        }

        return false;
    }

    /// <summary>An address is this machine's when a socket can be bound to it.</summary>
    private static bool IsLocal(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
            return true;
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IPAddress Unwrapped(IPAddress address)
    {
        address = address.Plain();
        // NAT64 (RFC 6052) and 6to4 (RFC 3056) carry an IPv4 address: the address inside is what counts.
        byte[] octets = address.GetAddressBytes();
        if (octets.Length == 16 && octets.AsSpan(0, 12).SequenceEqual(NatPrefix))
            return new IPAddress(octets.AsSpan(12));
        return octets.Length == 16 && octets[0] == 0x20 && octets[1] == 0x02 ? new IPAddress(octets.AsSpan(2, 4)) : address;
    }

    private static ReadOnlySpan<byte> NatPrefix => [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
}
