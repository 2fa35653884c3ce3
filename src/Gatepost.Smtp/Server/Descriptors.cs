using System.Globalization;
using Gatepost.Files;

namespace Gatepost.Smtp.Server;

/// <summary>
/// Open files and sockets of this process and how many it may have (RLIMIT_NOFILE). Without any left the runtime itself ends the
/// process, so the server stops taking connections before that.
/// </summary>
public static class Descriptors
{
    /// <summary>Kept for everything but clients: the store, the journal, outgoing mail, filters, the runtime.</summary>
    public const int Reserve = 300;

    /// <summary>How many this process may have; null if the system does not say.</summary>
    public static int? Limit { get; } = ReadLimit();

    /// <summary>Connections that may be open together: each may need a second descriptor, for a question to DNS or a file.</summary>
    /// <param name="wanted">What is configured.</param>
    /// <param name="limit">RLIMIT_NOFILE; null for none.</param>
    public static int Connections(int wanted, int? limit) =>
        limit is { } most ? Math.Min(wanted, Math.Max(10, (most - Reserve) / 2)) : wanted;

    /// <summary>Open now; null if the system does not say.</summary>
    public static int? Open()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            return null;
        }
    }

    private static int? ReadLimit()
    {
        try
        {
            // "Max open files            1024                 524288               files": the first number is in force.
            const string Name = "Max open files";
            string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            string? soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : null;
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            return null;
        }
    }
}
