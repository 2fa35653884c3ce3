using System.Globalization;
using System.Runtime.InteropServices;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Durability;

/// <summary>A small ext4 of its own, in a file mounted by a loop device: it can be filled, and its power can be cut.</summary>
/// <remarks>
/// The cut is EXT4_IOC_SHUTDOWN without flushing the log: from that instant nothing more reaches the image, and whatever
/// was written but not synced is thrown away, as it is when the current fails. Mounting it again replays ext4's own journal.
/// </remarks>
public sealed partial class ImageDisk : IAsyncDisposable
{
    private const uint Shutdown = 0x8004587D; // _IOR('X', 125, __u32)
    private const uint WithoutLogFlush = 2;

    private readonly string image;
    private bool mounted;

    private ImageDisk(string image, string folder)
    {
        this.image = image;
        Folder = folder;
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Makes and mounts one; skips the test aloud where this machine has no loop devices.</summary>
    public static async Task<ImageDisk> MakeAsync(ScratchFolder scratch, int mebibytes, CancellationToken cancel)
    {
        Component.NeedsRoot("mounting an image");
        Component.Needs("mkfs.ext4", "mount", "umount");
        string image = scratch["disk.image"];
        await using (var file = new FileStream(image, FileMode.Create))
            file.SetLength(mebibytes * 1048576L);
        var disk = new ImageDisk(image, Directory.CreateDirectory(scratch["disk"]).FullName);
        var made = await ChildProcess.RunAsync("mkfs.ext4", ["-q", "-F", "-m", "0", "-b", "4096", image], cancel);
        Assert.True(made.ExitCode == 0, made.ToString());
        var mountedNow = await disk.TryMountAsync(cancel);
        if (mountedNow.ExitCode != 0)
            Assert.Skip($"no loop device can be mounted here: {mountedNow.Errors.Trim()}");
        return disk;
    }

    /// <summary>Cuts the power at once, whoever is writing.</summary>
    public void CutPower()
    {
        int folder = Open(Folder, 0x80000);
        Assert.True(folder >= 0, "the folder cannot be opened");
        try
        {
            uint how = WithoutLogFlush;
            Assert.True(Control(folder, Shutdown, ref how) == 0,
                string.Create(CultureInfo.InvariantCulture, $"EXT4_IOC_SHUTDOWN: {Marshal.GetLastPInvokeErrorMessage()}"));
        }
        finally
        {
            _ = Close(folder);
        }
    }

    /// <summary>After a cut, once nobody has files open there: takes it off and mounts it again.</summary>
    public async Task RestorePowerAsync(CancellationToken cancel)
    {
        await UnmountAsync(cancel);
        var again = await TryMountAsync(cancel);
        Assert.True(again.ExitCode == 0, again.ToString());
    }

    private async Task<Finished> TryMountAsync(CancellationToken cancel)
    {
        // The log is not committed by the clock within a test, so only what was synced is there after a cut.
        var finished = await ChildProcess.RunAsync("mount", ["-o", "loop,commit=300", image, Folder], cancel);
        mounted = finished.ExitCode == 0;
        return finished;
    }

    private async Task UnmountAsync(CancellationToken cancel)
    {
        for (int tries = 0; mounted; tries++)
        {
            var finished = await ChildProcess.RunAsync("umount", [Folder], cancel);
            mounted = finished.ExitCode != 0;
            Assert.True(!mounted || tries < 100, finished.ToString());
            if (mounted)
                await Task.Delay(50, cancel);
        }
    }

    public async ValueTask DisposeAsync() => await UnmountAsync(CancellationToken.None);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int handle, nuint request, ref uint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
