using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Storage.Bodies;

/// <summary>The few system calls .NET has no words for.</summary>
internal static partial class Disk
{
    /// <summary>O_CLOEXEC of Linux: a program started meanwhile must not hold the folder open for its whole life.</summary>
    private static readonly int CloseOnExec = OperatingSystem.IsLinux() ? 0x80000 : 0;

    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int Interrupted = 4;

    /// <summary>Waits until the file's data, and its length where that changed, are on the disk.</summary>
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

    /// <summary>
    /// Reserves room, so that a full disk shows now and not in the middle of a batch. Does nothing where the file system cannot.
    /// </summary>
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

    /// <summary>Waits until the names in a folder are on the disk (a new file is found after a power cut only then).</summary>
    /// <exception cref="SyncFailure">They may not be.</exception>
    /// <exception cref="IOException">The folder cannot be opened.</exception>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;

        int handle = Open(folder, CloseOnExec);
        if (handle < 0)
            throw Failure("open " + folder, Marshal.GetLastPInvokeError());
        try
        {
            while (SyncAll(handle) != 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != Interrupted)
                    throw new SyncFailure(Words("fsync " + folder, error), error);
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>
    /// Whether it failed for want of room rather than by a fault of the disk. A failed sync never counts as that, since its file must
    /// not go on being used.
    /// </summary>
    public static bool IsFull(Exception failure) => failure switch
    {
        SyncFailure => false,
        Sqlite.SqliteFailure sqlite => sqlite.IsFull,
        IOException io => io.HResult is NoSpace or QuotaExceeded || (io.HResult & 0xFFFF) is 0x70 or 0x27,
        _ => false,
    };

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

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
