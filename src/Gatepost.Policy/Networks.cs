using System.Net;

namespace Gatepost.Policy;

/// <summary>Whether an address is in one of some networks; IPv4 written inside IPv6 counts as IPv4.</summary>
public static class Networks
{
    public static bool Contain(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(address))
                return true;
        }

        return false;
    }

    /// <summary>Whether two addresses are one, IPv4 inside IPv6 counted as IPv4.</summary>
    public static bool Same(IPAddress one, IPAddress other) => Plain(one).Equals(Plain(other));

    /// <summary>IPv4 inside IPv6 as IPv4, any other address as it is.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
