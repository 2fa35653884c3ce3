using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

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

    /// <summary>The port of all of them, the one where nobody listens included.</summary>
    public int Port { get; private set; }

    /// <summary>What was said about a recipient, the sender's lines with <c>-&gt; </c>, the peer's with <c>&lt;- </c>; empty where no conversation came about.</summary>
    public IReadOnlyList<string> Heard(string recipient) => heard.GetValueOrDefault(recipient, []);

    public static async Task<TourPeers> StartAsync(IEnumerable<TourPeer> all, CancellationToken cancel)
    {
        var wanted = all.Where(peer => peer.Trick is not (PeerTrick.None or PeerTrick.Unreachable or PeerTrick.Refuses)).DistinctBy(peer => peer.Address).ToList();
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
        // One that only keeps the port, so that there is one even where nobody listens.
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
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var said = new List<string>();
        string recipient = "";
        try
        {
            await SayAsync($"220 mx.{peer.Domain} ESMTP");
            while (await reader.ReadLineAsync(stop.Token) is { } line)
            {
                said.Add("-> " + line);
                if (Answer(line) is not { } answer)
                    return;
                if (answer.Length > 0)
                    await SayAsync(answer);
                if (answer.StartsWith("354", StringComparison.Ordinal))
                    await TakeAsync();
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // The client left, or the tour is over.
        }

        // Null hangs up; an empty answer is silence.
        string? Answer(string line)
        {
            string verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "RCPT")
            {
                recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.LastIndexOf('>')];
                heard[recipient] = said;
            }

            return (verb, peer.Trick) switch
            {
                ("RCPT", PeerTrick.HangsUpAfterRecipient) => null,
                ("RCPT", PeerTrick.AnswersRecipient) => peer.Line(recipient),
                ("DATA", PeerTrick.SilentAtData) => "",
                ("DATA", _) => "354 go on",
                ("QUIT", _) => "221 bye",
                _ => "250 ok",
            };
        }

        async Task TakeAsync()
        {
            while (await reader.ReadLineAsync(stop.Token) is { } text && text != ".")
            {
            }

            said.Add("-> (the message) .");
            await SayAsync(peer.Trick == PeerTrick.AnswersMessage ? peer.Line(recipient) : "250 ok");
        }

        async Task SayAsync(string line)
        {
            lock (said)
                said.Add("<- " + line);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listening.ForEach(socket => socket.Dispose());
        filling.ForEach(socket => socket.Dispose());
        await Task.WhenAll(serving).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        stop.Dispose();
    }
}
