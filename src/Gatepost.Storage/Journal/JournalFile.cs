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
    /// <param name="keys">Whether the keys are wanted too.</param>
    public (List<IndexEntry> Entries, FileSpan Span) Scan(bool keys = true)
    {
        var entries = new List<IndexEntry>();
        var span = default(FileSpan);
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file), at = 0;
        byte[] octets = new byte[BlockEncoder.HeaderLength];
        while (RandomAccess.Read(file, octets.AsSpan(0, BlockEncoder.HeaderLength), at) == BlockEncoder.HeaderLength
            && BlockHeader.Read(octets) is { } header && at + header.Length <= length)
        {
            byte[] hashes = new byte[keys ? header.Keys * 8 : 0];
            if (RandomAccess.Read(file, hashes, at + BlockEncoder.HeaderLength) < hashes.Length)
                break;
            for (int i = 0; i < hashes.Length; i += 8)
                entries.Add(new IndexEntry(BinaryPrimitives.ReadUInt64LittleEndian(hashes.AsSpan(i)), checked((uint)at)));
            span = span.With(header);
            at += header.Length;
        }

        return (entries, span);
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

    /// <summary>Null where no block begins there.</summary>
    public BlockHeader? ReadHeader(uint block)
    {
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> octets = stackalloc byte[BlockEncoder.HeaderLength];
        return RandomAccess.Read(file, octets, block) < octets.Length ? null : BlockHeader.Read(octets);
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
