namespace Gatepost.Explain.Text;

/// <summary>Line ends of every kind: LF, CRLF, CR alone, and CR CR LF as careless gateways write it.</summary>
internal static class LineEnd
{
    /// <summary>The place after the line end at <paramref name="at"/>, which must be a CR or an LF.</summary>
    public static int Skip(ReadOnlySpan<byte> raw, int at)
    {
        if (raw[at] == '\n')
            return at + 1;
        int next = at;
        while (next < raw.Length && raw[next] == '\r')
            next++;
        return next < raw.Length && raw[next] == '\n' ? next + 1 : at + 1;
    }

    /// <summary>Reads one line and moves <paramref name="at"/> behind its end.</summary>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> raw, ref int at)
    {
        var rest = raw[at..];
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            at = raw.Length;
            return rest;
        }

        at = Skip(raw, at + end);
        return rest[..end];
    }
}
