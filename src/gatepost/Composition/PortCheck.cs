using System.Net;
using System.Net.Sockets;

namespace Gatepost.Composition;

/// <summary>Which addresses other programs have, asked for all listeners together before one of them serves anybody.</summary>
internal static class PortCheck
{
    /// <summary>Finds out whether the addresses can be had, without keeping them.</summary>
    /// <param name="addresses">Each with the section that asks for it.</param>
    /// <exception cref="SocketException">Some cannot; the message names each of them.</exception>
    public static void Run(IEnumerable<(IPEndPoint Address, string Section)> addresses)
    {
        List<string> taken = [];
        int error = 0;
        foreach (var (address, section) in addresses)
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(address);
                socket.Listen(1);
            }
            catch (SocketException failure)
            {
                error = failure.ErrorCode;
                taken.Add($"cannot listen at {address} ({section}): {failure.Message}");
            }
        }

        if (taken.Count > 0)
            throw new SocketException(error, string.Join("; ", taken));
    }
}
