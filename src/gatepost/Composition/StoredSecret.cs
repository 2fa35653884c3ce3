using System.Security.Cryptography;
using Gatepost.Files;

namespace Gatepost.Composition;

/// <summary>A secret of this server's own, made once and kept in the data folder, readable by its user only.</summary>
internal static class StoredSecret
{
    private const int Length = 32;

    /// <returns>The secret; if it can neither be read nor kept, one for this run.</returns>
    public static byte[] ReadOrMake(string file)
    {
        byte[] made = RandomNumberGenerator.GetBytes(Length);
        try
        {
            if (File.Exists(file) && File.ReadAllBytes(file) is { Length: Length } kept)
                return kept;

            Disk.ReplacePrivate(file, made);
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            // Mail matters more than a salt: the server starts anyway.
        }

        return made;
    }
}
