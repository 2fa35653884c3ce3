using System.Net;
using System.Net.Sockets;

namespace Gatepost.EndToEnd.Filters;

/// <summary>How a filter fails.</summary>
public enum FilterFault
{
    /// <summary>Nobody listens.</summary>
    Dead,

    /// <summary>It takes the connection and everything said, and stays silent.</summary>
    Silent,

    /// <summary>It hears the beginning and hangs up.</summary>
    DyingInTheMiddle,

    /// <summary>It answers what no filter says.</summary>
    Garbage,
}

/// <summary>A listener that fails as the test says, for each connection anew.</summary>
public sealed class FaultyFilter : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task accepting;
    private readonly int deadPort;

    public FaultyFilter()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        deadPort = Harness.Loopback.FreePort();
        accepting = AcceptAsync();
    }

    public FilterFault Fault { get; set; }

    /// <summary>Where the filter seems to be.</summary>
    public int Port => Fault == FilterFault.Dead ? deadPort : ((IPEndPoint)listener.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
                running.Add(FailAsync(await listener.AcceptAsync(stop.Token), Fault));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task FailAsync(Socket socket, FilterFault fault)
    {
        using var client = socket;
        byte[] heard = new byte[16 * 1024];
        try
        {
            int count = await client.ReceiveAsync(heard, stop.Token);
            if (fault == FilterFault.DyingInTheMiddle)
                return;
            if (fault == FilterFault.Garbage)
                await client.SendAsync("\u0007\u001b[2J<html>500 no filter</html>\r\n\0\0\0\0"u8.ToArray(), stop.Token);
            while (count > 0)
                count = await client.ReceiveAsync(heard, stop.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or SocketException)
        {
            // The server has had enough, as it should.
        }
    }
}
