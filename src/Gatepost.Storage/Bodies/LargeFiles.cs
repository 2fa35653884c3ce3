using System.Globalization;
using Gatepost.Files;
using Gatepost.Storage.Ids;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Bodies;

/// <summary>A file for each large message, written while it arrives.</summary>
/// <remarks>
/// Every start of the server opens a new folder (a generation). What a crash left behind can only be in folders of earlier
/// ones, so the sweep that removes it never meets a message that is arriving now.
/// </remarks>
internal sealed class LargeFiles
{
    private readonly string folder;
    private readonly string ours;
    private volatile bool oursIsThere;

    public LargeFiles(string folder, long generation)
    {
        this.folder = folder;
        Generation = generation;
        ours = FolderOf(generation);
    }

    public long Generation { get; }

    public SafeFileHandle Create(long id)
    {
        // Until one of those that create together has synced the folder's name, each does: none may be sure of it before.
        if (!oursIsThere)
        {
            Directory.CreateDirectory(ours);
            Disk.SyncFolder(folder);
            Disk.SyncFolder(Path.GetDirectoryName(folder)!);
            oursIsThere = true;
        }

        return File.OpenHandle(PathOf(Generation, id), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite
            | FileShare.Delete, FileOptions.Asynchronous);
    }

    /// <summary>Waits until the name of a new file is on the disk.</summary>
    public void SyncNames() => Disk.SyncFolder(ours);

    public FileStream Open(long generation, long id) =>
        new(PathOf(generation, id), FileMode.Open, FileAccess.Read, FileShare.ReadWrite
            | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);

    public void Delete(long generation, long id) => File.Delete(PathOf(generation, id));

    /// <summary>The latest start of the server that left files; null if none did.</summary>
    public static long? LatestGeneration(string folder) => !Directory.Exists(folder) ? null : Directory.EnumerateDirectories(folder)
        .Where(path => Directory.EnumerateFileSystemEntries(path).Any())
        .Select(path => GenerationOf(path)).Max();

    /// <summary>Puts files of earlier generations that no message owns aside, and removes folders left empty.</summary>
    public void Sweep(Func<long, long, bool> isOwned, Action<string> putAside, CancellationToken cancel)
    {
        if (!Directory.Exists(folder))
            return;

        foreach (string generationFolder in Directory.EnumerateDirectories(folder))
        {
            if (GenerationOf(generationFolder) is not { } generation || generation >= Generation)
                continue;

            bool empty = true;
            foreach (string path in Directory.EnumerateFiles(generationFolder))
            {
                cancel.ThrowIfCancellationRequested();
                if (QueueIds.Read(Path.GetFileNameWithoutExtension(path)) is not { } id || !isOwned(generation, id))
                    putAside(path);
                else
                    empty = false;
            }

            if (empty)
                Directory.Delete(generationFolder);
        }
    }

    private static long? GenerationOf(string path) =>
        long.TryParse(Path.GetFileName(path), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long generation)
            ? generation : null;

    private string FolderOf(long generation) => Path.Combine(folder, generation.ToString("x8", CultureInfo.InvariantCulture));

    private string PathOf(long generation, long id) => Path.Combine(FolderOf(generation), QueueIds.Write(id) + ".eml");
}
