using System.Runtime.CompilerServices;
using System.Text;

namespace Gatepost.Smtp.Wire;

/// <summary>Reads names of header fields while a message streams past: counts hops, sees whether Message-ID and Date are there.</summary>
/// <remarks>Keeps 16 octets whatever the header's size, and stops looking where the header ends.</remarks>
internal struct HeaderScan
{
    private NameOctets name;
    private int length;
    private int fields;
    private bool inValue;
    private bool afterBlank;
    private bool tooLong;

    /// <summary>Received fields so far (RFC 5321 §6.3).</summary>
    public int Hops { get; private set; }

    public bool HasMessageId { get; private set; }

    public bool HasDate { get; private set; }

    /// <summary>Whether the empty line, or a line that is no field, has come.</summary>
    public bool Ended { get; private set; }

    /// <summary>Whether the first line already was no field and not the empty line: then there is no header at all.</summary>
    public bool Missing { get; private set; }

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
                inValue = afterBlank = tooLong = false;
                length = 0;
                continue;
            }

            TakeNameOctet(octets[0]);
            octets = octets[1..];
        }
    }

    /// <summary>A field is <c>name:</c> or, in old messages, <c>name :</c> (RFC 5322 §2.2, §4.5.8); a line that is none ends the header.</summary>
    private void TakeNameOctet(byte octet)
    {
        bool blank = octet is (byte)' ' or (byte)'\t';
        if (octet == ':' || (length == 0 && blank && fields > 0))
        {
            Note();
            fields++;
            inValue = true;
        }
        else if (octet == '\n' || (length == 0 && blank) || (afterBlank && !blank))
        {
            Ended = true;
            Missing = fields == 0 && !(octet == '\n' && length == 1 && name[0] == '\r');
        }
        else if (length < NameOctets.Size)
        {
            name[length++] = octet;
            afterBlank |= blank;
        }
        else
        {
            // Longer than any name that matters here.
            tooLong = true;
            afterBlank |= blank;
        }
    }

    private void Note()
    {
        if (tooLong)
            return;
        var said = ((ReadOnlySpan<byte>)name)[..length].TrimEnd(" \t"u8);
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
