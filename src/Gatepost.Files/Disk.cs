using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Files;

/// <summary>A failure that knows itself whether a full disk caused it.</summary>
public interface IDiskFailure
{
    bool IsFull { get; }
}

/// <summary>The few system calls that .NET does not offer, and what a failure of the disk means.</summary>
public static partial class Disk
{
    /// <summary>O_DIRECTORY and O_CLOEXEC of Linux: a program started later must not hold the folder open for its whole life.</summary>
    private static readonly int FolderFlags = OperatingSystem.IsLinux() ? 0x90000 : 0;

    private const int NoSpace = 28;
    private const int WouldBlock = 11;
    private const int SharingViolation = 0x20;
    private const int QuotaExceeded = 122;
    private const int Interrupted = 4;

    /// <summary>077: all rights of all but the owner.</summary>
    private const int GroupAndOthers = 0x3F;

    /// <summary>Waits until the file's data, and its length if that changed, are on the disk.</summary>
    /// <exception cref="SyncFailure">They may not be, and asking again proves nothing: the kernel reports a lost write once.</exception>
    public static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            FlushToDisk(file);
            return;
        }

        while (SyncData(file) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                throw new SyncFailure(Words("fdatasync", error), error);
        }
    }

    /// <summary>Waits until the names in a folder are on the disk (a new file is found after a power cut only then).</summary>
    /// <exception cref="SyncFailure">They may not be.</exception>
    /// <exception cref="IOException">The folder cannot be opened.</exception>
    public static void SyncFolder(string path)
    {
        using var folder = OpenFolder(path);
        folder.Sync();
    }

    /// <summary>Opens a folder to sync it later: a process without free handles finds that out before it has changed anything.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static OpenedFolder OpenFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return new OpenedFolder(path, -1);
        int handle = Open(path, FolderFlags);
        return handle >= 0 ? new OpenedFolder(path, handle) : throw Failure("open " + path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes a folder, and those above it, that only its owner may enter; one that is there stays as it is.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void MakePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Makes a file that only its owner may read and write; what is written is not buffered.</summary>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    public static FileStream CreatePrivate(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(file, options);
    }

    /// <summary>
    /// Writes a file that only its owner may read, under another name first: a power cut, or a reader, finds the old file or the new one.
    /// A folder that is missing is made as private.
    /// </summary>
    /// <exception cref="SyncFailure">It may not be on the disk.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void ReplacePrivate(string file, ReadOnlySpan<byte> content)
    {
        string folder = Path.GetDirectoryName(file)!;
        MakePrivateFolder(folder);
        string fresh = file + ".new";
        File.Delete(fresh);
        using (var stream = CreatePrivate(fresh))
        {
            stream.Write(content);
            Sync(stream.SafeFileHandle);
        }

        File.Move(fresh, file, overwrite: true);
        SyncFolder(folder);
    }

    /// <summary>The same with text, in UTF-8.</summary>
    /// <exception cref="SyncFailure">It may not be on the disk.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void ReplacePrivate(string file, string text) => ReplacePrivate(file, Encoding.UTF8.GetBytes(text));

    /// <summary>Reserves room, so that a full disk shows now and not in the middle of a batch. Does nothing if the file system
    /// cannot.</summary>
    /// <exception cref="IOException">No room.</exception>
    public static void Reserve(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsLinux())
            return;
        while (Allocate(file, 0, length) is var error && error != 0)
        {
            if (error == Interrupted)
                continue;
            if (error is NoSpace or QuotaExceeded)
                throw Failure("posix_fallocate", error);
            return;
        }
    }

    /// <summary>Whether it failed because there was no room. A failed sync never counts as that, since its file must not be used any
    /// more.</summary>
    public static bool IsFull(Exception failure) => failure switch
    {
        SyncFailure => false,
        IDiskFailure known => known.IsFull,
        IOException io => io.HResult is NoSpace or QuotaExceeded || (io.HResult & 0xFFFF) is NoSpace or 0x70 or 0x27,
        _ => false,
    };

    /// <summary>Whether another process has the file locked (EAGAIN, ERROR_SHARING_VIOLATION).</summary>
    public static bool IsLocked(IOException failure) => failure.HResult is WouldBlock || (failure.HResult & 0xFFFF) is SharingViolation;

    /// <summary>Whether a file or folder caused it, rather than a fault of ours: no room, no permission, not there, a broken
    /// disk.</summary>
    public static bool IsFailure(Exception failure) => failure is IOException or UnauthorizedAccessException;

    internal static void SyncOpen(string path, int handle)
    {
        while (SyncAll(handle) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                throw new SyncFailure(Words("fsync " + path, error), error);
        }
    }

    internal static void CloseOpen(int handle) => _ = Close(handle);

    private static void FlushToDisk(SafeFileHandle file)
    {
        try
        {
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException e)
        {
            throw new SyncFailure(e);
        }
    }

    private static IOException Failure(string call, int error) => new(Words(call, error), error);

    private static string Words(string call, int error) => $"{call}: {Marshal.GetPInvokeErrorMessage(error)}";

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncAll(int handle);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    /// <summary>Keeps every file and folder made from here on from group and others, whatever mask the process was given.</summary>
    public static void KeepNewFilesPrivate()
    {
        if (!OperatingSystem.IsWindows())
            _ = Mask(GroupAndOthers);
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int Mask(int mask);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}

/// <summary>A folder that is open so that its names can be made durable.</summary>
public sealed class OpenedFolder : IDisposable
{
    private readonly string path;
    private int handle;

    internal OpenedFolder(string path, int handle) => (this.path, this.handle) = (path, handle);

    /// <exception cref="SyncFailure">Its names may not be on the disk.</exception>
    public void Sync()
    {
        if (handle >= 0)
            Disk.SyncOpen(path, handle);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref handle, -1) is var open and >= 0)
            Disk.CloseOpen(open);
    }
}
