using System.Globalization;
using System.Text;

namespace Gatepost.Delivery.Destinations;

/// <summary>The quota file of Maildir++: its first line names the limits, each further line what was added or taken away.</summary>
/// <remarks>
/// Lines are appended in one write each, so several processes can share the file without a lock. Trouble with the file itself never
/// stops mail: unreadable it is no quota, and what could not be written into it is found when it is counted anew.
/// </remarks>
internal sealed class MaildirQuota(string folder, TimeProvider time)
{
    /// <summary>A longer file, or one older than the grace below, is counted anew before a message is refused.</summary>
    private const int LongestFile = 5120;

    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    private readonly string path = Path.Combine(folder, "maildirsize");

    /// <summary>Null where there is no quota or there is room.</summary>
    /// <returns>What is used and what is allowed, in words.</returns>
    public (string Used, string Limit)? Exceeded(long size)
    {
        if (Read() is not { } state || (state.MaxOctets <= 0 && state.MaxMessages <= 0))
            return null;
        if (state.HasRoom(size))
            return null;

        state = Refreshed(state);
        return state.HasRoom(size) ? null : state.Words();
    }

    /// <summary>Notes an added message; nothing where there is no quota. The message is delivered whatever happens here.</summary>
    public void Add(long size)
    {
        try
        {
            if (!File.Exists(path))
                return;
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{size} 1\n")));
        }
        catch (Exception failure) when (IsTroubleWithFile(failure))
        {
            // Counted anew sooner or later.
        }
    }

    private static bool IsTroubleWithFile(Exception failure) => failure is IOException or UnauthorizedAccessException or NotSupportedException;

    private State Refreshed(State known)
    {
        try
        {
            bool stale = known.Length > LongestFile || time.GetUtcNow() - File.GetLastWriteTimeUtc(path) > Grace;
            return stale ? CountAnew(known) : known;
        }
        catch (Exception failure) when (IsTroubleWithFile(failure))
        {
            return known;
        }
    }

    private State? Read()
    {
        string[] lines;
        long length;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return null;
            length = file.Length;
            lines = length > 1 << 20 ? [File.ReadLines(path).FirstOrDefault() ?? ""] : File.ReadAllLines(path);
        }
        catch (Exception failure) when (IsTroubleWithFile(failure))
        {
            return null;
        }

        long octets = 0, messages = 0;
        foreach (string line in lines.Skip(1))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 2 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out long size) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long count))
            {
                octets += size;
                messages += count;
            }
        }

        var (maxOctets, maxMessages) = Limits(lines.FirstOrDefault() ?? "");
        return new State(lines.FirstOrDefault() ?? "", maxOctets, maxMessages, octets, messages, length);
    }

    private static (long Octets, long Messages) Limits(string definition)
    {
        long octets = 0, messages = 0;
        foreach (string part in definition.Trim().Split(','))
        {
            if (part.Length > 1 && long.TryParse(part.AsSpan(0, part.Length - 1), CultureInfo.InvariantCulture, out long limit))
                (octets, messages) = part[^1] == 'S' ? (limit, messages) : part[^1] == 'C' ? (octets, limit) : (octets, messages);
        }

        return (octets, messages);
    }

    /// <summary>Walks the mailbox and its subfolders (those that begin with a dot) and writes the file anew.</summary>
    private State CountAnew(State state)
    {
        long octets = 0, messages = 0;
        foreach (string box in Directory.EnumerateDirectories(folder, ".*").Prepend(folder))
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

        string fresh = Path.Combine(folder, "tmp", string.Create(CultureInfo.InvariantCulture, $"maildirsize.{Environment.ProcessId}.{Guid.NewGuid():N}"));
        File.WriteAllText(fresh, string.Create(CultureInfo.InvariantCulture, $"{state.Definition}\n{octets} {messages}\n"));
        File.Move(fresh, path, overwrite: true);
        return state with { Octets = octets, Messages = messages, Length = 0 };
    }

    /// <summary>The <c>,S=</c> in the name spares a look at the file.</summary>
    private static long SizeOf(FileInfo file)
    {
        int at = file.Name.IndexOf(",S=", StringComparison.Ordinal);
        if (at < 0)
            return file.Length;
        var digits = file.Name.AsSpan(at + 3);
        int end = digits.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture, out long size) ? size : file.Length;
    }

    private sealed record State(string Definition, long MaxOctets, long MaxMessages, long Octets, long Messages, long Length)
    {
        public bool HasRoom(long size) => (MaxOctets <= 0 || Octets + size <= MaxOctets) && (MaxMessages <= 0 || Messages + 1 <= MaxMessages);

        public (string Used, string Limit) Words() => MaxMessages > 0 && Messages + 1 > MaxMessages
            ? (string.Create(CultureInfo.InvariantCulture, $"{Messages} messages"), string.Create(CultureInfo.InvariantCulture, $"{MaxMessages} messages"))
            : (string.Create(CultureInfo.InvariantCulture, $"{Octets} octets"), string.Create(CultureInfo.InvariantCulture, $"{MaxOctets} octets"));
    }
}
