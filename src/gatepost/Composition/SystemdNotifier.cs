using System.Net.Sockets;
using System.Text;

namespace Gatepost.Composition;

/// <summary>Notifies systemd how far the server is (sd_notify(3)); does nothing if systemd did not start it.</summary>
internal sealed class SystemdNotifier(string? socketPath)
{
    public static SystemdNotifier FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    public void Ready() => Send("READY=1");

    /// <param name="monotonic">Microseconds of CLOCK_MONOTONIC: systemd wants them with RELOADING=1 (Type=notify-reload).</param>
    public void Reloading(long monotonic) => Send($"RELOADING=1\nMONOTONIC_USEC={monotonic}");

    public void Stopping() => Send("STOPPING=1");

    public void Status(string text) => Send("STATUS=" + text.ReplaceLineEndings(" "));

    private void Send(string message)
    {
        if (string.IsNullOrEmpty(socketPath))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A name that begins with @ is in the abstract namespace, written with a NUL.
            socket.Connect(new UnixDomainSocketEndPoint(socketPath[0] == '@' ? "\0" + socketPath[1..] : socketPath));
            socket.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (SocketException)
        {
            // The process that started us does not listen; the server works without it.
        }
    }
}
