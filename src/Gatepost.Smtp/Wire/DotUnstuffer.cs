namespace Gatepost.Smtp.Wire;

/// <summary>Finds the end of DATA and removes the dots that were stuffed (RFC 5321 §4.5.2), in place.</summary>
/// <remarks>
/// Only CRLF.CRLF ends the data. A bare CR or LF is never taken for a line end and stays in the message, which is refused for it
/// (<see cref="Message.LineEndPolicy"/>) once its real end has come, so no octet of it can be taken for a command (SMTP smuggling).
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

    /// <summary>Takes the next octets of the data and leaves those that belong to the message at the front of them.</summary>
    /// <param name="octets">Changed in place.</param>
    /// <param name="used">How many belong to the data; those behind the end are the next command's.</param>
    /// <param name="kept">How many, at the front, belong to the message.</param>
    /// <param name="heldBack">Whether a CR of an earlier call belongs to the message, before those kept: it is a bare one.</param>
    /// <returns>True once the end has come.</returns>
    public bool Feed(Span<byte> octets, out int used, out int kept, out bool heldBack)
    {
        used = kept = 0;
        heldBack = false;
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
                    at = At.LineStart;
                    break;
                case At.DotCarriageReturn:
                    // The dot or the CR left a place, unless both came in an earlier call.
                    if (kept < used)
                        octets[kept++] = (byte)'\r';
                    else
                        heldBack = true;
                    at = At.InLine;
                    break;
                case At.CarriageReturn:
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
        if (ended && octets[used + run] == '\r')
            at = At.CarriageReturn;
        Keep(octets, ended ? run + 1 : run, ref used, ref kept);
    }

    private static void Keep(Span<byte> octets, int count, ref int used, ref int kept)
    {
        if (kept != used)
            octets.Slice(used, count).CopyTo(octets[kept..]);
        used += count;
        kept += count;
    }
}
