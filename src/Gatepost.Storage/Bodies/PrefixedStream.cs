using Gatepost.Smtp;

namespace Gatepost.Storage.Bodies;

/// <summary>A head in memory and then a file, as one stream.</summary>
internal sealed class PrefixedStream(byte[] head, FileStream file) : ReadOnlyStream
{
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
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int read = ReadHead(buffer);
        if (read == 0)
            read = file.Read(buffer);
        position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = ReadHead(buffer.Span);
        if (read == 0)
            read = await file.ReadAsync(buffer, cancellationToken);
        position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
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
