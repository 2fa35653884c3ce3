using System.Net;
using System.Net.Sockets;
using Gatepost.EndToEnd.Harness;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.EndToEnd.Smtp;

/// <summary>The listener on real sockets, without the rest of the program.</summary>
public sealed class ListeningTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reload_opens_and_closes_listeners_and_drops_no_session()
    {
        await using var server = await StartAsync(Options(Listener()));
        int port = server.Endpoints[0].Port;
        await using var client = await SmtpSocket.GreetedAsync(port, Cancel);

        server.Reload(Options(Listener(), Listener()) with { HostName = "new.host.example" });
        Assert.Equal(2, server.Endpoints.Count);
        await client.AskAsync("NOOP", "250 2.0.0", Cancel);
        await using (var fresh = await SmtpSocket.ConnectAsync(server.Endpoints[1].Port, Cancel))
            await fresh.ExpectAsync("220 new.host.example", Cancel);

        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var taken = Listener() with { EndPoint = (IPEndPoint)holder.LocalEndPoint! };
        Assert.Throws<SocketException>(() => server.Reload(Options(Listener(), taken)));
        Assert.Equal(2, server.Endpoints.Count);

        server.Reload(Options(Listener()));
        Assert.Single(server.Endpoints);
        await client.AskAsync("MAIL FROM:<ann@partner.example>", "250 2.1.0", Cancel);
        await client.AskAsync("QUIT", "221", Cancel);
    }

    [Fact]
    public async Task A_server_that_stops_says_so_to_idle_clients_and_lets_a_message_end()
    {
        var server = await StartAsync(Options(Listener()));
        int port = server.Endpoints[0].Port;
        await using var idle = await SmtpSocket.GreetedAsync(port, Cancel);
        await using var busy = await SmtpSocket.GreetedAsync(port, Cancel);
        await busy.AskAsync("MAIL FROM:<ann@partner.example>", "250", Cancel);
        await busy.AskAsync("RCPT TO:<bob@host.example>", "250", Cancel);
        await busy.AskAsync("DATA", "354", Cancel);

        var stopping = server.StopAsync(TimeSpan.FromSeconds(30));
        await idle.ExpectAsync("421 4.3.2 ", Cancel);
        Assert.Null(await idle.ReadReplyAsync(Cancel));
        Assert.False(stopping.IsCompleted);

        await busy.SendAsync("Subject: late\r\n\r\ntext\r\n.\r\n", Cancel);
        await busy.ExpectAsync("250 2.0.0 Ok: queued as ", Cancel);
        await busy.ExpectAsync("421 4.3.2 ", Cancel);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await Assert.ThrowsAnyAsync<SocketException>(() => SmtpSocket.ConnectAsync(port, Cancel));
    }

    [Fact]
    public async Task A_server_whose_grace_ends_cuts_those_who_never_come_to_an_end()
    {
        var server = await StartAsync(Options(Listener()));
        await using var busy = await SmtpSocket.GreetedAsync(server.Endpoints[0].Port, Cancel);
        await busy.AskAsync("MAIL FROM:<ann@partner.example>", "250", Cancel);
        await busy.AskAsync("RCPT TO:<bob@host.example>", "250", Cancel);
        await busy.AskAsync("DATA", "354", Cancel);

        await server.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal(0, server.Sessions);
    }

    [Fact]
    public async Task Connections_over_the_limits_hear_why()
    {
        await using var server = await StartAsync(Options(Listener()) with { MaxConnections = 3, MaxConnectionsPerClient = 2 });
        int port = server.Endpoints[0].Port;
        await using var first = await SmtpSocket.GreetedAsync(port, Cancel);
        await using var second = await SmtpSocket.GreetedAsync(port, Cancel);
        await using (var third = await SmtpSocket.ConnectAsync(port, Cancel))
        {
            await third.ExpectAsync("421 4.7.0 mx.host.example Error: too many connections from 127.0.0.1: 2 at a time", Cancel);
            Assert.Null(await third.ReadReplyAsync(Cancel));
        }

        await using var other = await SmtpSocket.ConnectAsync(port, Cancel, IPAddress.Parse("127.0.0.2"));
        await other.ExpectAsync("220 ", Cancel);
        await using var late = await SmtpSocket.ConnectAsync(port, Cancel, IPAddress.Parse("127.0.0.3"));
        await late.ExpectAsync("421 4.3.2 mx.host.example Error: too many connections in all", Cancel);
    }

    /// <summary>Told 421 all at once, a burst would take the descriptors of those who may come in.</summary>
    [Fact]
    public async Task A_burst_beyond_the_limit_fills_it_to_the_last_place_and_is_told_421_by_and_by()
    {
        const int Most = 20;
        await using var server = await StartAsync(Options(Listener()) with { MaxConnections = Most, MaxConnectionsPerClient = 1000 });
        int port = server.Endpoints[0].Port, highest = 0;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watching = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                highest = Math.Max(highest, server.Sessions);
                await Task.Yield();
            }
        }, Cancel);

        var burst = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => SmtpSocket.ConnectAsync(port, Cancel)));
        string[] heard = await Task.WhenAll(burst.Select(async client => (await client.ReadReplyAsync(Cancel))!));
        await over.CancelAsync();
        await watching;

        Assert.Equal(Most, heard.Count(reply => reply.StartsWith("220 ", StringComparison.Ordinal)));
        Assert.Equal(300 - Most, heard.Count(reply => reply.StartsWith("421 4.3.2 ", StringComparison.Ordinal)));
        Assert.InRange(highest, Most, Most + 50);
        foreach (var client in burst)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_is_sent_away_with_octets_in_flight_still_reads_the_reason()
    {
        await using var server = await StartAsync(Options(Listener()));
        await using var client = await SmtpSocket.GreetedAsync(server.Endpoints[0].Port, Cancel);
        await client.SendAsync("NOOP\n" + string.Concat(Enumerable.Repeat("garbage behind it\r\n", 2000)), Cancel);

        await client.ExpectAsync("500 5.5.2 Error: bare LF", Cancel);
    }

    [Fact]
    public async Task Two_hundred_clients_that_pipeline_and_never_read_are_cut_and_others_are_served_meanwhile()
    {
        var limits = new SessionLimits { WriteTimeout = TimeSpan.FromSeconds(2), MaxIdleCommands = int.MaxValue };
        await using var server = await StartAsync(Options(Listener()) with { Limits = limits, MaxConnectionsPerClient = 1000 });
        int port = server.Endpoints[0].Port;
        byte[] flood = [.. Enumerable.Repeat("HELP\r\n"u8.ToArray(), 20_000).SelectMany(line => line)];
        var rude = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => SmtpSocket.ConnectAsync(port, Cancel, receiveBuffer: 4096)));
        var sending = rude.Select(client => FloodAsync(client, flood)).ToArray();

        await using (var good = await SmtpSocket.GreetedAsync(port, Cancel))
        {
            for (int i = 0; i < 50; i++)
                await good.AskAsync("NOOP", "250 2.0.0", Cancel);
        }

        await Eventually(() => server.Sessions == 0);
        foreach (var client in rude)
            await client.DisposeAsync();
        await Task.WhenAll(sending);
    }

    /// <summary>Ends when the server cuts the connection.</summary>
    private static async Task FloodAsync(SmtpSocket client, byte[] flood)
    {
        try
        {
            while (true)
                await client.SendAsync(flood, Cancel);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or SocketException)
        {
        }
    }

    private static async Task Eventually(Func<bool> happened)
    {
        for (int i = 0; i < 600 && !happened(); i++)
            await Task.Delay(100, Cancel);
        Assert.True(happened());
    }

    private static ListenerOptions Listener() => new() { Role = ListenerRole.Mx, EndPoint = new(IPAddress.Loopback, 0) };

    private static SmtpServerOptions Options(params ListenerOptions[] listeners) =>
        new() { HostName = "mx.host.example", Listeners = listeners };

    private static async Task<SmtpServer> StartAsync(SmtpServerOptions options)
    {
        var server = new SmtpServer(options, new OpenGate(), new Nowhere(), new Silence(), null, TimeProvider.System);
        await server.StartAsync(Cancel);
        return server;
    }

    private sealed class OpenGate : IGatekeeper
    {
        public ValueTask<Verdict> JudgeAsync(Stage stage, Session session, CancellationToken cancel)
        {
            if (stage == Stage.RcptTo)
                session.Candidate!.Routes = [new Route(session.Candidate.Address, new Destination(DestinationKind.Mx, "host.example"))];
            return new(Verdict.Unremarkable);
        }
    }

    private sealed class Silence : IJournal
    {
        public void Record(JournalEvent happened)
        {
        }
    }

    /// <summary>Takes every message and forgets it: what is tested here comes before the store.</summary>
    private sealed class Nowhere : IMessageStore
    {
        public StoreOutcome Room(long size) => StoreOutcome.Kept;

        public IMessageDraft Begin() => new Draft();

        private sealed class Draft : IMessageDraft
        {
            public string QueueId => "Q1";

            public long Length { get; private set; }

            public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
            {
                Length += octets.Length;
                return new(true);
            }

            public Stream OpenRead() => Stream.Null;

            public ValueTask<StoreResult> CommitAsync(
                ReadOnlyMemory<byte> head, Envelope envelope, Session? session, CancellationToken cancel) =>
                new(new StoreResult(StoreOutcome.Kept, QueueId));

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
