using System.Buffers;

namespace Gatepost.Smtp.Wire;

/// <summary>Octets read and not yet used. Holds pooled memory only while there are any, so a silent connection costs none.</summary>
internal sealed class InputBuffer : IDisposable
{
    private byte[] octets = [];
    private int start;
    private int end;

    public bool IsEmpty => start == end;

    public int Length => end - start;

    public Span<byte> Unread => octets.AsSpan(start, end - start);

    public Memory<byte> UnreadMemory => octets.AsMemory(start, end - start);

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length);
        start += count;
        if (start == end)
            start = end = 0;
    }

    /// <summary>Forgets everything read so far.</summary>
    public void Discard() => start = end = 0;

    /// <summary>Free space behind what is unread: at least one octet.</summary>
    /// <param name="size">How large the whole buffer should be, unread octets included.</param>
    public Memory<byte> Room(int size)
    {
        if (octets.Length < size || (end == octets.Length && start == 0))
            Grow(Math.Max(size, Length + 1));
        else if (end == octets.Length)
            MoveToFront(octets);
        return octets.AsMemory(end);
    }

    public void Filled(int count) => end += count;

    /// <summary>Gives the memory back; only when empty.</summary>
    public void Release()
    {
        if (!IsEmpty || octets.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(octets);
        octets = [];
    }

    public void Dispose()
    {
        Discard();
        Release();
    }

    private void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        byte[] old = octets;
        MoveToFront(larger);
        octets = larger;
        if (old.Length > 0)
            ArrayPool<byte>.Shared.Return(old);
    }

    private void MoveToFront(byte[] target)
    {
        Unread.CopyTo(target);
        end -= start;
        start = 0;
    }
}
