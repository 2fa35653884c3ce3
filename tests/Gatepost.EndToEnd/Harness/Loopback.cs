using System.Net;
using System.Net.Sockets;

namespace Gatepost.EndToEnd.Harness;

/// <summary>Ports on 127.0.0.1 that nobody holds, and waiting for one to answer.</summary>
public static class Loopback
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port free a moment ago and given to nobody else in this run.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            int port = ((IPEndPoint)probe.LocalEndPoint!).Port;
            lock (Given)
            {
                if (Given.Add(port))
                    return port;
            }
        }
    }

    /// <summary>Waits until something accepts connections there.</summary>
    /// <exception cref="TimeoutException">Nothing did within 20 seconds.</exception>
    public static async Task AnswersAsync(int port, IPAddress? address = null, CancellationToken cancel = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(address ?? IPAddress.Loopback, port), limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancel);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"nothing answers on port {port}");
            }
        }
    }
}
