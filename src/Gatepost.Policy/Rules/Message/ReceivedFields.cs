namespace Gatepost.Policy.Rules.Message;

/// <summary>Counts the Received fields of a header that comes in pieces.</summary>
internal struct ReceivedFields
{
    private static ReadOnlySpan<byte> Name => "received:"u8;

    // Octets of the current line that agree with the name; -1 once they differ.
    private int matched;
    private bool lineIsEmpty;
    private bool started;

    public int Count { get; private set; }

    /// <summary>Whether the empty line behind the header was read.</summary>
    public bool AtEnd { get; private set; }

    public void Read(ReadOnlySpan<byte> piece)
    {
        if (!started)
            (started, lineIsEmpty) = (true, true);

        while (!piece.IsEmpty && !AtEnd)
        {
            if (matched < 0 && !SkipToLineEnd(ref piece))
                return;
            Take(piece[0]);
            piece = piece[1..];
        }
    }

    private static bool SkipToLineEnd(ref ReadOnlySpan<byte> piece)
    {
        int end = piece.IndexOf((byte)'\n');
        piece = end < 0 ? [] : piece[end..];
        return end >= 0;
    }

    private void Take(byte octet)
    {
        if (octet == '\n')
        {
            AtEnd = lineIsEmpty;
            (matched, lineIsEmpty) = (0, true);
            return;
        }

        if (octet == '\r' && lineIsEmpty)
            return;
        lineIsEmpty = false;
        if (matched < 0 || (octet | 0x20) != Name[matched])
        {
            // RFC 5322 §4.5.8 lets old mail have blanks before the colon.
            if (matched != Name.Length - 1 || octet is not ((byte)' ' or (byte)'\t'))
                matched = -1;
            return;
        }

        if (++matched < Name.Length)
            return;
        Count++;
        matched = -1;
    }
}
