using System.Text;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Mime;

/// <summary>Takes a message apart into its parts, tolerantly and within bounds: at most <see cref="MaxDepth"/> levels and
/// <see cref="MaxParts"/> parts.</summary>
/// <remarks>The body is searched for boundaries, never copied: a bounce of 15 MB costs the search and no more.</remarks>
internal static class MessageReader
{
    /// <summary>Deeper multiparts are left as one part. Real bounces go three levels deep.</summary>
    private const int MaxDepth = 12;

    private const int MaxParts = 100;

    public static MessagePart Read(ReadOnlyMemory<byte> document, int start, int end, string number = "")
    {
        int parts = 0;
        return Read(document, start, end, number, 0, ref parts);
    }

    private static MessagePart Read(ReadOnlyMemory<byte> document, int start, int end, string number, int depth, ref int parts)
    {
        var header = HeaderBlock.Read(document, start, end);
        var part = new MessagePart(document, header, header.End, end, number);
        parts++;
        if (!part.Type.IsMultipart || depth >= MaxDepth)
            return part;

        var places = Split(document.Span, part.BodyStart, end, part.Type.Boundary);
        foreach (var (from, to) in places)
        {
            if (parts >= MaxParts)
                break;
            string child = number.Length == 0 ? $"{part.Children.Count + 1}" : $"{number}.{part.Children.Count + 1}";
            part.Children.Add(Read(document, from, to, child, depth + 1, ref parts));
        }

        return part;
    }

    /// <summary>The places of the parts between boundary lines; what comes before the first is no part.</summary>
    private static List<(int From, int To)> Split(ReadOnlySpan<byte> raw, int start, int end, string? boundary)
    {
        var places = boundary is { Length: > 0 } ? SplitBy(raw, start, end, Encoding.UTF8.GetBytes("--" + boundary)) : [];
        return places.Count == 0 && GuessBoundary(raw, start, end) is { } guess ? SplitBy(raw, start, end, guess) : places;
    }

    private static List<(int From, int To)> SplitBy(ReadOnlySpan<byte> raw, int start, int end, ReadOnlySpan<byte> delimiter)
    {
        var places = new List<(int, int)>();
        int from = -1, at = start;
        while (at < end && places.Count < MaxParts)
        {
            int found = raw[at..end].IndexOf(delimiter);
            if (found < 0)
                break;
            int line = at + found;
            at = line + delimiter.Length;
            if (line > start && raw[line - 1] is not ((byte)'\n' or (byte)'\r'))
                continue;
            bool closing = raw[at..end].StartsWith("--"u8);
            int tail = at;
            var rest = LineEnd.Read(raw[..end], ref tail);
            if (!closing && !rest.TrimStart(" \t"u8).IsEmpty)
                continue;
            if (from >= 0)
                places.Add((from, line));
            from = closing ? -1 : tail;
            at = tail;
        }

        if (from >= 0 && from < end)
            places.Add((from, end));
        return places;
    }

    /// <summary>Where the declared boundary does not occur: the first line that starts with two dashes and has a content field behind
    /// it.</summary>
    private static byte[]? GuessBoundary(ReadOnlySpan<byte> raw, int start, int end)
    {
        int at = start;
        for (int lines = 0; at < end && lines < 200; lines++)
        {
            var line = LineEnd.Read(raw[..end], ref at);
            if (line.Length < 4 || !line.StartsWith("--"u8) || line.IndexOf((byte)' ') >= 0)
                continue;
            int next = at;
            if (LineEnd.Read(raw[..end], ref next) is { Length: > 8 } field && Ascii.EqualsIgnoreCase(field[..8], "content-"))
                return line.ToArray();
        }

        return null;
    }
}
