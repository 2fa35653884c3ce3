using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gatepost.Web.Control;

/// <summary>Who is at the other end of a Unix socket, as the kernel knows it.</summary>
internal static class PeerCredentials
{
    private const int SolSocket = 1, SoPeerCred = 17;

    /// <returns>The user id; null if the system does not say.</returns>
    public static int? UserId(HttpContext context)
    {
        if (!OperatingSystem.IsLinux() || context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            return null;

        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }, see unix(7).
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == 12 ? BitConverter.ToInt32(credentials[4..8]) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
