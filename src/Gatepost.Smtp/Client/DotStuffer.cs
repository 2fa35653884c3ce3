namespace Gatepost.Smtp.Client;

/// <summary>
/// Doubles the dots that begin a line (RFC 5321 §4.5.2) while the octets pass in pieces, and finds line ends that are none.
/// </summary>
internal struct DotStuffer
{
    private byte last;
    private bool started;

    /// <summary>
    /// True once there was a bare CR or LF: such octets must not be passed on, a less strict server could read an end of data into them.
    /// </summary>
    public bool FoundBareLineEnd { get; private set; }

    /// <summary>Whether what passed so far ends with CRLF; true also for nothing.</summary>
    public readonly bool EndsLine => !started || last == '\n';

    /// <summary>Copies <paramref name="piece"/>; <paramref name="target"/> must have twice its length.</summary>
    /// <returns>Octets written.</returns>
    public int Pass(ReadOnlySpan<byte> piece, Span<byte> target)
    {
        int written = 0;
        while (!piece.IsEmpty)
        {
            if (piece[0] == '.' && EndsLine)
                target[written++] = (byte)'.';
            int feed = piece.IndexOf((byte)'\n');
            var line = feed < 0 ? piece : piece[..(feed + 1)];
            Check(line, feed >= 0);
            line.CopyTo(target[written..]);
            written += line.Length;
            last = line[^1];
            started = true;
            piece = piece[line.Length..];
        }

        return written;
    }

    /// <summary>Says at the end whether the last octet was a CR on its own.</summary>
    public void Finish()
    {
        if (started && last == '\r')
            FoundBareLineEnd = true;
    }

    /// <summary>Whether every CR is followed by LF and every LF preceded by CR.</summary>
    public static bool HasGoodLineEnds(ReadOnlySpan<byte> octets)
    {
        while (true)
        {
            int at = octets.IndexOfAny((byte)'\r', (byte)'\n');
            if (at < 0)
                return true;
            if (octets[at] == '\n' || at + 1 >= octets.Length || octets[at + 1] != '\n')
                return false;
            octets = octets[(at + 2)..];
        }
    }

    private void Check(ReadOnlySpan<byte> line, bool ended)
    {
        if (last == '\r' && line[0] != '\n')
            FoundBareLineEnd = true;
        int carriage = line.IndexOf((byte)'\r');
        if (ended)
        {
            bool good = line.Length == 1 ? last == '\r' : carriage == line.Length - 2;
            if (!good)
                FoundBareLineEnd = true;
        }
        else if (carriage >= 0 && carriage != line.Length - 1)
        {
            FoundBareLineEnd = true;
        }
    }
}
