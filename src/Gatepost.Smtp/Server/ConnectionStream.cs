using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Gatepost.Replies;
using Gatepost.Smtp.Wire;

namespace Gatepost.Smtp.Server;

/// <summary>
/// The octets of one connection in both directions: buffers, TLS and counts. Every wait is under <see cref="Deadlines"/>.
/// </summary>
internal sealed class ConnectionStream(Transport transport, Deadlines deadlines, TimeSpan writeTimeout) : IAsyncDisposable
{
    /// <summary>Steps a client may take without waiting before other connections get the thread.</summary>
    private const int MaxConsecutive = 32;

    private readonly ReplyWriter output = new();
    private Stream stream = transport.Stream;
    private int consecutive;

    public InputBuffer Input { get; } = new();

    public long OctetsIn { get; private set; }

    public long OctetsOut { get; private set; }

    /// <summary>Octets of replies not sent yet.</summary>
    public int Unsent => output.Length;

    public bool ClosedByClient { get; private set; }

    /// <summary>Whether the last read filled its buffer: there is probably more.</summary>
    public bool LastReadWasFull { get; set; }

    /// <summary>Whether the client has sent anything that was not read yet.</summary>
    public bool HasUnread => Input.Length > 0 || transport.HasUnread;

    /// <summary>Reads something into the input.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="until">The deadline, as <see cref="Deadlines.In"/> gives it.</param>
    /// <param name="room">Size of the buffer.</param>
    /// <param name="letGo">Whether to wait without a buffer; rarely worth a system call for a client that is about to send.</param>
    /// <returns>False at the end of the stream, or if interrupted.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(Phase purpose, WaitEnd until, int room, bool letGo)
    {
        if (letGo && Input.IsEmpty)
        {
            Input.Release();
            if (await ReadAsync(Memory<byte>.Empty, purpose, until).ConfigureAwait(false) < 0)
                return false;
        }

        var free = Input.Room(room);
        int count = await ReadAsync(free, purpose, until).ConfigureAwait(false);
        if (count <= 0)
        {
            ClosedByClient = count == 0;
            return false;
        }

        LastReadWasFull = count == free.Length;
        Input.Filled(count);
        OctetsIn += count;
        return true;
    }

    /// <summary>Reads a PROXY header, and not an octet more.</summary>
    /// <param name="until">The deadline, as <see cref="Deadlines.In"/> gives it.</param>
    /// <returns>Whether there was one, and the client it names; null if it names none.</returns>
    public async ValueTask<(bool IsGiven, IPEndPoint? Client)> ReadProxyHeaderAsync(long until)
    {
        while (true)
        {
            var outcome = ProxyHeader.Read(Input.Unread, out var client, out int length);
            if (outcome == ProxyOutcome.Read)
            {
                Input.Consume(length);
                return (true, client);
            }

            if (outcome == ProxyOutcome.Bad || !await FillExactlyAsync(ProxyHeader.Missing(Input.Unread), until).ConfigureAwait(false))
                return (false, null);
        }
    }

    /// <summary>Reads at most so many octets: what follows a PROXY header may be a TLS handshake, which needs all of its own.</summary>
    private async ValueTask<bool> FillExactlyAsync(int count, long until)
    {
        int read = await ReadAsync(Input.Room(ProxyHeader.MaxLength)[..count], Phase.AwaitingData, until).ConfigureAwait(false);
        if (read <= 0)
            return false;
        Input.Filled(read);
        OctetsIn += read;
        return true;
    }

    /// <summary>Completes when there are octets to read, or the client has closed. Takes none.</summary>
    public async ValueTask WaitForOctetsAsync() => await stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);

    /// <summary>Looks at octets that have arrived without taking them.</summary>
    /// <returns>How many were copied.</returns>
    public int Peek(Span<byte> octets) => transport.Peek(octets);

    public void Add(Reply reply, bool utf8) => output.Add(reply, utf8);

    public async ValueTask FlushAsync()
    {
        if (output.IsEmpty)
            return;

        var writing = stream.WriteAsync(output.Written);
        if (writing.IsCompletedSuccessfully)
            writing.GetAwaiter().GetResult();
        else
            await deadlines.WithinAsync(Phase.Writing, writeTimeout, writing).ConfigureAwait(false);
        OctetsOut += output.Length;
        output.Clear();
    }

    /// <summary>Everything from here on goes through TLS.</summary>
    public SslStream StartTls()
    {
        Input.Release();
        var tls = new SslStream(transport.Stream, leaveInnerStreamOpen: true);
        stream = tls;
        return tls;
    }

    /// <summary>A client that never stops sending does not starve others.</summary>
    public async ValueTask YieldAsync()
    {
        if (++consecutive < MaxConsecutive)
            return;
        consecutive = 0;
        await Task.Yield();
    }

    /// <summary>Says goodbye in TLS, where that is possible, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (stream is SslStream tls && deadlines.IsBusy)
                await deadlines.WithinAsync(Phase.Writing, writeTimeout, new ValueTask(tls.ShutdownAsync())).ConfigureAwait(false);
        }
        catch (Exception failure) when (
            failure is IOException or SocketException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
        {
            // A courtesy that the client need not wait for.
        }

        if (!ReferenceEquals(stream, transport.Stream))
            await stream.DisposeAsync().ConfigureAwait(false);
        await transport.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        Input.Dispose();
        output.Dispose();
    }

    private ValueTask<int> ReadAsync(Memory<byte> buffer, Phase purpose, WaitEnd until)
    {
        var reading = stream.ReadAsync(buffer);
        if (reading.IsCompletedSuccessfully && deadlines.MayTake(purpose))
            return reading;
        consecutive = 0;
        return deadlines.WaitAsync(reading, purpose, until);
    }
}
