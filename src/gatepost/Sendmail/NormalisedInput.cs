using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Sendmail;

/// <summary>
/// Standard input as a message has to be: each line ends with CRLF, whether LF, CR or CRLF ended it. One line is held in memory.
/// </summary>
/// <param name="input">What the program writes. Stays its owner's.</param>
/// <param name="ignoreDots">Whether a line with a single dot is text; otherwise the message ends there.</param>
internal sealed class NormalisedInput(Stream input, bool ignoreDots) : ReadOnlyStream
{
    /// <summary>Octets; a longer line is no text, its sender must encode it.</summary>
    private const int MaxLine = 1 << 20;

    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly MemoryStream line = new();
    private int at, end, lineAt;
    private bool afterReturn, over, isFirst = true;

    /// <exception cref="UnusableMessageException">A line is longer than 1 MB.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (lineAt == line.Length && !await NextLineAsync(cancellationToken))
            return 0;
        int count = (int)Math.Min(destination.Length, line.Length - lineAt);
        line.GetBuffer().AsMemory(lineAt, count).CopyTo(destination);
        lineAt += count;
        return count;
    }

    public override int Read(Span<byte> destination) => throw new NotSupportedException("standard input is read asynchronously");

    /// <summary>Reads the next line into <see cref="line"/>; false at the end of the message.</summary>
    private async ValueTask<bool> NextLineAsync(CancellationToken cancel)
    {
        while (!over)
        {
            line.SetLength(lineAt = 0);
            over = !await ReadLineAsync(cancel);
            var text = line.GetBuffer().AsSpan(0, (int)line.Length);
            over |= !ignoreDots && text is [(byte)'.'];
            if (over && text is [] or [(byte)'.'])
                break;
            // Some programs write the envelope line of an mbox first.
            if (isFirst && text.StartsWith("From "u8))
                continue;
            isFirst = false;
            line.Write("\r\n"u8);
            return true;
        }

        line.SetLength(lineAt = 0);
        return false;
    }

    private async ValueTask<bool> ReadLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (at == end)
            {
                (at, end) = (0, await input.ReadAsync(buffer, cancel));
                if (end == 0)
                    return false;
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
                throw new UnusableMessageException(OurEvidence.LineTooLongToSend.Say());
            line.Write(buffer, at, taken);
            at += taken;
            if (length < 0)
                continue;
            afterReturn = buffer[at++] == '\r';
            return true;
        }
    }
}
