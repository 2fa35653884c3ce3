using System.IO.Hashing;
using Gatepost.Files;
using Gatepost.Storage.Bodies;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Drafts;

/// <summary>The file of a draft that is too large for memory: written from front to back, with its sum.</summary>
internal sealed class DraftFile(SafeFileHandle handle) : IDisposable
{
    private readonly XxHash3 sum = new();

    /// <summary>Octets written.</summary>
    public long Length { get; private set; }

    /// <exception cref="IOException">The disk is full or broken.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        sum.Append(octets.Span);
        await RandomAccess.WriteAsync(handle, octets, Length, cancel);
        Length += octets.Length;
    }

    /// <inheritdoc cref="AppendAsync"/>
    public void Append(ReadOnlySpan<byte> octets)
    {
        sum.Append(octets);
        RandomAccess.Write(handle, octets, Length);
        Length += octets.Length;
    }

    /// <summary>What was written so far; closing the stream leaves the file open.</summary>
    public Stream OpenRead() => new HandleStream(handle, Length);

    /// <summary>The sum of a head and the file, see <see cref="BodySum"/>.</summary>
    public long SumWith(ReadOnlySpan<byte> head) => BodySum.Of(sum, head);

    public void Sync() => Disk.Sync(handle);

    public void Dispose() => handle.Dispose();
}
