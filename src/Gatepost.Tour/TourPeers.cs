using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gatepost.Tour;

/// <summary>The other ends of the tour's deliveries: real sockets on loopback addresses, one port for all, each with its trick.</summary>
internal sealed class TourPeers : IAsyncDisposable
{
    private const int Tries = 10;

    private readonly CancellationTokenSource stop = new();
    private readonly List<Socket> listening = [];
    private readonly List<Socket> filling = [];
    private readonly List<Task> serving = [];
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> heard = new(StringComparer.OrdinalIgnoreCase);

    private int silences;

    /// <summary>The port of all of them, the one where nothing listens included.</summary>
    public int Port { get; private set; }

    /// <summary>
    /// What was said about a recipient, the sender's lines with <c>-&gt; </c>, the peer's with <c>&lt;- </c>; empty if no conversation
    /// came about.
    /// </summary>
    public IReadOnlyList<string> Received(string recipient) => heard.GetValueOrDefault(recipient, []);

    /// <summary>How often a server has fallen silent so far.</summary>
    public int Silences => Volatile.Read(ref silences);

    public static async Task<TourPeers> StartAsync(IEnumerable<TourPeer> all, CancellationToken cancel)
    {
        var wanted = all.Where(peer => peer.Trick is not (PeerTrick.None or PeerTrick.Unreachable or PeerTrick.Refuses))
            .DistinctBy(peer => peer.Address).ToList();
        for (int i = 0; ; i++)
        {
            var peers = new TourPeers();
            try
            {
                await peers.ListenAsync(wanted, cancel);
                return peers;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse && i < Tries)
            {
                // The port was free at the first address only.
                await peers.DisposeAsync();
            }
        }
    }

    private async Task ListenAsync(IReadOnlyList<TourPeer> wanted, CancellationToken cancel)
    {
        // One that only keeps the port, so that there is one even where nothing listens.
        Port = ((IPEndPoint)Bind("127.0.1.1", 0).LocalEndPoint!).Port;
        foreach (var peer in wanted)
        {
            var socket = Bind(peer.Address, Port);
            socket.Listen(peer.Trick == PeerTrick.Deaf ? 0 : 16);
            if (peer.Trick == PeerTrick.Deaf)
                await FillAsync((IPEndPoint)socket.LocalEndPoint!, cancel);
            else
                serving.Add(Task.Run(() => AcceptAsync(socket, peer), CancellationToken.None));
        }
    }

    private Socket Bind(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        return socket;
    }

    /// <summary>Takes the only places of a queue that is never accepted from: later connections get no answer at all.</summary>
    private async Task FillAsync(IPEndPoint there, CancellationToken cancel)
    {
        for (int i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            filling.Add(socket);
            var connecting = socket.ConnectAsync(there, stop.Token).AsTask();
            if (i == 0)
                await connecting.WaitAsync(cancel);
            else
                serving.Add(connecting);
        }
    }

    private async Task AcceptAsync(Socket socket, TourPeer peer)
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                var client = await socket.AcceptAsync(stop.Token);
                clients.Add(Task.Run(() => ServeAsync(client, peer), CancellationToken.None));
            }
        }
        finally
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(Socket client, TourPeer peer)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        using var conversation = new TourConversation(stream, peer, (recipient, said) => heard[recipient] = said, () =>
            Interlocked.Increment(ref silences),
            stop.Token);
        try
        {
            await conversation.RunAsync();
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // The client left, or the tour is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listening.ForEach(socket => socket.Dispose());
        filling.ForEach(socket => socket.Dispose());
        await Task.WhenAll(serving)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        stop.Dispose();
    }
}
