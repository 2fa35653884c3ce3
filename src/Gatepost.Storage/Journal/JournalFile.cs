using System.Buffers.Binary;
using System.Globalization;
using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>One file of the journal: blocks one behind the other, and once closed an index beside it.</summary>
internal sealed record JournalFile(long Number, string Path)
{
    private const string Suffix = ".events";

    public string IndexPath => System.IO.Path.ChangeExtension(Path, ".index");

    public static JournalFile At(string folder, long number) =>
        new(number, System.IO.Path.Combine(folder, number.ToString("x8", CultureInfo.InvariantCulture) + Suffix));

    /// <summary>All files, oldest first.</summary>
    public static List<JournalFile> All(string folder)
    {
        var files = new List<JournalFile>();
        if (!Directory.Exists(folder))
            return files;
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Suffix))
        {
            if (
                long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path.AsSpan()), NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture, out long number))
                files.Add(new JournalFile(number, path));
        }

        files.Sort((a, b) => a.Number.CompareTo(b.Number));
        return files;
    }

    /// <summary>Reads the headers and keys of all whole blocks, for a file that was never closed.</summary>
    public (List<IndexEntry> Entries, long FirstPosition, long NextPosition, long FirstTime, long LastTime) Scan()
    {
        var entries = new List<IndexEntry>();
        long first = 0, next = 0, firstTime = 0, lastTime = 0;
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file), at = 0;
        byte[] octets = new byte[BlockEncoder.HeaderLength];
        while (RandomAccess.Read(file, octets.AsSpan(0, BlockEncoder.HeaderLength), at) == BlockEncoder.HeaderLength
            && BlockHeader.Read(octets) is { } header && at + header.Length <= length)
        {
            byte[] keys = new byte[header.Keys * 8];
            if (RandomAccess.Read(file, keys, at + BlockEncoder.HeaderLength) < keys.Length)
                break;
            for (int i = 0; i < header.Keys; i++)
                entries.Add(new IndexEntry(BinaryPrimitives.ReadUInt64LittleEndian(keys.AsSpan(i * 8)), checked((uint)at)));
            if (next == 0)
                (first, firstTime) = (header.FirstPosition, header.Time);
            next = header.FirstPosition + header.Events;
            lastTime = header.Time;
            at += header.Length;
        }

        return (entries, first, next, firstTime, lastTime);
    }

    /// <summary>Where each whole block begins, with its header, in the order of the file.</summary>
    public IEnumerable<(uint Block, BlockHeader Header)> Blocks()
    {
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file), at = 0;
        byte[] octets = new byte[BlockEncoder.HeaderLength];
        while (RandomAccess.Read(file, octets, at) == BlockEncoder.HeaderLength && BlockHeader.Read(octets) is { } header && at
            + header.Length <= length)
        {
            yield return (checked((uint)at), header);
            at += header.Length;
        }
    }

    /// <summary>The events of the block that begins there; none where it is damaged.</summary>
    public List<JournalEvent> Read(uint block)
    {
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] octets = new byte[BlockEncoder.HeaderLength];
        RandomAccess.Read(file, octets, block);
        if (BlockHeader.Read(octets) is not { } header)
            return [];
        Array.Resize(ref octets, header.Length);
        int read = RandomAccess.Read(file, octets, block);
        try
        {
            return BlockDecoder.Decode(octets.AsSpan(0, read));
        }
        catch (Exception e) when (
            e is InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException or FormatException)
        {
            return [];
        }
    }

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(IndexPath);
    }
}
