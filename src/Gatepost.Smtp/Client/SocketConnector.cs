using System.Net;
using System.Net.Sockets;

namespace Gatepost.Smtp.Client;

/// <summary>Real sockets.</summary>
public sealed class SocketConnector : IConnector
{
    public async ValueTask<Stream> ConnectAsync(EndPoint endPoint, IPAddress? source, CancellationToken cancel)
    {
        var socket = endPoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (source is not null)
                socket.Bind(new IPEndPoint(source, 0));
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
