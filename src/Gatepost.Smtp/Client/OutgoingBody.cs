namespace Gatepost.Smtp.Client;

/// <summary>The octets to send: in memory, or opened from the store as often as needed.</summary>
public sealed class OutgoingBody
{
    private readonly Func<CancellationToken, ValueTask<Stream>>? open;

    private OutgoingBody(ReadOnlyMemory<byte>? inMemory, long size, Func<CancellationToken, ValueTask<Stream>>? open)
    {
        InMemory = inMemory;
        Size = size;
        this.open = open;
    }

    public static OutgoingBody Of(ReadOnlyMemory<byte> octets) => new(octets, octets.Length, null);

    public static OutgoingBody From(long size, Func<CancellationToken, ValueTask<Stream>> open) => new(null, size, open);

    public ReadOnlyMemory<byte>? InMemory { get; }

    /// <summary>Octets, before dots are stuffed.</summary>
    public long Size { get; }

    /// <exception cref="IOException">The store cannot give it.</exception>
    public ValueTask<Stream> OpenAsync(CancellationToken cancel) =>
        InMemory is { } octets ? new(new MemoryBody(octets)) : open!(cancel);

    private sealed class MemoryBody(ReadOnlyMemory<byte> octets) : ReadOnlyStream
    {
        private int at;

        public override long Length => octets.Length;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, octets.Length - at);
            octets.Span.Slice(at, count).CopyTo(buffer);
            at += count;
            return count;
        }
    }
}
