using Gatepost.Explain.Mime;
using Gatepost.Explain.Text;

namespace Gatepost.Explain.Documents;

/// <summary>Splits an mbox at its envelope lines.</summary>
internal static class Mbox
{
    /// <summary>Places of the messages. A line that starts with <c>From </c> begins one where an empty line comes before it and a header
    /// field behind it.</summary>
    public static IEnumerable<(int Start, int End)> Split(ReadOnlyMemory<byte> document, int start)
    {
        int from = start;
        while (from < document.Length)
        {
            int next = Next(document.Span, from + 5);
            yield return (from, next);
            from = next;
        }
    }

    private static int Next(ReadOnlySpan<byte> raw, int at)
    {
        while (at < raw.Length)
        {
            int found = raw[at..].IndexOf("From "u8);
            if (found < 0)
                return raw.Length;
            int line = at + found;
            at = line + 5;
            if (!AfterEmptyLine(raw, line))
                continue;
            int next = line;
            var envelope = LineEnd.Read(raw, ref next);
            if (next >= raw.Length || !IsEnvelope(envelope))
                continue;
            var field = LineEnd.Read(raw, ref next);
            if (HeaderBlock.NameLength(field) > 0)
                return line;
        }

        return raw.Length;
    }

    /// <summary>An envelope line ends with a date, so with a year.</summary>
    private static bool IsEnvelope(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \t"u8);
        int space = line.LastIndexOf((byte)' ');
        if (space < 10)
            return false;
        return line.IndexOf((byte)':') > 0 && line.IndexOfAnyInRange((byte)'0', (byte)'9') > 0;
    }

    private static bool AfterEmptyLine(ReadOnlySpan<byte> raw, int line)
    {
        int ends = 0;
        for (int i = line - 1; i >= 0 && i >= line - 4 && raw[i] is (byte)'\r' or (byte)'\n'; i--)
            ends += raw[i] == '\n' || i + 1 >= raw.Length || raw[i + 1] != '\n' ? 1 : 0;

        // A part that ends in a closing boundary needs no empty line after it.
        if (ends == 1)
        {
            int before = line - 1;
            while (before > 0 && raw[before] is (byte)'\r' or (byte)'\n')
                before--;
            return before >= 1 && raw[before] == '-' && raw[before - 1] == '-';
        }

        return ends >= 2;
    }
}
