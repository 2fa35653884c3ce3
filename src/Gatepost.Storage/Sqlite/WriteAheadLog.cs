using System.Buffers.Binary;

namespace Gatepost.Storage.Sqlite;

/// <summary>
/// Looks at a write-ahead log as SQLite would read it (https://sqlite.org/fileformat2.html, section 4): up to the first frame whose
/// checksum is wrong. By design SQLite says nothing about what is behind it, although it may be commits that were synced and acknowledged.
/// </summary>
internal static class WriteAheadLog
{
    private const int HeaderLength = 32;
    private const int FrameHeader = 24;

    /// <summary>Commits that are in the log behind the place where SQLite stops reading.</summary>
    /// <returns>0 for a sound log, for none, and for one whose header is gone and says nothing.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static int LostCommits(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 256 * 1024);
        byte[] header = new byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            return 0;

        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        int pageSize = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
        if ((magic & ~1u) != 0x377f0682 || pageSize is < 512 or > 65536)
            return 0;
        var sum = new Checksum(isBigEndian: (magic & 1) != 0);
        sum.Add(header.AsSpan(0, 24));
        bool sound = sum.Equals(header.AsSpan(24));
        int lost = 0;
        byte[] frame = new byte[FrameHeader + pageSize];
        while (file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length)
        {
            // A log is written over from the start after each checkpoint: frames with another salt are left from before.
            if (!frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8)))
            {
                if (sound)
                    break;
                continue;
            }

            if (sound)
            {
                sum.Add(frame.AsSpan(0, 8));
                sum.Add(frame.AsSpan(FrameHeader));
                sound = sum.Equals(frame.AsSpan(16));
            }

            bool isCommit = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4)) != 0;
            if (!sound && isCommit)
                lost++;
        }

        return lost;
    }

    private struct Checksum(bool isBigEndian)
    {
        private uint one, two;

        public void Add(ReadOnlySpan<byte> octets)
        {
            for (int i = 0; i + 8 <= octets.Length; i += 8)
            {
                one += Word(octets[i..]) + two;
                two += Word(octets[(i + 4)..]) + one;
            }
        }

        public readonly bool Equals(ReadOnlySpan<byte> written) =>
            one == BinaryPrimitives.ReadUInt32BigEndian(written) && two == BinaryPrimitives.ReadUInt32BigEndian(written[4..]);

        private readonly uint Word(ReadOnlySpan<byte> octets) =>
            isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt32LittleEndian(octets);
    }
}
