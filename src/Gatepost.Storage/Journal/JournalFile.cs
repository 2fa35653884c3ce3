using System.Buffers.Binary;
using System.Globalization;
using Gatepost.Smtp;
using Microsoft.Win32.SafeHandles;

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
    public (List<IndexEntry> Entries, FileSpan Span) Scan()
    {
        var entries = new List<IndexEntry>();
        var span = default(FileSpan);
        using var file = Open();
        foreach (var (block, header) in Blocks(file))
        {
            byte[] hashes = new byte[header.Keys * 8];
            if (RandomAccess.Read(file, hashes, block + BlockEncoder.HeaderLength) < hashes.Length)
                break;
            for (int i = 0; i < hashes.Length; i += 8)
                entries.Add(new IndexEntry(BinaryPrimitives.ReadUInt64LittleEndian(hashes.AsSpan(i)), block));
            span = span.With(header);
        }

        return (entries, span);
    }

    /// <summary>Opens it for reading, beside one that writes or removes it.</summary>
    /// <exception cref="FileNotFoundException">It has become too old.</exception>
    public SafeFileHandle Open() => File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Where each whole block begins, with its header, in the order of the file.</summary>
    public static IEnumerable<(uint Block, BlockHeader Header)> Blocks(SafeFileHandle file)
    {
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
    public static BlockHeader? ReadHeader(SafeFileHandle file, uint block)
    {
        Span<byte> octets = stackalloc byte[BlockEncoder.HeaderLength];
        return RandomAccess.Read(file, octets, block) < octets.Length ? null : BlockHeader.Read(octets);
    }

    /// <summary>The events of the block that begins there; none where it is damaged.</summary>
    public static List<JournalEvent> Read(SafeFileHandle file, uint block)
    {
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
