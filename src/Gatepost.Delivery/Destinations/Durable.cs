using System.Runtime.InteropServices;

namespace Gatepost.Delivery.Destinations;

/// <summary>What .NET does not offer: making a folder's entries durable.</summary>
internal static class Durable
{
    private const int ReadOnlyDirectory = 0x90000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC on Linux

    /// <exception cref="IOException">It could not be made durable.</exception>
    public static void SyncFolder(string path)
    {
        using var folder = OpenFolder(path);
        folder.Sync();
    }

    /// <summary>Opens a folder to sync it later: a process without free handles finds that out before it has changed anything.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static Folder OpenFolder(string path)
    {
        int handle = Open(path, ReadOnlyDirectory);
        return handle >= 0
            ? new Folder(path, handle)
            : throw new IOException($"cannot open folder {path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);

    /// <summary>An open folder.</summary>
    internal sealed class Folder(string path, int handle) : IDisposable
    {
        private bool closed;

        /// <exception cref="IOException">Its entries could not be made durable.</exception>
        public void Sync()
        {
            if (Fsync(handle) != 0)
                throw new IOException($"cannot sync folder {path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
        }

        public void Dispose()
        {
            if (!closed)
                _ = Close(handle);
            closed = true;
        }
    }
}
