using System.Globalization;
using Gatepost.Files;
using Gatepost.Storage.Ids;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Bodies;

/// <summary>Where a record begins.</summary>
/// <param name="Segment">Number of the segment, from 1.</param>
/// <param name="Offset">Octets from its start.</param>
internal readonly record struct RecordPlace(long Segment, long Offset);

/// <summary>Messages of middle size, one behind the other in files of a fixed size. Written by the writer alone; read by anybody.</summary>
/// <remarks>
/// A batch writes its records, then syncs, then commits the rows that point to them: a crash in between leaves octets that no row
/// points to. A segment whose last message is gone is written over from the start, which is cheaper to sync than a new file.
/// After a failed sync the segment is never written again.
/// </remarks>
internal sealed class SegmentFiles : IDisposable
{
    private const string Suffix = ".seg";
    private readonly string folder;
    private readonly int size;
    private readonly int maxSpares;
    private readonly Queue<string> spares = new();
    private readonly List<ReadOnlyMemory<byte>> pending = [];
    private SafeFileHandle? current;
    private long next;
    private long end;
    private long written;
    private long room;
    private bool folderDirty;
    private bool currentIsEmpty;

    /// <param name="folder">Made where missing.</param>
    /// <param name="size">Octets of a segment.</param>
    /// <param name="maxSpares">Emptied segments to keep.</param>
    /// <param name="inUse">Numbers of the segments that hold messages; all other files here are spares or rubbish.</param>
    /// <param name="trusted">False after a failure: then no file that was there is written over.</param>
    /// <param name="putAside">Takes files that may hold mail although nothing points to them; null to use or remove them.</param>
    public SegmentFiles(
        string folder, int size, int maxSpares, IReadOnlySet<long> inUse, bool trusted, Action<string>? putAside = null)
    {
        this.folder = folder;
        this.size = size;
        this.maxSpares = maxSpares;
        Directory.CreateDirectory(folder);
        next = inUse.Count == 0 ? 0 : inUse.Max();
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Suffix))
        {
            if (
                !long.TryParse(
                    Path.GetFileNameWithoutExtension(path.AsSpan()), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long number))
                continue;
            next = Math.Max(next, number);
            if (inUse.Contains(number))
                continue;
            if (putAside is not null)
                putAside(path);
            else if (trusted)
                Retire(path);
            else
                File.Delete(path);
        }
    }

    /// <summary>The segment being written; 0 before the first record.</summary>
    public long Current { get; private set; }

    /// <summary>Notes a sealed record for the next <see cref="Flush"/>; the memory must stay as it is until then.</summary>
    public RecordPlace Add(ReadOnlyMemory<byte> record)
    {
        if (current is null || end + record.Length > room)
            StartSegment(record.Length);

        var place = new RecordPlace(Current, end);
        pending.Add(record);
        currentIsEmpty = false;
        end += record.Length;
        return place;
    }

    /// <summary>Writes what was added and waits until it is on the disk.</summary>
    public void Flush()
    {
        Write();
        if (folderDirty)
        {
            Disk.SyncFolder(folder);
            folderDirty = false;
        }

        if (written == end || current is null)
            return;
        Disk.Sync(current);
        written = end;
    }

    /// <summary>Forgets what was added since the last flush: its batch was refused.</summary>
    public void Discard()
    {
        pending.Clear();
        end = written;
    }

    /// <summary>Never writes the current segment again: a sync of it failed.</summary>
    public void Abandon()
    {
        pending.Clear();
        current?.Dispose();
        current = null;
        Current = 0;
    }

    /// <summary>Takes back a segment that holds no message any more, as the disk knows.</summary>
    public void Free(long number)
    {
        if (number == Current)
            currentIsEmpty = true;
        else
            Retire(PathOf(number));
    }

    /// <summary>Reads one message.</summary>
    /// <exception cref="IOException">It is not there, or not unharmed.</exception>
    public static byte[] Read(string path, long offset, long id, long length)
    {
        byte[] record = GC.AllocateUninitializedArray<byte>(checked((int)(BodyRecord.HeaderLength + length)));
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        int read = 0;
        while (read < record.Length && RandomAccess.Read(file, record.AsSpan(read), offset + read) is var more and > 0)
            read += more;
        return BodyRecord.IsSound(record.AsSpan(0, read), id, length)
            ? record
            : throw new IOException($"message {QueueIds.Write(id)} is damaged at {offset} in {path}");
    }

    public static string PathOf(string folder, long number) =>
        Path.Combine(folder, number.ToString("x12", CultureInfo.InvariantCulture) + Suffix);

    private string PathOf(long number) => PathOf(folder, number);

    private void StartSegment(int atLeast)
    {
        Write();
        if (current is not null && written != end)
            Disk.Sync(current);
        current?.Dispose();
        current = null;
        if (currentIsEmpty)
            Retire(PathOf(Current));
        currentIsEmpty = false;

        long number = next + 1;
        string path = PathOf(number);
        room = Math.Max(size, atLeast);
        if (room == size && spares.TryDequeue(out string? spare))
        {
            File.Move(spare, path, overwrite: true);
            current = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        else
        {
            File.Delete(path);
            current = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            Reserve(current, path);
        }

        next = number;
        Current = number;
        end = written = 0;
        folderDirty = true;
    }

    private void Reserve(SafeFileHandle file, string path)
    {
        try
        {
            Disk.Reserve(file, room);
        }
        catch (IOException)
        {
            file.Dispose();
            current = null;
            File.Delete(path);
            throw;
        }
    }

    private void Write()
    {
        if (pending.Count == 0)
            return;
        long length = 0;
        foreach (var record in pending)
            length += record.Length;
        RandomAccess.Write(current!, pending, end - length);
        pending.Clear();
    }

    private void Retire(string path)
    {
        if (spares.Count < maxSpares && File.Exists(path) && new FileInfo(path).Length == size)
            spares.Enqueue(path);
        else
            File.Delete(path);
    }

    public void Dispose() => current?.Dispose();
}
