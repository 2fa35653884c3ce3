using System.Runtime.CompilerServices;
using System.Text;

namespace Gatepost.Smtp.Wire;

/// <summary>Reads names of header fields while a message streams past: counts hops, sees whether Message-ID and Date are there.</summary>
/// <remarks>Keeps 16 octets whatever the header's size, and stops looking where the header ends.</remarks>
internal struct HeaderScan
{
    private NameOctets name;
    private int length;
    private bool inValue;

    /// <summary>Received fields so far (RFC 5321 §6.3).</summary>
    public int Hops { get; private set; }

    public bool HasMessageId { get; private set; }

    public bool HasDate { get; private set; }

    /// <summary>Whether the empty line, or a line that is no field, has come.</summary>
    public bool Ended { get; private set; }

    public void Feed(ReadOnlySpan<byte> octets)
    {
        while (!Ended && !octets.IsEmpty)
        {
            if (inValue)
            {
                int end = octets.IndexOf((byte)'\n');
                if (end < 0)
                    return;
                octets = octets[(end + 1)..];
                inValue = false;
                length = 0;
                continue;
            }

            TakeNameOctet(octets[0]);
            octets = octets[1..];
        }
    }

    private void TakeNameOctet(byte octet)
    {
        if (octet == ':' || (length == 0 && octet is (byte)' ' or (byte)'\t'))
        {
            Note();
            inValue = true;
        }
        else if (octet == '\n')
        {
            Ended = true;
        }
        else if (length == NameOctets.Size)
        {
            // Longer than any name that matters here.
            inValue = true;
        }
        else
        {
            name[length++] = octet;
        }
    }

    private void Note()
    {
        var said = ((ReadOnlySpan<byte>)name)[..length].TrimEnd((byte)' ');
        if (Ascii.EqualsIgnoreCase(said, "received"u8))
            Hops++;
        else if (Ascii.EqualsIgnoreCase(said, "message-id"u8))
            HasMessageId = true;
        else if (Ascii.EqualsIgnoreCase(said, "date"u8))
            HasDate = true;
    }

    [InlineArray(Size)]
    private struct NameOctets
    {
        public const int Size = 16;

        private byte first;
    }
}
