namespace Gatepost.Smtp.Wire;

/// <summary>Finds the end of DATA and removes the dots that were stuffed (RFC 5321 §4.5.2), in place.</summary>
/// <remarks>
/// Only CRLF.CRLF ends the data. A bare CR or LF is noted, never taken for a line end: the message is refused once its
/// real end has come, so no octet of it can be taken for a command (SMTP smuggling).
/// </remarks>
internal struct DotUnstuffer
{
    private enum At
    {
        /// <summary>Behind a CRLF, or at the very start: the CRLF of the DATA line counts.</summary>
        LineStart,

        /// <summary>Behind a dot at the start of a line; the dot is dropped already.</summary>
        Dot,

        /// <summary>Behind dot and CR at the start of a line; the CR is held back.</summary>
        DotCarriageReturn,

        InLine,

        /// <summary>Behind a CR that was kept.</summary>
        CarriageReturn,
    }

    private At at;
    private long lineLength;

    /// <summary>Whether a CR without LF or an LF without CR has come.</summary>
    public bool SawBareLineEnd { get; private set; }

    /// <summary>Octets of the longest line, without CRLF.</summary>
    public long LongestLine { get; private set; }

    /// <summary>Takes the next octets of the data and leaves those that belong to the message at the front of them.</summary>
    /// <param name="octets">Changed in place.</param>
    /// <param name="used">How many belong to the data; those behind the end are the next command's.</param>
    /// <param name="kept">How many, at the front, belong to the message.</param>
    /// <returns>True once the end has come.</returns>
    public bool Feed(Span<byte> octets, out int used, out int kept)
    {
        used = kept = 0;
        while (used < octets.Length)
        {
            byte octet = octets[used];
            switch (at)
            {
                case At.LineStart:
                    at = At.InLine;
                    if (octet == '.')
                    {
                        at = At.Dot;
                        used++;
                    }

                    break;
                case At.Dot:
                    at = octet == '\r' ? At.DotCarriageReturn : At.InLine;
                    if (octet == '\r')
                        used++;
                    break;
                case At.DotCarriageReturn when octet == '\n':
                    used++;
                    return true;
                case At.CarriageReturn when octet == '\n':
                    Keep(octets, 1, ref used, ref kept);
                    EndLine();
                    break;
                case At.DotCarriageReturn or At.CarriageReturn:
                    SawBareLineEnd = true;
                    at = At.InLine;
                    break;
                default:
                    WalkLine(octets, ref used, ref kept);
                    break;
            }
        }

        return false;
    }

    private void WalkLine(Span<byte> octets, ref int used, ref int kept)
    {
        int run = octets[used..].IndexOfAny((byte)'\r', (byte)'\n');
        bool ended = run >= 0;
        if (!ended)
            run = octets.Length - used;
        lineLength += run;
        if (ended && octets[used + run] == '\n')
            SawBareLineEnd = true;
        else if (ended)
            at = At.CarriageReturn;
        Keep(octets, ended ? run + 1 : run, ref used, ref kept);
    }

    private void EndLine()
    {
        at = At.LineStart;
        LongestLine = Math.Max(LongestLine, lineLength);
        lineLength = 0;
    }

    private static void Keep(Span<byte> octets, int count, ref int used, ref int kept)
    {
        if (kept != used)
            octets.Slice(used, count).CopyTo(octets[kept..]);
        used += count;
        kept += count;
    }
}
