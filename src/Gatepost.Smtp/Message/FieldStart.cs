using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gatepost.Smtp.Message;

/// <summary>
/// Remembers how the value begins of the first field of one name, in a header that streams past in pieces. Needs the same memory for any
/// header.
/// </summary>
internal struct FieldStart
{
    /// <summary>Octets remembered.</summary>
    public const int MaxOctets = 320;

    private ValueOctets octets;
    private int length;
    private long fieldStart;

    /// <summary>Without blanks and line ends around it; empty where there is no such field.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Value => ((ReadOnlySpan<byte>)octets)[..length].Trim(" \t\r\n"u8);

    /// <summary>Takes what of a field is in this piece.</summary>
    /// <param name="name">The field's, of 16 octets at most and without its colon.</param>
    /// <param name="scanner">After it has read the piece, with name and colon of the field known.</param>
    /// <param name="piece">The octets it read.</param>
    /// <param name="from">Position of the first of them in the message.</param>
    public void Feed(ReadOnlySpan<byte> name, in HeaderScanner scanner, ReadOnlySpan<byte> piece, long from)
    {
        bool isFirst = length == 0 || fieldStart == scanner.FieldStart;
        if (!isFirst || length == MaxOctets || !scanner.IsNamed(name))
            return;
        fieldStart = scanner.FieldStart;
        long value = scanner.FieldStart + scanner.ColonAt + 1;
        if (value > from)
            piece = piece[(int)Math.Min(value - from, piece.Length)..];
        int taken = Math.Min(piece.Length, MaxOctets - length);
        piece[..taken].CopyTo(((Span<byte>)octets)[length..]);
        length += taken;
    }

    [InlineArray(MaxOctets)]
    private struct ValueOctets
    {
        private byte first;
    }
}
