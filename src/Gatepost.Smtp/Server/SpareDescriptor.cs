using Gatepost.Files;
using Microsoft.Win32.SafeHandles;

namespace Gatepost.Smtp.Server;

/// <summary>A descriptor held for the moment when no other is left: given up, it allows one client to be rejected with 421.</summary>
internal sealed class SpareDescriptor : IDisposable
{
    private readonly Lock sync = new();
    private SafeFileHandle? held;

    public SpareDescriptor() => TryTake();

    /// <summary>Gives it up.</summary>
    /// <returns>False if it was not held.</returns>
    public bool Give()
    {
        lock (sync)
        {
            bool had = held is not null;
            held?.Dispose();
            held = null;
            return had;
        }
    }

    /// <summary>Takes one again, if there is one to be had.</summary>
    public void TryTake()
    {
        lock (sync)
        {
            try
            {
                held ??= File.OpenHandle("/dev/null");
            }
            catch (Exception failure) when (Disk.IsFailure(failure))
            {
                // Tried again when the next client has gone.
            }
        }
    }

    public void Dispose() => Give();
}
