namespace Gatepost.Storage.Bodies;

/// <summary>A head in memory and then a file, as one stream.</summary>
internal sealed class PrefixedStream(byte[] head, FileStream file) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private int ReadHead(Span<byte> buffer)
    {
        if (position >= head.Length)
            return 0;
        int count = (int)Math.Min(buffer.Length, head.Length - position);
        head.AsSpan((int)position, count).CopyTo(buffer);
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
