using System.Net;

namespace Gatepost.Smtp;

/// <summary>The one place where IPv4 written inside IPv6 (<c>::ffff:192.0.2.1</c>, RFC 4291 §2.5.5.2) becomes IPv4 again.</summary>
public static class PlainAddress
{
    public static IPAddress Plain(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static IPEndPoint Plain(this IPEndPoint end) =>
        end.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(end.Address.Plain(), end.Port) : end;
}
