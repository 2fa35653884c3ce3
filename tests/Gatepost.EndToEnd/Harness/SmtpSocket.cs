using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Xunit;

namespace Gatepost.EndToEnd.Harness;

/// <summary>A client without manners: sends exactly the octets it is told to and reads replies line by line.</summary>
public sealed class SmtpSocket : IAsyncDisposable
{
    private const int MaxReply = 64 * 1024;

    private readonly Socket socket;
    private readonly byte[] buffer = new byte[8192];
    private Stream stream;
    private int start, end;

    private SmtpSocket(Socket socket)
    {
        this.socket = socket;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    public Socket Socket => socket;

    public static async Task<SmtpSocket> ConnectAsync(int port, CancellationToken cancel, IPAddress? from = null, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        return new(socket);
    }

    /// <summary>Connects, reads the greeting and says EHLO.</summary>
    public static async Task<SmtpSocket> GreetedAsync(int port, CancellationToken cancel, string hello = "EHLO client.test")
    {
        var client = await ConnectAsync(port, cancel);
        await client.ExpectAsync("220", cancel);
        await client.AskAsync(hello, "250", cancel);
        return client;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel) => stream.WriteAsync(octets, cancel);

    /// <summary>Sends the text as Latin-1: one character, one octet. Nothing is added.</summary>
    public ValueTask SendAsync(string text, CancellationToken cancel) => SendAsync(Encoding.Latin1.GetBytes(text), cancel);

    /// <summary>Sends a command line and expects a reply that begins so.</summary>
    public async Task<string> AskAsync(string command, string expected, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancel);
        return await ExpectAsync(expected, cancel, command);
    }

    public async Task<string> ExpectAsync(string expected, CancellationToken cancel, string after = "")
    {
        string? reply = await ReadReplyAsync(cancel);
        Assert.True(reply is not null && reply.StartsWith(expected, StringComparison.Ordinal),
            $"expected {expected} {(after.Length > 200 ? after[..200] : after)}, got: {reply ?? "end of connection"}");
        return reply!;
    }

    /// <summary>One reply with all its lines, joined by line feeds; null if the server closed.</summary>
    public async Task<string?> ReadReplyAsync(CancellationToken cancel)
    {
        var reply = new StringBuilder();
        while (await ReadLineAsync(cancel) is { } line)
        {
            reply.Append(line);
            if (line.Length < 4 || line[3] != '-')
                return reply.ToString();
            reply.Append('\n');
            if (reply.Length > MaxReply)
                throw new InvalidDataException("a reply without end");
        }

        return reply.Length == 0 ? null : reply.ToString();
    }

    /// <summary>Everything until the server closes.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancel)
    {
        var all = new StringBuilder();
        while (await ReadLineAsync(cancel) is { } line)
            all.Append(line).Append('\n');
        return all.ToString();
    }

    /// <summary>True if nothing more comes but the end of the connection.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken cancel) => await ReadLineAsync(cancel) is null;

    /// <summary>Whole transaction by DATA; returns the reply to the end of data.</summary>
    public async Task<string> SendMessageAsync(
        string from, string to, ReadOnlyMemory<byte> message, CancellationToken cancel, string expected = "250")
    {
        await AskAsync($"MAIL FROM:<{from}>", "250", cancel);
        await AskAsync($"RCPT TO:<{to}>", "250", cancel);
        await AskAsync("DATA", "354", cancel);
        await SendAsync(Stuffed(message.Span), cancel);
        return await ExpectAsync(expected, cancel, "end of data");
    }

    /// <summary>STARTTLS and the handshake; the session starts anew after it.</summary>
    public async Task<SslStream> StartTlsAsync(CancellationToken cancel)
    {
        await AskAsync("STARTTLS", "220", cancel);
        return await HandshakeAsync(cancel);
    }

    public async Task<SslStream> HandshakeAsync(CancellationToken cancel, string serverName = "mx.demo.test")
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = serverName,
                EnabledSslProtocols = SslProtocols.None,
                // The certificate is the test's own; who signed it is not what is tested here.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            cancel);
        stream = tls;
        return tls;
    }

    /// <summary>RST instead of FIN.</summary>
    public void Abort()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public ValueTask DisposeAsync()
    {
        // Not the TLS stream: its goodbye would wait for a peer that may be gone.
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The message as it crosses the wire: dots doubled, end of data added.</summary>
    public static byte[] Stuffed(ReadOnlySpan<byte> message)
    {
        var wire = new MemoryStream(message.Length + 64);
        bool lineStart = true;
        foreach (byte octet in message)
        {
            if (lineStart && octet == (byte)'.')
                wire.WriteByte((byte)'.');
            wire.WriteByte(octet);
            lineStart = octet == (byte)'\n';
        }

        wire.Write(lineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return wire.ToArray();
    }

    private async ValueTask<string?> ReadLineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Eventually.Patience);
        while (true)
        {
            if (start == end)
            {
                start = 0;
                try
                {
                    end = await stream.ReadAsync(buffer, limit.Token);
                }
                catch (IOException)
                {
                    end = 0;
                }

                if (end == 0)
                    return line.Length == 0 ? null : line.ToString();
            }

            int feed = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            int stop = feed < 0 ? end : feed;
            line.Append(Encoding.UTF8.GetString(buffer, start, stop - start));
            start = feed < 0 ? end : feed + 1;
            if (feed >= 0)
                return line.ToString().TrimEnd('\r');
        }
    }
}
