using Gatepost.Storage.Bodies;

namespace Gatepost.Storage.Queue;

/// <summary>How the octets of a message are kept.</summary>
/// <param name="Size">All of them.</param>
/// <param name="Inline">Those in the row; for a message in a file of its own, its head.</param>
/// <param name="Record">A sealed record for a segment, or empty.</param>
/// <param name="Sum">For a message in a file of its own: its <see cref="BodySum"/>.</param>
/// <param name="Generation">Below 0: minus the generation of its own file.</param>
internal readonly record struct Contents(long Size, ReadOnlyMemory<byte> Inline, ReadOnlyMemory<byte> Record, long Generation, long Sum = 0)
{
    /// <summary>
    /// For a message whose octets are at <see cref="BodyRecord.HeaderLength"/> and on: the writer chooses between row and segment.
    /// </summary>
    public static Contents Of(long id, Memory<byte> record)
    {
        BodyRecord.Seal(record.Span, id);
        return new Contents(record.Length - BodyRecord.HeaderLength, default, record, 0);
    }
}
