using System.Buffers;

namespace Gatepost.Policy.Scanners.Milter;

/// <summary>Reads a message as filters want it: one field of the header after the other, then the body in pieces. Keeps 64 KB whatever the message.</summary>
/// <remarks>Where the header ends is decided as when the message came in: at the empty line, or at a line that is no field.</remarks>
internal sealed class MessageParts(Stream message) : IDisposable
{
    /// <summary>A field longer than this is shown without its end.</summary>
    public const int MaxField = 60_000;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(MilterWire.MaxData);
    private int start;
    private int end;
    private bool exhausted;
    private bool cutting;

    /// <summary>The next field: its name, and its value as it stands behind the colon without the last line end; null once the header has ended. Good until the next call.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value)?> NextFieldAsync(CancellationToken cancel)
    {
        if (cutting)
            await CutAsync(cancel);
        int length = await FieldLengthAsync(cancel);
        var field = buffer.AsMemory(start, length);
        if (TakeEmptyLine(field.Span))
            return null;
        int colon = NameLength(field.Span);
        if (colon < 0)
            return null;

        start += length;
        var name = field[..colon].TrimEnd(" \t"u8);
        return (name, field[(colon + 1)..].TrimEnd("\r\n"u8));
    }

    /// <summary>The next piece of the body, <see cref="MilterWire.MaxData"/> octets at most; empty at the end. Good until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> NextPieceAsync(CancellationToken cancel)
    {
        while (!exhausted && end - start < MilterWire.MaxData)
            await FillAsync(cancel);
        var piece = buffer.AsMemory(start, Math.Min(end - start, MilterWire.MaxData));
        start += piece.Length;
        return piece;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Octets up to the line end that no blank follows; all there is where the field is too long or the message ends.</summary>
    private async ValueTask<int> FieldLengthAsync(CancellationToken cancel)
    {
        int seen = 0;
        while (true)
        {
            int length = CompleteField(ref seen);
            if (length >= 0)
                return length;
            if (end - start > MaxField)
            {
                cutting = true;
                return MaxField;
            }

            if (exhausted)
                return end - start;

            await FillAsync(cancel);
        }
    }

    private int CompleteField(ref int seen)
    {
        var rest = buffer.AsSpan(start, end - start);
        while (rest[seen..].IndexOf((byte)'\n') is var line and >= 0)
        {
            int next = seen + line + 1;
            if (next == 1 || (next == 2 && rest[0] == '\r'))
                return next;
            if (next == rest.Length)
            {
                // What follows decides; it is looked at again from this line end on.
                seen = next - 1;
                return exhausted && next <= MaxField ? next : -1;
            }

            if (rest[next] is not ((byte)' ' or (byte)'\t'))
                return next <= MaxField ? next : -1;
            seen = next;
        }

        seen = rest.Length;
        return -1;
    }

    /// <summary>Forgets the rest of a field of which the beginning was shown.</summary>
    private async ValueTask CutAsync(CancellationToken cancel)
    {
        cutting = false;
        bool afterLine = buffer[start - 1] == '\n';
        while (start < end || !exhausted)
        {
            if (start == end)
            {
                await FillAsync(cancel);
                continue;
            }

            if (afterLine && buffer[start] is not ((byte)' ' or (byte)'\t'))
                return;
            int line = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            afterLine = line >= 0;
            start = afterLine ? start + line + 1 : end;
        }
    }

    private bool TakeEmptyLine(ReadOnlySpan<byte> line)
    {
        if (line is not ([(byte)'\n'] or [(byte)'\r', (byte)'\n']))
            return false;
        start += line.Length;
        return true;
    }

    /// <summary>A field is <c>name:</c> or, in old messages, <c>name :</c> (RFC 5322 §2.2, §4.5.8).</summary>
    private int NameLength(ReadOnlySpan<byte> field)
    {
        int colon = field.IndexOfAny((byte)':', (byte)'\n');
        bool isField = colon > 0 && field[colon] == ':' && field[0] is not ((byte)' ' or (byte)'\t')
            && field[..colon].TrimEnd(" \t"u8).IndexOfAny((byte)' ', (byte)'\t') < 0;
        if (!isField)
            cutting = false;
        return isField ? colon : -1;
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        int read = await message.ReadAsync(buffer.AsMemory(end), cancel);
        end += read;
        exhausted = read == 0;
    }
}
