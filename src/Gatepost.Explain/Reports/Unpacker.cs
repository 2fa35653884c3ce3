using System.IO.Compression;

namespace Gatepost.Explain.Reports;

/// <summary>Unpacks reports that come as <c>.gz</c> or <c>.zip</c>, within bounds: a bomb of a few KB must not become a file of many
/// GB.</summary>
internal static class Unpacker
{
    /// <summary>Most octets that come out. The largest aggregate reports of large senders stay below a tenth of it.</summary>
    public const int Most = 32 * 1024 * 1024;

    /// <summary>Entries of an archive that are looked at; reports come one in a file.</summary>
    private const int MostEntries = 8;

    /// <summary>Largest directory of an archive that is read; more entries than this make no report.</summary>
    private const int MostPacked = 16 * 1024 * 1024;

    public static bool IsPacked(ReadOnlySpan<byte> octets) => IsGzip(octets) || IsZip(octets);

    private static bool IsGzip(ReadOnlySpan<byte> octets) => octets is [0x1f, 0x8b, 8, ..];

    private static bool IsZip(ReadOnlySpan<byte> octets) => octets is [(byte)'P', (byte)'K', 3, 4, ..];

    /// <summary>What is inside; the octets themselves where they are not packed; null if they cannot be unpacked or become too
    /// many.</summary>
    public static byte[]? Unpack(ReadOnlyMemory<byte> octets)
    {
        if (octets.Length > MostPacked)
            return null;
        try
        {
            if (IsGzip(octets.Span))
            {
                using var gzip = new GZipStream(new MemoryStream(octets.ToArray(), writable: false), CompressionMode.Decompress);
                return ReadBounded(gzip);
            }

            return IsZip(octets.Span) ? FirstReport(octets) : octets.ToArray();
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    private static byte[]? FirstReport(ReadOnlyMemory<byte> octets)
    {
        using var archive = new ZipArchive(new MemoryStream(octets.ToArray(), writable: false), ZipArchiveMode.Read);
        foreach (var entry in archive.Entries.Take(MostEntries))
        {
            if (!entry.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)
                && !entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                continue;
            using var stream = entry.Open();
            return ReadBounded(stream);
        }

        return null;
    }

    private static byte[]? ReadBounded(Stream stream)
    {
        using var whole = new MemoryStream();
        byte[] piece = new byte[64 * 1024];
        int read;
        while ((read = stream.Read(piece)) > 0)
        {
            if (whole.Length + read > Most)
                return null;
            whole.Write(piece, 0, read);
        }

        return whole.ToArray();
    }
}
