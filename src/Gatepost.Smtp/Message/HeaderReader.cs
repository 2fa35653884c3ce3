using System.Buffers;

namespace Gatepost.Smtp.Message;

/// <summary>Reads a message from a stream: one header field after the other, then the body. Holds one field in memory, whatever the size of
/// the header.</summary>
/// <remarks>A field over <see cref="HeaderLimits.Field"/> is returned cut; a header over <see cref="HeaderLimits.Header"/> ends with
/// <see cref="HeaderEnd.OverLimit"/>. Not thread-safe. The stream stays its owner's.</remarks>
public sealed class HeaderReader(Stream message, HeaderLimits limits) : IDisposable
{
    private const int FirstBuffer = 4096;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBuffer, limits.Field + 1));
    private HeaderScanner scanner;
    private long offset;
    private int start;
    private int end;
    private bool exhausted;
    private bool skipping;
    private bool isOverLimit;

    /// <summary>The field that <see cref="ReadAsync"/> found. Good until the next call.</summary>
    public HeaderField Field { get; private set; }

    /// <summary>How the header ended; <see cref="HeaderEnd.Open"/> before that.</summary>
    public HeaderEnd End => isOverLimit ? HeaderEnd.OverLimit : scanner.End;

    /// <summary>Fields read so far.</summary>
    public int Fields => scanner.Fields;

    /// <summary>Reads the next field into <see cref="Field"/>; false when the header has ended.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancel)
    {
        start = scanner.IsInField ? start : (int)(Math.Max(scanner.FieldEnd, offset) - offset);
        while (End == HeaderEnd.Open)
        {
            int scanned = (int)(scanner.Position - offset);
            bool isComplete = scanner.Read(buffer.AsSpan(scanned, end - scanned), out _) || (exhausted && scanner.Finish());
            if (scanner.Position > limits.Header)
            {
                isOverLimit = true;
            }
            else if (isComplete && skipping)
            {
                // The rest of a field of which the beginning was returned.
                skipping = false;
                start = (int)(scanner.FieldEnd - offset);
            }
            else if (isComplete)
            {
                Take((int)(scanner.FieldEnd - scanner.FieldStart));
                return true;
            }
            else if (!skipping && scanner.IsInField && end - start > limits.Field)
            {
                skipping = true;
                Take(end - start);
                return true;
            }
            else if (End == HeaderEnd.Open)
            {
                await FillAsync(cancel).ConfigureAwait(false);
            }
        }

        if (!isOverLimit)
            start = (int)(scanner.BodyStart - offset);
        return false;
    }

    /// <summary>Reads on in the body, once <see cref="ReadAsync"/> has returned false; 0 at the end of the message.</summary>
    /// <exception cref="InvalidOperationException">The header has not ended, or is over the limit.</exception>
    public async ValueTask<int> ReadBodyAsync(Memory<byte> octets, CancellationToken cancel)
    {
        if (End is HeaderEnd.Open or HeaderEnd.OverLimit)
            throw new InvalidOperationException("the header was not read to its end");
        if (start == end)
            return await message.ReadAsync(octets, cancel).ConfigureAwait(false);
        int count = Math.Min(octets.Length, end - start);
        buffer.AsMemory(start, count).CopyTo(octets);
        start += count;
        return count;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        start = end = 0;
    }

    private void Take(int length)
    {
        var raw = buffer.AsMemory(start, Math.Min(length, limits.Field));
        Field = new HeaderField(raw, scanner.NameLength, scanner.ColonAt, length > limits.Field);
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (skipping)
            start = end;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        offset += start;
        end -= start;
        start = 0;
        if (end == buffer.Length)
            Grow();
        int read = await message.ReadAsync(buffer.AsMemory(end), cancel).ConfigureAwait(false);
        end += read;
        exhausted = read == 0;
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}

/// <summary>How much of a header is read. Both count octets on the wire.</summary>
/// <param name="Field">Of one field, above <see cref="HeaderScanner.MaxName"/>; a longer one is returned cut.</param>
/// <param name="Header">Of all fields together; a longer header ends with <see cref="HeaderEnd.OverLimit"/>.</param>
public sealed record HeaderLimits(int Field = 64 * 1024, long Header = 1024 * 1024)
{
    /// <summary>64 KB a field and 1 MB in all: far above what mail in use has.</summary>
    public static HeaderLimits Default { get; } = new();
}
