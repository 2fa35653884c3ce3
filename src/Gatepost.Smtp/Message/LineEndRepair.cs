namespace Gatepost.Smtp.Message;

/// <summary>Makes CR LF of every line end while a message streams past, for clients of our own that send a bare LF or CR.</summary>
/// <remarks>
/// Where the message ends is decided before, by CR LF . CR LF alone (<see cref="Wire.DotUnstuffer"/>), so nothing that is repaired here can
/// end it early or become a command.
/// </remarks>
internal struct LineEndRepair
{
    /// <summary>A CR whose LF may be the next octet.</summary>
    private bool carriageReturn;

    /// <summary>Line ends that were repaired.</summary>
    public long Repaired { get; private set; }

    /// <summary>Octets that the next octets may become.</summary>
    public static int Room(int octets) => (octets * 2) + 2;

    /// <summary>Takes the next octets.</summary>
    /// <param name="octets">As they came.</param>
    /// <param name="repaired">Has <see cref="Room"/> for them.</param>
    /// <returns>How many octets of the message are in <paramref name="repaired"/>.</returns>
    public int Feed(ReadOnlySpan<byte> octets, Span<byte> repaired)
    {
        int to = 0;
        foreach (byte octet in octets)
        {
            if (carriageReturn || octet == '\n')
                to += EndLine(repaired[to..], isComplete: carriageReturn && octet == '\n');
            bool wasEnd = octet == '\n';
            carriageReturn = octet == '\r';
            if (!wasEnd && !carriageReturn)
                repaired[to++] = octet;
        }

        return to;
    }

    /// <summary>The message has come to its end.</summary>
    public int Finish(Span<byte> repaired)
    {
        if (!carriageReturn)
            return 0;
        carriageReturn = false;
        return EndLine(repaired, isComplete: false);
    }

    private int EndLine(Span<byte> repaired, bool isComplete)
    {
        if (!isComplete)
            Repaired++;
        "\r\n"u8.CopyTo(repaired);
        return 2;
    }
}
