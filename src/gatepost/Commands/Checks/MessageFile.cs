using System.Text;

namespace Gatepost.Commands;

/// <summary>Messages kept in files.</summary>
internal static class MessageFile
{
    /// <summary>A file of this system, with LF alone, as a client would send it; one that has CRLF is left as it is.</summary>
    public static byte[] OnTheWire(byte[] file) =>
        file.AsSpan().IndexOf("\r\n"u8) >= 0
            ? file
            : Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(file).Replace("\n", "\r\n", StringComparison.Ordinal));
}
