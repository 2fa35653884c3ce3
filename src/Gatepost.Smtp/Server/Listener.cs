using System.Net;
using System.Net.Sockets;
using Gatepost.Replies;

namespace Gatepost.Smtp.Server;

/// <summary>One listening socket and its accept loop.</summary>
internal sealed class Listener : IDisposable
{
    private const int Backlog = 4096;

    /// <summary>
    /// Octets of replies the kernel holds for a client that does not read; inherited by every connection. Left alone, Linux
    /// lets it grow to megabytes, and some hundred such clients would take the machine's memory. Replies are short.
    /// </summary>
    private const int SendBuffer = 32 * 1024;

    private static readonly TimeSpan RoomInterval = TimeSpan.FromMilliseconds(5);

    private readonly ServerServices services;
    private readonly Socket socket;
    private ListenerProfile profile;
    private volatile bool isEnding;
    private Task accepting = Task.CompletedTask;

    /// <exception cref="SocketException">The address cannot be had.</exception>
    public Listener(ServerServices services, ListenerProfile profile)
    {
        this.services = services;
        this.profile = profile;
        var wanted = profile.Listener.EndPoint;
        socket = new Socket(wanted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (wanted.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            // Not SocketOptionName.ReuseAddress: on Linux that sets SO_REUSEPORT too, and a second server would get part of the mail.
            // Addresses in TIME_WAIT can be had without it.
            socket.SendBufferSize = SendBuffer;
            socket.Bind(wanted);
            socket.Listen(Backlog);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new SocketException(failure.ErrorCode, $"cannot listen at {wanted}: {failure.Message}");
        }

        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Where it listens, with the port it really got.</summary>
    public IPEndPoint EndPoint { get; }

    public ListenerOptions Options => Volatile.Read(ref profile).Listener;

    public void Start() => accepting = AcceptAsync();

    /// <summary>Applies to connections from now on; those that are open keep theirs.</summary>
    public void Apply(ListenerProfile changed) => Volatile.Write(ref profile, changed);

    public void Dispose()
    {
        isEnding = true;
        socket.Dispose();
    }

    /// <summary>Completes once no connection is accepted any more.</summary>
    public Task Finished => accepting;

    private async Task AcceptAsync()
    {
        while (true)
        {
            // The kernel keeps the others until those that get 421 have gone.
            while (!isEnding && !services.Counts.HasRoom(Volatile.Read(ref profile).Server.MaxConnections))
                await Task.Delay(RoomInterval, services.Session.Time).ConfigureAwait(false);

            Socket client;
            try
            {
                client = await socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (SocketException failure) when (failure.SocketErrorCode is not (
                SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket or SocketError.InvalidArgument))
            {
                await RestAsync(failure).ConfigureAwait(false);
                continue;
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return;
            }

            services.Spare.TryTake();
            Begin(client);
        }
    }

    /// <summary>No descriptors or no memory: the connections that end will make room.</summary>
    private async Task RestAsync(SocketException failure)
    {
        // With the spare one given up the next client gets in, and while no one may enter it gets 421.
        bool gave = failure.SocketErrorCode == SocketError.TooManyOpenSockets && services.Spare.Give();
        services.Counts.IsShort |= gave;
        services.Session.Journal.Report(services.Session.Time, OurEvidence.CannotAccept.Say(EndPoint.ToString()!, failure.Message));
        await Task.Delay(TimeSpan.FromMilliseconds(gave ? 1 : 100), services.Session.Time).ConfigureAwait(false);
    }

    private void Begin(Socket client)
    {
        try
        {
            client.NoDelay = true;
            var connection = new Connection(
                new SocketTransport(client), services, Volatile.Read(ref profile), Plain((IPEndPoint)client.RemoteEndPoint!),
                    Plain((IPEndPoint)client.LocalEndPoint!));
            ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.RunAsync(), connection, preferLocal: false);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or IOException)
        {
            // Gone before we could look at it.
            client.Dispose();
        }
    }

    /// <summary>
    /// An IPv4 client at a socket for both families is an IPv4 client; an address's scope is our own interface, of no use to others.
    /// </summary>
    private static IPEndPoint Plain(IPEndPoint end) =>
        end.Address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 }
            ? new IPEndPoint(new IPAddress(end.Address.GetAddressBytes()), end.Port)
        : PlainAddress.Plain(end);
}
