using System.IO.Hashing;
using Gatepost.Smtp;

namespace Gatepost.Storage.Bodies;

/// <summary>
/// A head in memory and then a file, as one stream. If it is read from beginning to end and the file is not what was stored, the last read
/// fails instead of reporting the end, so that a damaged message is not taken for whole.
/// </summary>
/// <param name="sum">As <see cref="BodySum"/> makes it; 0 where none was kept.</param>
internal sealed class StoredBodyStream(byte[] head, FileStream file, long sum = 0) : ReadOnlyStream
{
    private XxHash3? hash = sum == 0 ? null : new XxHash3();
    private long position;

    public override bool CanSeek => true;

    public override long Length => head.Length + file.Length;

    public override long Position
    {
        get => position;
        set
        {
            position = Math.Clamp(value, 0, Length);
            file.Position = Math.Max(0, position - head.Length);
            // Only a reader of the whole body can see that it is damaged.
            hash = sum != 0 && position <= head.Length ? new XxHash3() : null;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int read = ReadHead(buffer);
        if (read == 0)
            read = Checked(buffer, file.Read(buffer));
        position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = ReadHead(buffer.Span);
        if (read == 0)
        {
            int count = await file.ReadAsync(buffer, cancellationToken);
            read = Checked(buffer.Span, count);
        }

        position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private int Checked(ReadOnlySpan<byte> buffer, int count)
    {
        if (hash is null)
            return count;
        hash.Append(buffer[..count]);
        bool atEnd = count > 0 ? position + count == Length : !buffer.IsEmpty;
        if (atEnd && BodySum.Of(hash, head) != sum)
            throw new IOException($"{file.Name} is damaged: it is not what was stored");
        return count;
    }

    private int ReadHead(Span<byte> buffer)
    {
        if (position >= head.Length)
            return 0;
        int count = (int)Math.Min(buffer.Length, head.Length - position);
        head.AsSpan((int)position, count).CopyTo(buffer);
        return count;
    }
}
