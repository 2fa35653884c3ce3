using System.Globalization;
using System.Text;

namespace Gatepost.Files;

/// <summary>One Maildir with its subfolders (Maildir++): making it, counting its messages, its <c>maildirsize</c>.</summary>
public sealed class MaildirFolder(string path)
{
    private const int MaxSizeFile = 64 * 1024;

    public string Path { get; } = path;

    public string SizeFile { get; } = System.IO.Path.Combine(path, "maildirsize");

    public string Tmp => System.IO.Path.Combine(Path, "tmp");

    public string Cur => System.IO.Path.Combine(Path, "cur");

    public string New => System.IO.Path.Combine(Path, "new");

    public bool Exists => Directory.Exists(Path);

    /// <summary>Makes what is missing, readable by its owner only, and durable.</summary>
    /// <exception cref="IOException">It cannot be made. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public void Make()
    {
        var missing = new Stack<string>();
        for (string? at = Path; at is not null && !Directory.Exists(at); at = System.IO.Path.GetDirectoryName(at))
            missing.Push(at);
        foreach (string part in (string[])["tmp", "new", "cur"])
        {
            string folder = System.IO.Path.Combine(Path, part);
            if (!Directory.Exists(folder))
                Disk.MakePrivateFolder(folder);
        }

        Disk.SyncFolder(Path);
        foreach (string made in missing)
            Disk.SyncFolder(System.IO.Path.GetDirectoryName(made) ?? "/");
    }

    /// <summary>The content of the <c>maildirsize</c> file; null without one. A file too large to be one has limits and no sum.</summary>
    /// <exception cref="IOException">It cannot be read. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public MaildirSize? ReadSize()
    {
        var file = new FileInfo(SizeFile);
        if (!file.Exists)
            return null;
        if (file.Length <= MaxSizeFile)
            return MaildirSize.Parse(File.ReadAllLines(SizeFile));
        return MaildirSize.Parse([File.ReadLines(SizeFile).FirstOrDefault(""), "too long"]);
    }

    /// <summary>Notes messages added or taken away, in one write, so that several processes can share the file without a lock; nothing
    /// without a file.</summary>
    /// <exception cref="IOException">It cannot be written. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public void AppendSize(long octets, int messages)
    {
        if (!File.Exists(SizeFile))
            return;
        using var file = new FileStream(SizeFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{octets} {messages}\n")));
    }

    /// <summary>Replaces the <c>maildirsize</c> file by one line of limits and one of the sum.</summary>
    /// <param name="unchanged">When the mailbox changed last, if it is known: counting is no change.</param>
    /// <exception cref="IOException">It cannot be written. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public void WriteSize(string definition, long octets, long messages, DateTimeOffset? unchanged)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"maildirsize.{Environment.ProcessId}.{Guid.NewGuid():N}");
        string fresh = System.IO.Path.Combine(Tmp, name);
        File.WriteAllText(fresh, string.Create(CultureInfo.InvariantCulture, $"{definition}\n{octets} {messages}\n"));
        if (unchanged is { } since)
            File.SetLastWriteTimeUtc(fresh, since.UtcDateTime);
        File.Move(fresh, SizeFile, overwrite: true);
    }

    /// <summary>Adds up the messages of the mailbox and of its subfolders, which begin with a dot.</summary>
    /// <exception cref="IOException">A folder cannot be read. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public (long Octets, long Messages) Count()
    {
        long octets = 0, messages = 0;
        foreach (string box in Directory.EnumerateDirectories(Path, ".*").Prepend(Path))
        {
            foreach (string part in (string[])["cur", "new"])
            {
                var folder = new DirectoryInfo(System.IO.Path.Combine(box, part));
                if (!folder.Exists)
                    continue;
                foreach (var file in folder.EnumerateFiles())
                {
                    octets += SizeOf(file);
                    messages++;
                }
            }
        }

        return (octets, messages);
    }

    /// <summary>The <c>,S=</c> in a name spares a look at the file.</summary>
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
}
