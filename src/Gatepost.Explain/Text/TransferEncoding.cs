namespace Gatepost.Explain.Text;

/// <summary>Undoes quoted-printable and base64 (RFC 2045 §6), tolerantly, and remembers where each line came from.</summary>
/// <remarks>The answer has LF line ends only. Nothing here throws: what cannot be decoded is passed through or left out.</remarks>
internal static class TransferEncoding
{
    /// <summary>Lines ended by LF, CRLF, CR or any run of CR before LF become lines ended by LF.</summary>
    public static byte[] Verbatim(ReadOnlySpan<byte> raw, int offset, List<int> lineOffsets, out int length)
    {
        byte[] clean = new byte[raw.Length];
        length = 0;
        lineOffsets.Add(offset);
        int at = 0;
        while (at < raw.Length)
        {
            int end = raw[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                raw[at..].CopyTo(clean.AsSpan(length));
                length += raw.Length - at;
                break;
            }

            raw.Slice(at, end).CopyTo(clean.AsSpan(length));
            length += end;
            clean[length++] = (byte)'\n';
            at = LineEnd.Skip(raw, at + end);
            lineOffsets.Add(offset + at);
        }

        return clean;
    }

    public static byte[] QuotedPrintable(ReadOnlySpan<byte> raw, int offset, List<int> lineOffsets, out int length)
    {
        byte[] clean = new byte[raw.Length];
        length = 0;
        lineOffsets.Add(offset);
        for (int at = 0; at < raw.Length;)
        {
            byte octet = raw[at];
            if (octet is (byte)'\r' or (byte)'\n')
            {
                while (length > 0 && clean[length - 1] is (byte)' ' or (byte)'\t' && raw[at - 1] is (byte)' ' or (byte)'\t')
                    length--;
                clean[length++] = (byte)'\n';
                at = LineEnd.Skip(raw, at);
                lineOffsets.Add(offset + at);
            }
            else if (octet == '=' && SoftBreak(raw, at) is var after and > 0)
            {
                at = after;
            }
            else if (octet == '=' && at + 2 < raw.Length && Hex(raw[at + 1]) is var high and >= 0 && Hex(raw[at + 2]) is var low and >= 0)
            {
                byte value = (byte)((high << 4) | low);
                at += 3;
                if (value == '\r')
                    continue;
                clean[length++] = value;
                if (value == '\n')
                    lineOffsets.Add(offset + at);
            }
            else
            {
                clean[length++] = octet;
                at++;
            }
        }

        return clean;
    }

    public static byte[] Base64(ReadOnlySpan<byte> raw, int offset, List<int> lineOffsets, out int length)
    {
        byte[] clean = new byte[(raw.Length / 4 * 3) + 3];
        length = 0;
        lineOffsets.Add(offset);
        int bits = 0, held = 0;
        bool carriage = false;
        for (int at = 0; at < raw.Length; at++)
        {
            int digit = Digit(raw[at]);
            if (digit < 0)
            {
                // Padding ends a group; some senders join several encoded pieces.
                if (raw[at] == '=')
                    held = bits = 0;
                continue;
            }

            held = (held << 6) | digit;
            bits += 6;
            if (bits < 8)
                continue;
            bits -= 8;
            byte value = (byte)(held >> bits);
            held &= (1 << bits) - 1;
            if (carriage && value != '\n')
                EndLine(clean, ref length, lineOffsets, offset + at);
            carriage = value == '\r';
            if (carriage)
                continue;
            if (value == '\n')
                EndLine(clean, ref length, lineOffsets, offset + at + 1);
            else if (length < clean.Length)
                clean[length++] = value;
        }

        return clean;
    }

    private static void EndLine(byte[] clean, ref int length, List<int> lineOffsets, int offset)
    {
        if (length >= clean.Length)
            return;
        clean[length++] = (byte)'\n';
        lineOffsets.Add(offset);
    }

    /// <summary>The place after a soft line break that starts at <paramref name="at"/>, or 0.</summary>
    private static int SoftBreak(ReadOnlySpan<byte> raw, int at)
    {
        int next = at + 1;
        while (next < raw.Length && raw[next] is (byte)' ' or (byte)'\t')
            next++;
        if (next == raw.Length)
            return next;
        return raw[next] is (byte)'\r' or (byte)'\n' ? LineEnd.Skip(raw, next) : 0;
    }

    private static int Hex(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        _ => -1,
    };

    private static int Digit(byte octet) => octet switch
    {
        >= (byte)'A' and <= (byte)'Z' => octet - 'A',
        >= (byte)'a' and <= (byte)'z' => octet - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => octet - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
