namespace Gatepost.Sendmail;

/// <summary>Lines of a message on standard input, without their ends: LF, CRLF and CR all end a line. One line is held in memory.</summary>
internal sealed class LineReader(Stream input, bool ignoreDots)
{
    /// <summary>A longer line is no text; whoever sends it must encode it.</summary>
    private const int MaxLine = 1 << 20;

    private readonly byte[] buffer = new byte[64 * 1024];
    private int at, end;
    private bool afterReturn, over;
    private byte[]? next;

    /// <summary>The next line without taking it; null at the end.</summary>
    /// <exception cref="InvalidDataException">A line is longer than 1 MB.</exception>
    public async ValueTask<byte[]?> PeekAsync(CancellationToken cancel)
    {
        if (next is null && !over)
        {
            next = await ReadAsync(cancel);
            if (next is null || (!ignoreDots && next is [(byte)'.']))
                (over, next) = (true, null);
        }

        return next;
    }

    public void Take() => next = null;

    private async ValueTask<byte[]?> ReadAsync(CancellationToken cancel)
    {
        byte[] line = [];
        while (true)
        {
            if (at == end)
            {
                (at, end) = (0, await input.ReadAsync(buffer, cancel));
                if (end == 0)
                    return line.Length > 0 ? line : null;
            }

            if (afterReturn)
            {
                afterReturn = false;
                if (buffer[at] == '\n' && ++at == end)
                    continue;
            }

            int length = buffer.AsSpan(at, end - at).IndexOfAny((byte)'\n', (byte)'\r');
            int taken = length < 0 ? end - at : length;
            if (line.Length + taken > MaxLine)
                throw new InvalidDataException("a line is longer than 1 MB: encode the content as base64 or quoted-printable");
            line = line.Length == 0 ? buffer.AsSpan(at, taken).ToArray() : [.. line, .. buffer.AsSpan(at, taken)];
            at += taken;
            if (length < 0)
                continue;
            afterReturn = buffer[at++] == '\r';
            return line;
        }
    }
}
