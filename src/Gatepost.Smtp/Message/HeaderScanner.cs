using System.Runtime.CompilerServices;
using System.Text;

namespace Gatepost.Smtp.Message;

/// <summary>How the header of a message ended.</summary>
public enum HeaderEnd
{
    /// <summary>Not yet.</summary>
    Open,

    /// <summary>At the empty line (RFC 5322 §2.1).</summary>
    EmptyLine,

    /// <summary>With the message: there is no body.</summary>
    EndOfMessage,

    /// <summary>At a line that is no field; the body begins with it. Other readers may go on and find fields behind it.</summary>
    NotAField,

    /// <summary>Longer than its reader accepts. What was not read may hold any field, so a rule that must see one refuses the
    /// message.</summary>
    OverLimit,
}

/// <summary>The one definition of a header: where a field begins and ends, what folding is, where the body begins. Octets come in pieces of
/// any size.</summary>
/// <remarks>
/// A field is <c>name:</c> or, in old messages, <c>name :</c> (RFC 5322 §2.2, §4.5.8); lines that begin with a blank continue it (§2.2.3).
/// Needs the same memory for any header. Positions count octets from the start of the message.
/// </remarks>
public struct HeaderScanner
{
    /// <summary>A line has at most 998 octets (RFC 5322 §2.1.1), so a longer name is none.</summary>
    public const int MaxName = 997;

    private enum At
    {
        LineStart,

        /// <summary>After a CR at the start of a line.</summary>
        Return,
        Name,

        /// <summary>After the blanks between a name and its colon.</summary>
        Blank,
        Value,
    }

    private At at;
    private bool isOpen;
    private NameOctets name;

    /// <summary>Octets read so far.</summary>
    public long Position { get; private set; }

    public HeaderEnd End { get; private set; }

    /// <summary>Complete fields so far.</summary>
    public int Fields { get; private set; }

    /// <summary>Where the field begins that was completed last, or is being read.</summary>
    public long FieldStart { get; private set; }

    /// <summary>Where that field ends: behind its last line end.</summary>
    public long FieldEnd { get; private set; }

    /// <summary>Octets of that field's name, without blanks.</summary>
    public int NameLength { get; private set; }

    /// <summary>Octets of that field up to its colon, blanks included.</summary>
    public int ColonAt { get; private set; }

    /// <summary>Where the body begins, once the header has ended.</summary>
    public long BodyStart { get; private set; }

    /// <summary>Whether the message begins with its text: there is no header at all.</summary>
    public readonly bool IsMissing => End == HeaderEnd.NotAField && Fields == 0;

    /// <summary>Whether a field is being read of which name and colon are known.</summary>
    public readonly bool IsInField => isOpen;

    /// <summary>Reads on until a field is complete.</summary>
    /// <param name="octets">The next of the message.</param>
    /// <param name="used">How many of them were read; the others come again in the next call.</param>
    /// <returns>True for a complete field; false when all octets are used or the header has ended.</returns>
    public bool Read(ReadOnlySpan<byte> octets, out int used)
    {
        used = 0;
        while (End == HeaderEnd.Open && used < octets.Length)
        {
            if (at == At.Value)
            {
                int feed = octets[used..].IndexOf((byte)'\n');
                int taken = feed < 0 ? octets.Length - used : feed + 1;
                used += taken;
                Position += taken;
                if (feed >= 0)
                    at = At.LineStart;
                continue;
            }

            byte octet = octets[used];
            if (at == At.LineStart && isOpen && !IsBlank(octet))
                return Complete();
            used++;
            Position++;
            Step(octet);
        }

        return false;
    }

    /// <summary>The message has ended. True when that completes a field; called again, it ends the header.</summary>
    public bool Finish()
    {
        if (End != HeaderEnd.Open)
            return false;
        if (isOpen)
            return Complete();
        Stop(at == At.LineStart ? HeaderEnd.EndOfMessage : HeaderEnd.NotAField);
        return false;
    }

    /// <summary>Whether the field that was completed last has this name, of 16 octets at most and without its colon.</summary>
    public readonly bool IsNamed(ReadOnlySpan<byte> wanted) =>
        NameLength == wanted.Length && Ascii.EqualsIgnoreCase(((ReadOnlySpan<byte>)name)[..wanted.Length], wanted);

    private static bool IsBlank(byte octet) => octet is (byte)' ' or (byte)'\t';

    private bool Complete()
    {
        FieldEnd = Position;
        Fields++;
        isOpen = false;
        at = At.LineStart;
        return true;
    }

    private void Step(byte octet)
    {
        switch (at)
        {
            case At.LineStart when isOpen:
                at = At.Value;
                break;
            case At.LineStart when octet == '\r':
                (FieldStart, at) = (Position - 1, At.Return);
                break;
            case At.LineStart:
                FieldStart = Position - 1;
                NameLength = 0;
                if (octet == '\n')
                    Stop(HeaderEnd.EmptyLine);
                else if (octet == ':')
                    Stop(HeaderEnd.NotAField);
                else
                    TakeName(octet);
                break;
            case At.Return:
                Stop(octet == '\n' ? HeaderEnd.EmptyLine : HeaderEnd.NotAField);
                break;
            case At.Name or At.Blank when octet == ':':
                ColonAt = (int)(Position - 1 - FieldStart);
                (isOpen, at) = (true, At.Value);
                break;
            case At.Name or At.Blank when IsBlank(octet):
                at = At.Blank;
                if (Position - FieldStart > MaxName)
                    Stop(HeaderEnd.NotAField);
                break;
            case At.Name:
                TakeName(octet);
                break;
            default:
                Stop(HeaderEnd.NotAField);
                break;
        }
    }

    private void TakeName(byte octet)
    {
        at = At.Name;
        if (octet is <= (byte)' ' or > (byte)'~' || NameLength == MaxName)
        {
            Stop(HeaderEnd.NotAField);
            return;
        }

        if (NameLength < NameOctets.Size)
            name[NameLength] = octet;
        NameLength++;
    }

    private void Stop(HeaderEnd end)
    {
        End = end;
        BodyStart = end == HeaderEnd.NotAField ? FieldStart : Position;
    }

    [InlineArray(Size)]
    private struct NameOctets
    {
        public const int Size = 16;

        private byte first;
    }
}
