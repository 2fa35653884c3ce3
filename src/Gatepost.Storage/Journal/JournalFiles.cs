using Gatepost.Smtp;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Journal;

/// <summary>
/// The files of the journal as they were at the beginning of a search, oldest first, with what it has read of them. Used by one thread.
/// </summary>
/// <remarks>A search goes through one file after the other, so one is open at a time.</remarks>
/// <param name="folder">The journal's folder.</param>
/// <param name="openFile">What a file not closed yet can be found by, where the caller has it in memory; asked with its number.</param>
internal sealed class JournalFiles(string folder, Func<long, OpenJournalFile?> openFile) : IDisposable
{
    /// <summary>Blocks kept unpacked; about half a megabyte each.</summary>
    private const int MaxKept = 48;

    /// <summary>So many keys are found by looking through all entries of a file before sorting them is less work.</summary>
    private const int LooksBeforeSorting = 8;

    private readonly List<JournalFile> files = JournalFile.All(folder);
    private readonly Dictionary<int, Known> known = [];
    private readonly Dictionary<(int File, uint Block), LinkedListNode<((int, uint) Key, List<JournalEvent> Events)>> kept = [];
    private readonly LinkedList<((int, uint) Key, List<JournalEvent> Events)> order = [];

    private (int File, SafeFileHandle Handle)? open;

    public int Count => files.Count;

    /// <summary>Blocks read from the disk so far.</summary>
    public int BlocksRead { get; private set; }

    public FileSpan SpanOf(int file) => Of(file).Span;

    /// <summary>Blocks that may have the key, in the order of the file; none if the file has become too old.</summary>
    public List<uint> BlocksOf(int file, ulong hash)
    {
        try
        {
            var found = Of(file);
            return found.Index?.Find(files[file].IndexPath, hash) ?? found.Find(hash);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>All blocks, in the order of the file.</summary>
    public IReadOnlyList<(uint Block, BlockHeader Header)> All(int file)
    {
        var found = Of(file);
        try
        {
            return found.All ??= [.. JournalFile.Blocks(HandleOf(file))];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Null if no block begins there.</summary>
    public BlockHeader? HeaderOf(int file, uint block)
    {
        try
        {
            return JournalFile.ReadHeader(HandleOf(file), block);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The events of the block; none if it is damaged or its file has become too old.</summary>
    public List<JournalEvent> Read(int file, uint block)
    {
        if (kept.TryGetValue((file, block), out var node))
        {
            order.Remove(node);
            order.AddFirst(node);
            return node.Value.Events;
        }

        BlocksRead++;
        List<JournalEvent> events;
        try
        {
            events = JournalFile.Read(HandleOf(file), block);
        }
        catch (FileNotFoundException)
        {
            return [];
        }

        kept[(file, block)] = order.AddFirst(((file, block), events));
        if (kept.Count > MaxKept)
        {
            kept.Remove(order.Last!.Value.Key);
            order.RemoveLast();
        }

        return events;
    }

    public void Dispose() => open?.Handle.Dispose();

    /// <exception cref="FileNotFoundException">The file has become too old.</exception>
    private SafeFileHandle HandleOf(int file)
    {
        if (open is { } last && last.File == file)
            return last.Handle;
        var handle = files[file].Open();
        open?.Handle.Dispose();
        open = (file, handle);
        return handle;
    }

    private Known Of(int file)
    {
        if (known.TryGetValue(file, out var found))
            return found;
        try
        {
            if (openFile(files[file].Number) is { } written)
                found = new Known(null, written.Span, written.Entries);
            else if (JournalIndex.Read(files[file].IndexPath) is { } index)
                found = new Known(index, index.Span, []);
            else if (files[file].Scan() is var (scanned, span))
                found = new Known(null, span, [.. scanned]);
        }
        catch (FileNotFoundException)
        {
            found = new Known(null, default, []);
        }

        return known[file] = found!;
    }

    /// <summary>What a file is found by: its index on the disk, or entries in memory if it is not closed.</summary>
    private sealed class Known(JournalIndex? index, FileSpan span, IndexEntry[] entries)
    {
        private int looks;

        public JournalIndex? Index { get; } = index;

        public FileSpan Span { get; } = span;

        public IReadOnlyList<(uint, BlockHeader)>? All { get; set; }

        public List<uint> Find(ulong hash)
        {
            if (++looks == LooksBeforeSorting)
                Array.Sort(entries);
            int from = looks < LooksBeforeSorting ? 0 : Array.BinarySearch(entries, new IndexEntry(hash, 0)) is var at && at < 0 ? ~at : at;
            var blocks = new List<uint>();
            for (; from < entries.Length && (looks < LooksBeforeSorting || entries[from].Key == hash); from++)
            {
                if (entries[from].Key == hash)
                    blocks.Add(entries[from].Block);
            }

            return blocks;
        }
    }
}

/// <summary>What its writer has in memory of a file that is not closed yet.</summary>
/// <param name="Entries">By key, in the order of the blocks.</param>
/// <param name="Span">Which part of the journal it has.</param>
internal sealed record OpenJournalFile(IndexEntry[] Entries, FileSpan Span);
