using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Gatepost.EndToEnd.Harness;

/// <summary>A receiving server of the test's own that follows a <see cref="PeerScript"/> and remembers what it was told.</summary>
public sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly PeerScript script;
    private readonly Socket listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int connections, messages;

    private ScriptedPeer(PeerScript script, IPEndPoint endPoint)
    {
        this.script = script;
        listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen(512);
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndPoint!;

    public int Port => EndPoint.Port;

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Messages answered with 2xx.</summary>
    public ConcurrentQueue<PeerMessage> Taken { get; } = new();

    /// <summary>Every command line heard.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    public static ScriptedPeer Start(PeerScript? script = null, IPEndPoint? endPoint = null) =>
        new(script ?? new(), endPoint ?? new IPEndPoint(IPAddress.Loopback, 0));

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
            {
                var socket = await listener.AcceptAsync(stop.Token);
                running.Add(ServeAsync(socket, Interlocked.Increment(ref connections) - 1));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        var conversation = new Conversation(this, socket, script.Dies(number));
        try
        {
            await conversation.RunAsync(stop.Token);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or SocketException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or the script says that we do.
        }
        finally
        {
            if (script.Rudely)
                socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    private sealed class Conversation(ScriptedPeer peer, Socket socket, PeerDeath death)
    {
        private readonly PeerScript script = peer.script;
        private readonly List<string> recipients = [];
        private readonly byte[] buffer = new byte[16 * 1024];
        private Stream stream = new NetworkStream(socket, ownsSocket: false);
        private string from = "";
        private int start, end;
        private bool overTls;

        public async Task RunAsync(CancellationToken cancel)
        {
            DieIf(PeerDeath.OnConnect);
            await SayAsync(script.Greeting, cancel);
            DieIf(PeerDeath.AfterGreeting);
            while (await ReadLineAsync(cancel) is { } octets)
            {
                string line = Encoding.UTF8.GetString(octets);
                peer.Received.Enqueue(line);
                string verb = line.Split(' ')[0].ToUpperInvariant();
                if (script.Answer(line) is { } scripted && verb != "DATA")
                    await SayAsync(scripted, cancel);
                else
                    await ObeyAsync(verb, line, cancel);
                if (verb == "QUIT")
                    return;
            }
        }

        private Task ObeyAsync(string verb, string line, CancellationToken cancel) => verb switch
        {
            "EHLO" or "LHLO" => EhloAsync(cancel),
            "STARTTLS" when script.Tls is not null => StartTlsAsync(cancel),
            "MAIL" => OpenAsync(line["MAIL FROM:".Length..], cancel),
            "RCPT" => AddAsync(line["RCPT TO:".Length..], cancel),
            "DATA" => TakeAsync(line, cancel),
            "RSET" => ForgetAsync(cancel),
            "QUIT" => SayAsync("221 2.0.0 Bye", cancel),
            "HELO" or "NOOP" => SayAsync("250 peer.test", cancel),
            _ => SayAsync("500 5.5.2 What?", cancel),
        };

        private async Task EhloAsync(CancellationToken cancel)
        {
            if (script.Ehlo is null)
            {
                await SayAsync("502 5.5.1 Never heard of it", cancel);
                return;
            }

            List<string> lines = [.. script.Ehlo];
            if (script.Tls is not null && !overTls)
                lines.Add("STARTTLS");
            await SayAsync(string.Join("\r\n", lines.Select((line, i) => (i == lines.Count - 1 ? "250 " : "250-") + line)), cancel);
            DieIf(PeerDeath.AfterEhlo);
        }

        private async Task StartTlsAsync(CancellationToken cancel)
        {
            // One write: the injected octets travel in the same segment as the 220.
            await stream.WriteAsync(Encoding.UTF8.GetBytes("220 2.0.0 Ready\r\n" + script.InjectedBehindStartTls), cancel);
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = script.Tls!.Certificate }, cancel);
            stream = tls;
            start = end = 0;
            overTls = true;
        }

        private async Task OpenAsync(string argument, CancellationToken cancel)
        {
            from = argument;
            recipients.Clear();
            await SayAsync("250 2.1.0 Ok", cancel);
            DieIf(PeerDeath.AfterMail);
        }

        private async Task AddAsync(string argument, CancellationToken cancel)
        {
            recipients.Add(argument);
            await SayAsync("250 2.1.5 Ok", cancel);
            DieIf(PeerDeath.AfterRcpt);
        }

        private async Task ForgetAsync(CancellationToken cancel)
        {
            recipients.Clear();
            await SayAsync("250 2.0.0 Ok", cancel);
        }

        private async Task TakeAsync(string line, CancellationToken cancel)
        {
            if (script.Answer(line) is { } refusal)
            {
                await SayAsync(refusal, cancel);
                return;
            }

            if (recipients.Count == 0)
            {
                await SayAsync("554 5.5.1 No valid recipients", cancel);
                return;
            }

            DieIf(PeerDeath.BeforeGoAhead);
            await SayAsync("354 Go ahead", cancel);
            byte[] message = await ReadMessageAsync(cancel);
            DieIf(PeerDeath.BeforeFinalReply);

            int number = Interlocked.Increment(ref peer.messages) - 1;
            for (int i = 0; i < (script.Lmtp ? recipients.Count : 1); i++)
            {
                string reply = script.FinalReply(number);
                if (reply.StartsWith('2') && i == 0)
                    peer.Taken.Enqueue(new(from, [.. recipients], message, overTls));
                await SayAsync(reply, cancel);
            }

            recipients.Clear();
            DieIf(PeerDeath.AfterFinalReply);
        }

        private async Task<byte[]> ReadMessageAsync(CancellationToken cancel)
        {
            var message = new MemoryStream();
            while (true)
            {
                byte[] line = await ReadLineAsync(cancel, strict: true) ?? throw new IOException("the client closed inside DATA");
                if (line is [(byte)'.'])
                    return message.ToArray();
                message.Write(line.AsSpan(line is [(byte)'.', ..] ? 1 : 0));
                message.Write("\r\n"u8);
                DieIf(PeerDeath.InsideData);
            }
        }

        private async Task SayAsync(string lines, CancellationToken cancel) =>
            await stream.WriteAsync(Encoding.UTF8.GetBytes(lines + "\r\n"), cancel);

        private void DieIf(PeerDeath now)
        {
            if (death == now)
                throw new IOException("the script ends the connection here");
        }

        /// <summary>A line without its end: CRLF where <paramref name="strict"/>, so that a bare feed stays part of the message.</summary>
        private async ValueTask<byte[]?> ReadLineAsync(CancellationToken cancel, bool strict = false)
        {
            var line = new MemoryStream();
            while (true)
            {
                if (start == end)
                {
                    start = 0;
                    end = await stream.ReadAsync(buffer, cancel);
                    if (end == 0)
                        return null;
                }

                byte octet = buffer[start++];
                line.WriteByte(octet);
                if (octet != (byte)'\n')
                    continue;
                var so = line.GetBuffer().AsSpan(0, (int)line.Length);
                if (so.EndsWith("\r\n"u8))
                    return so[..^2].ToArray();
                if (!strict)
                    return so[..^1].ToArray();
            }
        }
    }
}
