using System.Runtime.CompilerServices;
using Gatepost.Replies;

namespace Gatepost.Smtp.Message;

/// <summary>Remembers the first Message-ID of a header that streams past in pieces. Needs the same memory for any header.</summary>
internal struct MessageIdReader
{
    /// <summary>Octets looked at; a Message-ID that ends later is cut.</summary>
    private const int MaxOctets = 320;

    /// <summary>Characters of the value, see <see cref="JournalEvent.MessageId"/>.</summary>
    private const int MaxLength = 250;

    private IdOctets octets;
    private int length;
    private long fieldStart;

    /// <summary>Takes what of a field is in this piece.</summary>
    /// <param name="scanner">After it has read the piece, with name and colon of the field known.</param>
    /// <param name="piece">The octets it read.</param>
    /// <param name="from">Position of the first of them in the message.</param>
    public void Feed(in HeaderScanner scanner, ReadOnlySpan<byte> piece, long from)
    {
        bool isFirst = length == 0 || fieldStart == scanner.FieldStart;
        if (!isFirst || length == MaxOctets || !scanner.IsNamed("message-id"u8))
            return;
        fieldStart = scanner.FieldStart;
        long value = scanner.FieldStart + scanner.ColonAt + 1;
        if (value > from)
            piece = piece[(int)Math.Min(value - from, piece.Length)..];
        int taken = Math.Min(piece.Length, MaxOctets - length);
        piece[..taken].CopyTo(((Span<byte>)octets)[length..]);
        length += taken;
    }

    /// <summary>What is between the angle brackets, or all of it where there are none; null if there is nothing.</summary>
    public readonly string? Value
    {
        get
        {
            var value = ((ReadOnlySpan<byte>)octets)[..length].Trim(" \t\r\n"u8);
            int open = value.IndexOf((byte)'<');
            if (open >= 0)
                value = value[(open + 1)..];
            int close = value.IndexOf((byte)'>');
            if (close >= 0)
                value = value[..close];
            value = value.Trim(" \t\r\n"u8);
            return value.IsEmpty ? null : SafeText.Of(value, MaxLength).ToString();
        }
    }

    [InlineArray(MaxOctets)]
    private struct IdOctets
    {
        private byte first;
    }
}
