using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Gatepost.Storage.Journal;

/// <summary>The hash of a key and where in the file a block with it begins.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct IndexEntry(ulong Key, uint Block) : IComparable<IndexEntry>
{
    public const int Length = 12;

    public int CompareTo(IndexEntry other) => Key != other.Key ? Key.CompareTo(other.Key) : Block.CompareTo(other.Block);
}

/// <summary>What a closed journal file is found by: its index file, sorted by hash, searched where it lies.</summary>
/// <remarks>Header: mark u32, entries u32, first and last position u64, time of the first and last block u64.</remarks>
internal sealed record JournalIndex(int Entries, long LastPosition, long FirstTime, long LastTime)
{
    private const uint Mark = 0x31695047; // "GPi1"
    private const int HeaderLength = 40;

    public static void Write(string path, List<IndexEntry> entries, long firstPosition, long lastPosition, long firstTime, long lastTime)
    {
        entries.Sort();
        byte[] octets = new byte[HeaderLength + (entries.Count * IndexEntry.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(4), entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(8), firstPosition);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(16), lastPosition);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(24), firstTime);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(32), lastTime);
        var to = octets.AsSpan(HeaderLength);
        foreach (var entry in CollectionsMarshal.AsSpan(entries))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, entry.Key);
            BinaryPrimitives.WriteUInt32LittleEndian(to[8..], entry.Block);
            to = to[IndexEntry.Length..];
        }

        // Whole or not at all: a half-written index would hide events.
        File.WriteAllBytes(path + ".new", octets);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Null where there is none or it is damaged.</summary>
    public static JournalIndex? Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> header = stackalloc byte[HeaderLength];
            if (RandomAccess.Read(file, header, 0) < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(header) != Mark)
                return null;
            int entries = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            if (entries < 0 || RandomAccess.GetLength(file) != HeaderLength + ((long)entries * IndexEntry.Length))
                return null;
            return new JournalIndex(
                entries,
                BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[32..]));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Blocks that have the key, in the order of the file.</summary>
    public List<uint> Find(string path, ulong key)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        int low = 0, high = Entries;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (EntryAt(file, middle).Key < key)
                low = middle + 1;
            else
                high = middle;
        }

        var blocks = new List<uint>();
        for (; low < Entries && EntryAt(file, low) is var entry && entry.Key == key; low++)
            blocks.Add(entry.Block);
        return blocks;
    }

    private static IndexEntry EntryAt(Microsoft.Win32.SafeHandles.SafeFileHandle file, int number)
    {
        Span<byte> octets = stackalloc byte[IndexEntry.Length];
        if (RandomAccess.Read(file, octets, HeaderLength + ((long)number * IndexEntry.Length)) < IndexEntry.Length)
            throw new InvalidDataException("an index of the journal is cut short");
        return new IndexEntry(BinaryPrimitives.ReadUInt64LittleEndian(octets), BinaryPrimitives.ReadUInt32LittleEndian(octets[8..]));
    }
}
