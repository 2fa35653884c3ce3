using System.Net;
using System.Net.Sockets;

namespace Gatepost.Smtp.Client;

/// <summary>Opens connections; tests put a scripted peer in its place.</summary>
public interface IConnector
{
    /// <param name="endPoint">An IP endpoint or a unix socket.</param>
    /// <param name="source">The address to speak from; null lets the system choose.</param>
    /// <param name="cancel">Ends the try.</param>
    /// <exception cref="SocketException">It could not be opened; the code says why.</exception>
    ValueTask<Stream> ConnectAsync(EndPoint endPoint, IPAddress? source, CancellationToken cancel);
}
