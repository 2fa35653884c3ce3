namespace Gatepost.Smtp;

/// <summary>Fields that go above a message, and then the message, as one stream.</summary>
public sealed class PrefixedStream(ReadOnlyMemory<byte> head, Stream message) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> left = head;

    public override int Read(Span<byte> buffer)
    {
        if (left.IsEmpty)
            return message.Read(buffer);
        int count = Math.Min(left.Length, buffer.Length);
        left.Span[..count].CopyTo(buffer);
        left = left[count..];
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        left.IsEmpty ? message.ReadAsync(buffer, cancellationToken) : new(Read(buffer.Span));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            message.Dispose();
        base.Dispose(disposing);
    }
}
