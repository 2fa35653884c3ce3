using System.Buffers.Binary;
using System.IO.Hashing;

namespace Gatepost.Storage.Bodies;

/// <summary>A message in a segment: 24 octets that say whose it is, then the message.</summary>
/// <remarks>
/// Read back only where id, length and hash agree, so that no fault of the disk or of ours can send one person's mail to another.
/// </remarks>
internal static class BodyRecord
{
    public const int HeaderLength = 24;

    private const uint Mark = 0x316D5047; // "GPm1"

    /// <summary>Fills in the header of a record whose message already follows it.</summary>
    public static void Seal(Span<byte> record, long id)
    {
        var message = record[HeaderLength..];
        BinaryPrimitives.WriteUInt32LittleEndian(record, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], message.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], id);
        BinaryPrimitives.WriteUInt64LittleEndian(record[16..], XxHash3.HashToUInt64(message));
    }

    /// <summary>Whether the octets are that message, whole and unharmed.</summary>
    public static bool IsSound(ReadOnlySpan<byte> record, long id, long length) =>
        record.Length == HeaderLength + length
        && BinaryPrimitives.ReadUInt32LittleEndian(record) == Mark
        && BinaryPrimitives.ReadInt32LittleEndian(record[4..]) == length
        && BinaryPrimitives.ReadInt64LittleEndian(record[8..]) == id
        && BinaryPrimitives.ReadUInt64LittleEndian(record[16..]) == XxHash3.HashToUInt64(record[HeaderLength..]);
}
