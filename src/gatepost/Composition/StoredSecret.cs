using System.Security.Cryptography;
using Gatepost.Files;

namespace Gatepost.Composition;

/// <summary>A secret of this server's own, made once and kept in the data folder, readable by its user only.</summary>
internal static class StoredSecret
{
    private const int Length = 32;

    /// <returns>The secret; where the disk neither gives nor takes it, one for this run.</returns>
    public static byte[] ReadOrMake(string file)
    {
        byte[] made = RandomNumberGenerator.GetBytes(Length);
        try
        {
            if (File.Exists(file) && File.ReadAllBytes(file) is { Length: Length } kept)
                return kept;

            // A file that a power cut left too short is replaced.
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.Delete(file);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var stream = new FileStream(file, options);
            stream.Write(made);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            // Mail matters more than a salt: the server starts anyway.
        }

        return made;
    }
}
