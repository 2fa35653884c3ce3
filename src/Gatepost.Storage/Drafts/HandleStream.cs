using Gatepost.Smtp;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Drafts;

/// <summary>Reads a file that has another owner, from the start, by position.</summary>
internal sealed class HandleStream(SafeFileHandle file, long length) : ReadOnlyStream
{
    private long position;

    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position { get => position; set => position = Math.Clamp(value, 0, length); }

    public override int Read(Span<byte> buffer)
    {
        int read = RandomAccess.Read(file, buffer[..Fit(buffer.Length)], position);
        position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await RandomAccess.ReadAsync(file, buffer[..Fit(buffer.Length)], position, cancellationToken);
        position += read;
        return read;
    }

    private int Fit(int wanted) => (int)Math.Min(wanted, length - position);
}
