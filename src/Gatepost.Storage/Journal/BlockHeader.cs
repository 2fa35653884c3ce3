using System.Buffers.Binary;

namespace Gatepost.Storage.Journal;

/// <summary>The fixed part of a block.</summary>
internal readonly record struct BlockHeader(
    int PayloadLength, int Keys, int Events, long FirstPosition, long Time, ulong Hash, bool IsEarlier)
{
    private const int MaxPayload = 256 * 1024 * 1024;

    public int Length => BlockEncoder.HeaderLength + (Keys * 8) + PayloadLength;

    /// <summary>Null if no block begins here.</summary>
    public static BlockHeader? Read(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < BlockEncoder.HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(octets) is not (BlockEncoder.Mark or BlockEncoder.EarlierMark))
            return null;
        var header = new BlockHeader(
            BinaryPrimitives.ReadInt32LittleEndian(octets[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(octets[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(octets[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(octets[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(octets[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(octets[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(octets) == BlockEncoder.EarlierMark);
        bool possible = header.PayloadLength is > 0 and < MaxPayload && header.Keys is >= 0 and < 1_000_000
            && header.Events is > 0 and <= BlockEncoder.MaxEvents;
        return possible ? header : null;
    }
}
