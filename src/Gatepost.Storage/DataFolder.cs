using System.Globalization;
using Gatepost.Files;

namespace Gatepost.Storage;

/// <summary>The data folder belongs to one process at a time; the lock falls with the process, however that ends.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream held;

    private DataFolder(FileStream held) => this.held = held;

    /// <summary>Takes the folder, making it where missing.</summary>
    /// <exception cref="DataFolderInUseException">Another process has it; says which.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static DataFolder Take(string folder, TimeProvider clock)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);

        string holder = Path.Combine(folder, "holder");
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (
            e is not DirectoryNotFoundException and not PathTooLongException && File.Exists(Path.Combine(folder, "lock")) && IsHeld(folder))
        {
            throw new DataFolderInUseException(folder, Who(holder), e);
        }

        File.WriteAllText(
            holder, string.Create(
                CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, since {clock.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC\n"));
        return new DataFolder(held);
    }

    /// <summary>Folders with mail or records of it; Maildirs are not ours alone, and sockets are for others.</summary>
    private static readonly string[] Private = ["segments", "files", "journal", "quarantine", "aside"];

    /// <summary>
    /// Takes from group and others what an earlier version, or a folder that was there already, gave them: accepted mail is in these files.
    /// </summary>
    internal static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (string path in Private.Select(name => Path.Combine(folder, name)).Where(Directory.Exists)
            .Concat(Directory.EnumerateFiles(folder).Where(file => !IsForOthers(Path.GetFileName(file)))))
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~Own) != 0)
                File.SetUnixFileMode(path, mode & Own);
        }
    }

    /// <summary>Sockets have modes of their own; administrators of the group copy the directory.</summary>
    private static bool IsForOthers(string name) =>
        name.EndsWith(".sock", StringComparison.Ordinal) || name.StartsWith("directory.db", StringComparison.Ordinal);

    /// <summary>Whether some process has the folder now.</summary>
    public static bool IsHeld(string folder)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(folder, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException failure)
        {
            // On a disk that cannot be written there is no lock to take.
            return Disk.IsLocked(failure);
        }
    }

    private static string Who(string holder)
    {
        try
        {
            return File.ReadAllText(holder).Trim();
        }
        catch (IOException)
        {
            return "another process";
        }
    }

    public void Dispose() => held.Dispose();
}

/// <summary>A second server was started on the same data folder.</summary>
/// <param name="holder"><c>process 1234, since 2026-01-31 12:00:00 UTC</c>.</param>
public sealed class DataFolderInUseException(string folder, string holder, Exception inner)
    : IOException($"the data folder {folder} is in use by {holder}", inner)
{
    public string Folder { get; } = folder;

    public string Holder { get; } = holder;
}
