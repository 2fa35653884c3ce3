using Gatepost.Storage.Bodies;
using Gatepost.Storage.Ids;

namespace Gatepost.Storage.Queue;

/// <summary>Puts a message's octets together again from where they are.</summary>
internal static class BodyReading
{
    public static Stream Open(QueueReader reader, long id, string segmentFolder, LargeFiles files)
    {
        if (!reader.FindBody(id, out long size, out long segment, out long offset, out byte[] octets))
            throw new FileNotFoundException($"message {QueueIds.Write(id)} is not in the queue");

        if (segment == 0)
        {
            return offset == 0 || BodySum.Of(octets) == offset
                ? new MemoryStream(octets, writable: false)
                : throw new IOException($"message {QueueIds.Write(id)} is damaged in {reader.Database.Path}");
        }

        if (segment > 0)
        {
            byte[] record = SegmentFiles.Read(SegmentFiles.PathOf(segmentFolder, segment), offset, id, size - octets.Length);
            return new MemoryStream(record, BodyRecord.HeaderLength, record.Length - BodyRecord.HeaderLength, writable: false);
        }

        var file = files.Open(-segment, id);
        long length = file.Length;
        if (length == size - octets.Length)
            return new StoredBodyStream(octets, file, offset);
        file.Dispose();
        throw new IOException($"{file.Name} is damaged: it has {length} octets instead of {size - octets.Length}");
    }
}
