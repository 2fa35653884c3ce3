using System.Collections.Concurrent;
using System.Globalization;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Policy.Quotas;

/// <summary>Reads the <c>maildirsize</c> file that delivery keeps in each Maildir (Maildir++): a line of limits, then one <c>octets messages</c> a change.</summary>
/// <remarks>The file stays below 5,120 octets by its own rules; more is not read. What was read is believed for some seconds.</remarks>
public sealed class MaildirSizes(TimeProvider time) : IMailboxSizes
{
    private const int MaxFile = 64 * 1024;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (long ReadAt, MailboxSize? Size)> known = new(StringComparer.Ordinal);

    public ValueTask<MailboxSize?> MeasureAsync(Account account, CancellationToken cancel)
    {
        if (account.Destination.Kind != DestinationKind.Maildir)
            return ValueTask.FromResult<MailboxSize?>(null);

        long now = time.GetTimestamp();
        string folder = account.Destination.Name;
        if (known.TryGetValue(folder, out var read) && time.GetElapsedTime(read.ReadAt, now) < Fresh)
            return ValueTask.FromResult(read.Size);

        if (known.Count > 10_000)
            known.Clear();
        var size = Read(Path.Combine(folder, "maildirsize"));
        known[folder] = (now, size);
        return ValueTask.FromResult(size);
    }

    private static MailboxSize? Read(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists || info.Length > MaxFile)
                return null;
            return Sum(File.ReadLines(file)) is { } octets ? new MailboxSize(octets, info.LastWriteTimeUtc) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Null for a file that is not of this kind.</returns>
    private static long? Sum(IEnumerable<string> lines)
    {
        long octets = 0;
        foreach (string line in lines.Skip(1))
        {
            var words = line.AsSpan().Trim();
            int space = words.IndexOf(' ');
            if (words.IsEmpty)
                continue;
            if (!long.TryParse(space < 0 ? words : words[..space], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long change))
                return null;
            octets = checked(octets + Math.Clamp(change, -(1L << 46), 1L << 46));
        }

        return Math.Max(0, octets);
    }
}
