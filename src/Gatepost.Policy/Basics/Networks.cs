using System.Net;
using Gatepost.Smtp;

namespace Gatepost.Policy.Basics;

/// <summary>Whether an address is in one of some networks; IPv4 written inside IPv6 counts as IPv4.</summary>
public static class Networks
{
    public static bool Contain(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        address = address.Plain();
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(address))
                return true;
        }

        return false;
    }

    /// <summary>Whether two addresses are one, IPv4 inside IPv6 counted as IPv4.</summary>
    public static bool Same(IPAddress one, IPAddress other) => one.Plain().Equals(other.Plain());
}
