using System.Globalization;
using Gatepost.Files;

namespace Gatepost.Storage.Bodies;

/// <summary>
/// Where files go that no row of the queue owns. After a crash they are drafts that were never accepted; after damage to the queue they
/// may be mail. A person decides; after a month they are removed.
/// </summary>
/// <param name="path">Made when first needed.</param>
internal sealed class AsideFolder(string path, TimeProvider clock)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public string Path => path;

    /// <summary>Moves a file here.</summary>
    public void Put(string file)
    {
        Disk.MakePrivateFolder(path);
        string here = Free(System.IO.Path.GetFileName(file));
        File.Move(file, here);
        // Its month begins now.
        File.SetLastWriteTimeUtc(here, clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>Copies a file here and leaves it where it is.</summary>
    /// <returns>The copy.</returns>
    public string Copy(string file)
    {
        Disk.MakePrivateFolder(path);
        string copy = Free(System.IO.Path.GetFileName(file));
        File.Copy(file, copy);
        File.SetLastWriteTimeUtc(copy, clock.GetUtcNow().UtcDateTime);
        return copy;
    }

    /// <summary>Removes what has been here for a month.</summary>
    public void RemoveOld()
    {
        if (!Directory.Exists(path))
            return;
        var before = clock.GetUtcNow().UtcDateTime - Kept;
        foreach (string file in Directory.EnumerateFiles(path))
        {
            if (File.GetLastWriteTimeUtc(file) < before)
                File.Delete(file);
        }
    }

    private string Free(string name)
    {
        string wanted = System.IO.Path.Combine(path, name);
        if (!File.Exists(wanted))
            return wanted;
        string stamp = clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        for (int i = 1; ; i++)
        {
            wanted = System.IO.Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{name}.{stamp}.{i}"));
            if (!File.Exists(wanted))
                return wanted;
        }
    }
}
