using System.Net.Sockets;

namespace Gatepost.Smtp.Server;

/// <summary>The way octets come and go: a socket in the server, memory in tests, standard input for <c>sendmail -bs</c>.</summary>
public abstract class Transport : IAsyncDisposable
{
    /// <summary>Octets in both directions.</summary>
    public abstract Stream Stream { get; }

    /// <summary>Whether octets have arrived that were not read yet; false if that cannot be known.</summary>
    public virtual bool HasUnread => false;

    /// <summary>Looks at octets that have arrived without taking them; 0 where that cannot be done or nothing has arrived.</summary>
    public virtual int Peek(Span<byte> octets) => 0;

    /// <summary>
    /// Makes a pending and every later read end as if the peer had closed; writing still works. Callable from any thread.
    /// </summary>
    public abstract void StopReading();

    /// <summary>Ends everything immediately, whatever is pending. Callable from any thread.</summary>
    public abstract void Abort();

    public abstract ValueTask DisposeAsync();
}

/// <summary>A connected TCP socket.</summary>
internal sealed class SocketTransport(Socket socket) : Transport
{
    /// <summary>Octets of a client's last words we take off the wire so that ours arrive.</summary>
    private const int MaxDrained = 256 * 1024;

    public override Stream Stream { get; } = new NetworkStream(socket, ownsSocket: true);

    public override bool HasUnread
    {
        get
        {
            try
            {
                return socket.Available > 0;
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public override int Peek(Span<byte> octets) => socket.Available > 0 ? socket.Receive(octets, SocketFlags.Peek) : 0;

    public override void StopReading()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It has ended by itself in the meantime.
        }
    }

    public override void Abort() => socket.Dispose();

    public override ValueTask DisposeAsync()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            Drain();
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
        }

        return Stream.DisposeAsync();
    }

    /// <summary>Octets left unread would turn the close into a reset, which may destroy our last reply on its way. Never waits.</summary>
    private void Drain()
    {
        Span<byte> unread = stackalloc byte[2048];
        for (int drained = 0; drained < MaxDrained && socket.Available > 0;)
        {
            int count = socket.Receive(unread);
            if (count == 0)
                return;
            drained += count;
        }
    }
}
