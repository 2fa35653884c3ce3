using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Journal;

/// <summary>The hash of a key and where in the file a block with it begins.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct IndexEntry(ulong Key, uint Block) : IComparable<IndexEntry>
{
    public const int Length = 12;

    public int CompareTo(IndexEntry other) => Key != other.Key ? Key.CompareTo(other.Key) : Block.CompareTo(other.Block);
}

/// <summary>What a closed journal file is found by: its index file, sorted by hash, searched where it is.</summary>
/// <remarks>Header: mark u32, entries u32, first and last position u64, time of the first and last block u64.</remarks>
internal sealed record JournalIndex(int Entries, FileSpan Span)
{
    private const uint Mark = 0x32695047; // "GPi2"
    private const uint EarlierMark = 0x31695047; // "GPi1"
    private const int HeaderLength = 40;

    /// <summary>Entries read together: two pages of a disk.</summary>
    private const int Window = 8192 / IndexEntry.Length;

    public static void Write(string path, List<IndexEntry> entries, in FileSpan span)
    {
        entries.Sort();
        byte[] octets = new byte[HeaderLength + (entries.Count * IndexEntry.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, span.IsEarlier ? EarlierMark : Mark);
        BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(4), entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(8), span.FirstPosition);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(16), span.LastPosition);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(24), span.FirstTime);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(32), span.LastTime);
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

    /// <summary>Null if there is none or it is damaged.</summary>
    public static JournalIndex? Read(string path)
    {
        try
        {
            using var file = Open(path);
            Span<byte> header = stackalloc byte[HeaderLength];
            if (RandomAccess.Read(file, header, 0) < HeaderLength
                || BinaryPrimitives.ReadUInt32LittleEndian(header) is not (Mark or EarlierMark))
                return null;
            int entries = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            if (entries < 0 || RandomAccess.GetLength(file) != HeaderLength + ((long)entries * IndexEntry.Length))
                return null;
            return new JournalIndex(entries, new FileSpan(
                BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[32..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header) == EarlierMark));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Blocks that have the key, in the order of the file.</summary>
    /// <exception cref="FileNotFoundException">The file became too old in between.</exception>
    /// <exception cref="InvalidDataException">The file is cut short.</exception>
    public List<uint> Find(string path, ulong key)
    {
        using var file = Open(path);
        byte[] octets = new byte[Window * IndexEntry.Length];
        // Hashes are spread evenly, so the first guess is nearly always within a window of the entry.
        long guess = (long)((UInt128)key * (uint)Entries >> 64);
        int low = 0, high = Entries;
        for (; low < high; guess = low + ((high - low) / 2))
        {
            int start = (int)Math.Clamp(guess - (Window / 2), low, high);
            int count = Math.Min(Window, Entries - start);
            var window = EntriesAt(file, start, octets.AsSpan(0, count * IndexEntry.Length));
            if (KeyOf(window, count - 1) < key)
                low = start + count;
            else if (start > low && KeyOf(window, 0) >= key)
                high = start;
            else
                return Collect(file, start, octets, count, key);
        }

        // The first entry of the key may be exactly where two windows met.
        return Collect(file, low, octets, 0, key);
    }

    /// <summary>From a window on that begins at or before the first entry of the key and ends at or behind it.</summary>
    private List<uint> Collect(SafeFileHandle file, int start, byte[] octets, int count, ulong key)
    {
        var blocks = new List<uint>();
        do
        {
            for (int i = 0; i < count; i++)
            {
                ulong found = KeyOf(octets, i);
                if (found > key)
                    return blocks;
                if (found == key)
                    blocks.Add(BinaryPrimitives.ReadUInt32LittleEndian(octets.AsSpan((i * IndexEntry.Length) + 8)));
            }

            start += count;
            count = Math.Min(Window, Entries - start);
            EntriesAt(file, start, octets.AsSpan(0, count * IndexEntry.Length));
        }
        while (count > 0);

        return blocks;
    }

    private static ulong KeyOf(ReadOnlySpan<byte> window, int entry) =>
        BinaryPrimitives.ReadUInt64LittleEndian(window[(entry * IndexEntry.Length)..]);

    private static Span<byte> EntriesAt(SafeFileHandle file, int start, Span<byte> octets) =>
        RandomAccess.Read(file, octets, HeaderLength + ((long)start * IndexEntry.Length)) == octets.Length ? octets
            : throw new InvalidDataException("an index of the journal is cut short");

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
