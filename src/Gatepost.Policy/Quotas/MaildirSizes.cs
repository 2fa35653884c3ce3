using System.Collections.Concurrent;
using System.Globalization;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Policy.Quotas;

/// <summary>Reads the <c>maildirsize</c> file of each Maildir (Maildir++): a line of limits, then one <c>octets messages</c> a change. Where a mailbox with a quota has none, its messages are counted and the file is begun; delivery carries it on.</summary>
/// <remarks>
/// The file begun here names no limit: the quota is judged at RCPT, and a message taken must not fail at delivery.
/// A mailbox that looks full is counted anew at most once a minute, because its owner may have tidied up with a program that
/// keeps no such file. What was read is believed for some seconds.
/// </remarks>
public sealed class MaildirSizes(TimeProvider time) : IMailboxSizes
{
    private const int MaxFile = 64 * 1024;

    private const string NoLimit = "0S";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    public async ValueTask<MailboxSize?> MeasureAsync(Account account, CancellationToken cancel)
    {
        if (account.Destination.Kind != DestinationKind.Maildir)
            return null;

        long now = time.GetTimestamp();
        string folder = account.Destination.Name;
        if (known.TryGetValue(folder, out var before) && time.GetElapsedTime(before.ReadAt, now) < Fresh)
            return before.Size;

        if (known.Count > 10_000)
            known.Clear();
        var size = Read(Path.Combine(folder, "maildirsize"));
        long? countedAt = before?.CountedAt;
        bool looksFull = size is { } told && told.Octets >= Math.Min(account.Quota ?? long.MaxValue, told.Limit ?? long.MaxValue);
        bool rested = countedAt is not { } last || time.GetElapsedTime(last, now) >= BetweenCounts;
        bool unkept = size is null && before is { Unkept: true };
        if (unkept && !rested)
        {
            size = before!.Size;
        }
        else if ((size is null && account.Quota is not null) || (looksFull && rested))
        {
            // Many files take their time; other sessions go on meanwhile, with what was known.
            countedAt = now;
            known[folder] = new Known(now, size ?? before?.Size, countedAt, unkept);
            size = await Task.Run(() => Count(folder, size), cancel);
            unkept = !File.Exists(Path.Combine(folder, "maildirsize")) && System.IO.Directory.Exists(folder);
        }

        known[folder] = new Known(now, size, countedAt, unkept);
        return size;
    }

    private static MailboxSize? Read(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists || info.Length > MaxFile)
                return null;
            string[] lines = File.ReadAllLines(file);
            return Sum(lines) is { } octets ? new MailboxSize(octets, info.LastWriteTimeUtc, Limit(lines.FirstOrDefault(""))) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Octets of a line such as <c>1000000S,500C</c>.</summary>
    private static long? Limit(string definition)
    {
        foreach (string part in definition.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.EndsWith('S') && long.TryParse(part.AsSpan(0, part.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long octets) && octets > 0)
                return octets;
        }

        return null;
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

    /// <summary>Adds up the messages and writes the file anew, with the limits it had.</summary>
    /// <returns>What was known where the mailbox cannot be counted; zero where it does not exist yet.</returns>
    private static MailboxSize? Count(string folder, MailboxSize? told)
    {
        try
        {
            if (!System.IO.Directory.Exists(folder))
                return new MailboxSize(0, null);
            var (octets, messages) = Add(folder);
            string path = Path.Combine(folder, "maildirsize");
            string definition = Definition(path);
            Keep(folder, path, $"{definition}\n{octets} {messages}\n", told?.Octets == octets ? told?.Unchanged : null);
            return new MailboxSize(octets, told?.Octets == octets ? told?.Unchanged : null, Limit(definition));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return told;
        }
    }

    /// <summary>The limits the file names, whatever else is wrong with it; none where there is no file.</summary>
    private static string Definition(string path) => File.Exists(path) && File.ReadLines(path).FirstOrDefault() is { Length: > 0 and < 200 } first ? first : NoLimit;

    /// <summary>A disk that does not take the file leaves the count as good as it is.</summary>
    private static void Keep(string folder, string path, string text, DateTimeOffset? unchanged)
    {
        try
        {
            string fresh = Path.Combine(folder, "tmp", string.Create(CultureInfo.InvariantCulture, $"maildirsize.{Environment.ProcessId}.{Guid.NewGuid():N}"));
            File.WriteAllText(fresh, text);
            // The time of the last change says how long nobody has tidied up: counting is no change.
            if (unchanged is { } since)
                File.SetLastWriteTimeUtc(fresh, since.UtcDateTime);
            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            // Counted again in a minute.
        }
    }

    /// <summary>The mailbox and its subfolders, which begin with a dot. The <c>,S=</c> in a name spares a look at the file.</summary>
    private static (long Octets, long Messages) Add(string folder)
    {
        long octets = 0, messages = 0;
        foreach (string box in System.IO.Directory.EnumerateDirectories(folder, ".*").Prepend(folder))
        {
            foreach (string part in (string[])["cur", "new"])
            {
                var here = new DirectoryInfo(Path.Combine(box, part));
                if (!here.Exists)
                    continue;
                foreach (var file in here.EnumerateFiles())
                {
                    octets += SizeOf(file);
                    messages++;
                }
            }
        }

        return (octets, messages);
    }

    private static long SizeOf(FileInfo file)
    {
        int at = file.Name.IndexOf(",S=", StringComparison.Ordinal);
        var digits = at < 0 ? default : file.Name.AsSpan(at + 3);
        int end = digits.IndexOfAnyExceptInRange('0', '9');
        if (long.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long size))
            return size;
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Read or deleted since the folder was listed.
            return 0;
        }
    }

    /// <param name="Unkept">Whether the count could not be written down.</param>
    private sealed record Known(long ReadAt, MailboxSize? Size, long? CountedAt, bool Unkept);
}
