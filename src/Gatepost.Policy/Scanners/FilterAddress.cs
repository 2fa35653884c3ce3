using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatepost.Policy.Scanners;

/// <summary>Where a filter listens: <c>host:port</c>, <c>[ipv6]:port</c> or <c>unix:/path</c>; milters write <c>inet:</c> before the first two.</summary>
public sealed class FilterAddress
{
    private readonly EndPoint point;

    private FilterAddress(EndPoint point, string text) => (this.point, Text) = (point, text);

    public string Text { get; }

    public static bool TryParse(string text, out FilterAddress? address)
    {
        address = null;
        string place = text.StartsWith("inet:", StringComparison.Ordinal) ? text[5..] : text;
        if (text.StartsWith("unix:/", StringComparison.Ordinal) && text.Length <= 5 + 107)
            address = new FilterAddress(new UnixDomainSocketEndPoint(text[5..]), text);
        else if (IPEndPoint.TryParse(place, out var point) && point.Port > 0 && !place.EndsWith(']'))
            address = new FilterAddress(point, text);
        else if (place.Split(':') is [{ Length: > 0 } host, var number] && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0)
            address = new FilterAddress(new DnsEndPoint(host, port), text);
        return address is not null;
    }

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancel)
    {
        var socket = point is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(point, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
