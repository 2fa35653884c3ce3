using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatepost.Smtp;

namespace Gatepost.Policy.Scanners;

/// <summary>
/// Where a filter listens: <c>host:port</c>, <c>[ipv6]:port</c> or <c>unix:/path</c>; what milters are used to, <c>inet:host:port</c>,
/// <c>inet:port@host</c> and <c>local:/path</c>, is understood as well.
/// </summary>
public sealed class FilterAddress
{
    private readonly EndPoint point;

    private FilterAddress(EndPoint point) => this.point = point;

    public static bool TryParse(string text, [NotNullWhen(true)] out FilterAddress? address)
    {
        address = null;
        string place = Plain(text);
        if (place.StartsWith("unix:/", StringComparison.Ordinal) && place.Length <= 5 + 107)
            address = new FilterAddress(new UnixDomainSocketEndPoint(place[5..]));
        else if (IPEndPoint.TryParse(place, out var point) && point.Port > 0 && !place.EndsWith(']'))
            address = new FilterAddress(point);
        else if (place.Split(':') is [{ Length: > 0 } host, var number]
            && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0)
            address = new FilterAddress(new DnsEndPoint(host, port));
        return address is not null;
    }

    /// <summary>Sendmail's ways to write an address, as ours.</summary>
    private static string Plain(string text)
    {
        if (text.StartsWith("local:/", StringComparison.Ordinal))
            return "unix:" + text[6..];
        if (!text.StartsWith("inet:", StringComparison.Ordinal))
            return text;
        return text[5..].Split('@') is [var port, { Length: > 0 } host] ? $"{host}:{port}" : text[5..];
    }

    /// <exception cref="SocketException">Nothing listens at that port.</exception>
    /// <exception cref="FilterSocketException">The Unix socket cannot be opened.</exception>
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
        catch (SocketException failure) when (point is UnixDomainSocketEndPoint)
        {
            socket.Dispose();
            string path = point.ToString()!;
            throw new FilterSocketException(path, UnixSockets.ProblemOf(path, failure), failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
