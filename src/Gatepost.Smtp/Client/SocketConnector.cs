using System.Net;
using System.Net.Sockets;

namespace Gatepost.Smtp.Client;

/// <summary>Real sockets.</summary>
public sealed class SocketConnector : IConnector
{
    /// <summary>The address to speak from, one for each family; null lets the system choose.</summary>
    public IPAddress? SourceFour { get; init; }

    public IPAddress? SourceSix { get; init; }

    public async ValueTask<Stream> ConnectAsync(EndPoint endPoint, CancellationToken cancel)
    {
        var socket = endPoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetwork && SourceFour is { } four)
                socket.Bind(new IPEndPoint(four, 0));
            else if (endPoint.AddressFamily == AddressFamily.InterNetworkV6 && SourceSix is { } six)
                socket.Bind(new IPEndPoint(six, 0));
            await socket.ConnectAsync(endPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
