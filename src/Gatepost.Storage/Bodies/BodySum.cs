using System.Buffers.Binary;
using System.IO.Hashing;

namespace Gatepost.Storage.Bodies;

/// <summary>
/// The checksum of a message outside a segment, kept in its row: that of its file and of what is in the row, together.
/// </summary>
/// <remarks>Never 0, which means a message stored before there was a checksum.</remarks>
internal static class BodySum
{
    /// <summary>Of a message that is in its row.</summary>
    public static long Of(ReadOnlySpan<byte> octets) => NotZero((long)XxHash3.HashToUInt64(octets));

    /// <summary>Of a record whose message is put into its row: the hash is in the record already.</summary>
    public static long OfRecord(ReadOnlySpan<byte> record) => NotZero((long)BinaryPrimitives.ReadUInt64LittleEndian(record[16..]));

    /// <summary>Of a file and the head in front of it. Each apart, because the head is known last and is read first.</summary>
    public static long Of(XxHash3 file, ReadOnlySpan<byte> head) =>
        NotZero(unchecked((long)((file.GetCurrentHashAsUInt64() * 31) + XxHash3.HashToUInt64(head))));

    private static long NotZero(long sum) => sum == 0 ? 1 : sum;
}
