using Gatepost.Smtp;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Journal;

/// <summary>
/// Appends blocks to the newest file, closes it when it is full, removes what is too old or too much. Used by one thread.
/// </summary>
internal sealed class JournalWriter(JournalOptions options, TimeProvider clock) : IDisposable
{
    private readonly BlockEncoder encoder = new();
    private readonly Lock sync = new();
    private readonly List<IndexEntry> entries = [];
    private JournalFile? current;
    private SafeFileHandle? handle;
    private long length;
    private long nextPosition = 1;
    private FileSpan span;
    private DateTimeOffset opened;

    /// <summary>Closes files that an earlier run left open and finds out where to go on.</summary>
    public void Begin()
    {
        Directory.CreateDirectory(options.Files);
        foreach (var file in JournalFile.All(options.Files))
        {
            if (JournalIndex.Read(file.IndexPath) is { } index)
            {
                nextPosition = Math.Max(nextPosition, index.Span.LastPosition + 1);
                continue;
            }

            var (found, part) = file.Scan();
            if (part.LastPosition == 0)
            {
                file.Delete();
                continue;
            }

            JournalIndex.Write(file.IndexPath, found, part);
            nextPosition = Math.Max(nextPosition, part.LastPosition + 1);
        }

        Prune();
    }

    /// <exception cref="IOException">The disk does not take it; the file was closed, the next call begins another.</exception>
    public void Append(ReadOnlySpan<JournalEvent> events)
    {
        while (!events.IsEmpty)
        {
            int count = Math.Min(events.Length, BlockEncoder.MaxEvents);
            AppendBlock(events[..count]);
            events = events[count..];
        }
    }

    private void AppendBlock(ReadOnlySpan<JournalEvent> events)
    {
        if (current is null || length >= options.FileSize || clock.GetUtcNow() - opened > options.Keep / 20)
            StartFile();

        var block = encoder.Encode(events, nextPosition);
        try
        {
            RandomAccess.Write(handle!, block.Span, length);
        }
        catch (IOException)
        {
            CloseFile();
            throw;
        }

        lock (sync)
        {
            foreach (ulong key in encoder.Keys)
                entries.Add(new IndexEntry(key, (uint)length));
            span = span.With(BlockHeader.Read(block.Span)!.Value);
        }

        nextPosition += events.Length;
        length += block.Length;
    }

    /// <summary>What the open file can be found by, in the order of its blocks, and what it has; null for any other file.</summary>
    public OpenJournalFile? OpenFile(long file)
    {
        lock (sync)
            return current?.Number == file ? new OpenJournalFile([.. entries], span) : null;
    }

    private void StartFile()
    {
        CloseFile();
        Prune();
        if (Free() < options.MinimumFree)
            throw new IOException($"{Free() / 1048576} MiB free are left to the mail");
        var files = JournalFile.All(options.Files);
        var next = JournalFile.At(options.Files, files.Count == 0 ? 1 : files[^1].Number + 1);
        handle = File.OpenHandle(next.Path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        opened = clock.GetUtcNow();
        length = 0;
        span = default;
        lock (sync)
            current = next;
    }

    private void CloseFile()
    {
        if (current is null)
            return;

        handle?.Dispose();
        handle = null;
        var closing = current;
        List<IndexEntry> sorted;
        lock (sync)
            sorted = [.. entries];
        try
        {
            if (sorted.Count > 0)
                JournalIndex.Write(closing.IndexPath, sorted, span);
        }
        finally
        {
            lock (sync)
            {
                current = null;
                entries.Clear();
            }
        }
    }

    /// <summary>Removes closed files, oldest first, while one is older or all are larger than allowed, or the disk runs full.</summary>
    private void Prune()
    {
        var files = JournalFile.All(options.Files);
        long oldest = (clock.GetUtcNow() - options.Keep).ToUnixTimeMilliseconds();
        long total = files.Sum(SizeOf);
        foreach (var file in files)
        {
            bool tooOld = JournalIndex.Read(file.IndexPath) is { } index && index.Span.LastTime < oldest;
            if (!tooOld && total <= options.MaxSize - options.FileSize && Free() >= options.MinimumFree)
                return;
            total -= SizeOf(file);
            file.Delete();
        }
    }

    private long Free() => new DriveInfo(Path.GetFullPath(options.Files)).AvailableFreeSpace;

    private static long SizeOf(JournalFile file) => Length(file.Path) + Length(file.IndexPath);

    private static long Length(string path) => new FileInfo(path) is { Exists: true } info ? info.Length : 0;

    public void Dispose() => CloseFile();
}
