using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatepost.Smtp.Wire;

/// <summary>How reading a PROXY header ended.</summary>
internal enum ProxyOutcome
{
    /// <summary>More octets are needed.</summary>
    Incomplete,

    /// <summary>Read; the client is who it says, or unknown (health checks: LOCAL, UNKNOWN).</summary>
    Read,

    /// <summary>Not a PROXY header.</summary>
    Bad,
}

/// <summary>The PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt): who the client behind a load balancer is.</summary>
internal static class ProxyHeader
{
    /// <summary>Octets of the largest header we read: v2 with what extensions a balancer adds (a certificate's names, an id).</summary>
    public const int MaxLength = 4096;

    private const int MaxLineOfVersion1 = 107;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads the header at the start of <paramref name="octets"/>.</summary>
    /// <param name="octets">What has come so far.</param>
    /// <param name="client">Null if the balancer speaks for itself.</param>
    /// <param name="length">Octets of the header.</param>
    public static ProxyOutcome Read(ReadOnlySpan<byte> octets, out IPEndPoint? client, out int length)
    {
        client = null;
        length = 0;
        if (octets.IsEmpty)
            return ProxyOutcome.Incomplete;
        return octets[0] == '\r' ? ReadVersion2(octets, out client, out length) : ReadVersion1(octets, out client, out length);
    }

    /// <summary>How many octets may be read without touching what follows an incomplete header.</summary>
    public static int Missing(ReadOnlySpan<byte> octets)
    {
        // Version 1 ends with a line end that may come any time; version 2 says its length in its first 16 octets.
        if (octets.IsEmpty || octets[0] != '\r')
            return 1;
        return octets.Length < 16 ? 16 - octets.Length : 16 + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]) - octets.Length;
    }

    private static ProxyOutcome ReadVersion1(ReadOnlySpan<byte> octets, out IPEndPoint? client, out int length)
    {
        client = null;
        int end = octets[..Math.Min(octets.Length, MaxLineOfVersion1)].IndexOf("\r\n"u8);
        length = end + 2;
        if (end < 0)
        {
            bool begins = "PROXY "u8.StartsWith(octets[..Math.Min(octets.Length, 6)]);
            return begins && octets.Length < MaxLineOfVersion1 ? ProxyOutcome.Incomplete : ProxyOutcome.Bad;
        }

        var line = octets[..end];
        if (!line.StartsWith("PROXY "u8))
            return ProxyOutcome.Bad;
        line = line[6..];
        if (line.StartsWith("UNKNOWN"u8))
            return ProxyOutcome.Read;

        var family = line.StartsWith("TCP4 "u8) ? AddressFamily.InterNetwork : line.StartsWith("TCP6 "u8) ? AddressFamily.InterNetworkV6
            : AddressFamily.Unspecified;
        if (family == AddressFamily.Unspecified)
            return ProxyOutcome.Bad;
        return TryReadEnds(line[5..], family, out client) ? ProxyOutcome.Read : ProxyOutcome.Bad;
    }

    /// <summary><c>source destination sourceport destinationport</c>.</summary>
    private static bool TryReadEnds(ReadOnlySpan<byte> words, AddressFamily family, out IPEndPoint? client)
    {
        client = null;
        Span<Range> ranges = stackalloc Range[5];
        if (Ranges(words, ranges) != 4)
            return false;

        return TryReadAddress(words[ranges[0]], family, out var source)
            && TryReadAddress(words[ranges[1]], family, out _)
            && TryReadPort(words[ranges[2]], out int port)
            && TryReadPort(words[ranges[3]], out _)
            && (client = new IPEndPoint(source, port)) is not null;
    }

    private static int Ranges(ReadOnlySpan<byte> words, Span<Range> ranges)
    {
        int count = 0;
        foreach (var range in words.Split((byte)' '))
        {
            if (count == ranges.Length)
                return count;
            ranges[count++] = range;
        }

        return count;
    }

    private static bool TryReadAddress(ReadOnlySpan<byte> word, AddressFamily family, out IPAddress address) =>
        IPAddress.TryParse(Encoding.ASCII.GetString(word), out address!) && address.AddressFamily == family && !word.Contains((byte)'%')
        && (family == AddressFamily.InterNetworkV6 || word.Count((byte)'.') == 3);

    private static bool TryReadPort(ReadOnlySpan<byte> word, out int port) =>
        Utf8Parser.TryParse(word, out port, out int used) && used == word.Length && port is >= 0 and <= 65535;

    private static ProxyOutcome ReadVersion2(ReadOnlySpan<byte> octets, out IPEndPoint? client, out int length)
    {
        client = null;
        length = 0;
        if (!Signature.StartsWith(octets[..Math.Min(octets.Length, Signature.Length)]))
            return ProxyOutcome.Bad;
        if (octets.Length < 16)
            return ProxyOutcome.Incomplete;

        int version = octets[12] >> 4, command = octets[12] & 15;
        length = 16 + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (version != 2 || command > 1 || length > MaxLength)
            return ProxyOutcome.Bad;
        if (octets.Length < length)
            return ProxyOutcome.Incomplete;
        if (command == 0)
            return ProxyOutcome.Read;
        return ReadVersion2Ends(octets[13], octets[16..length], out client);
    }

    private static ProxyOutcome ReadVersion2Ends(byte family, ReadOnlySpan<byte> body, out IPEndPoint? client)
    {
        client = null;
        int size = family switch { 0x11 => 4, 0x21 => 16, _ => 0 };
        // UNSPEC and UNIX have no address of a client; the specification says to go on with the connection's own.
        if (size == 0)
            return ProxyOutcome.Read;
        if (body.Length < (size * 2) + 4)
            return ProxyOutcome.Bad;
        client = new IPEndPoint(new IPAddress(body[..size]), BinaryPrimitives.ReadUInt16BigEndian(body[(size * 2)..]));
        return ProxyOutcome.Read;
    }
}
