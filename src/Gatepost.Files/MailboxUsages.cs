using System.Collections.Concurrent;

namespace Gatepost.Files;

/// <summary>The mailboxes of this process by their folder: one object each, so that accepting and delivering see the same figure.</summary>
public sealed class MailboxUsages(TimeProvider time)
{
    /// <summary>Above this, those without reservations are forgotten; they cost only a look at their file.</summary>
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<string, MailboxUsage> known = new(StringComparer.Ordinal);

    /// <param name="folder">The path of the Maildir.</param>
    public MailboxUsage Of(string folder)
    {
        if (known.Count > MaxKept)
            Trim();
        return known.GetOrAdd(folder, static (path, time) => new MailboxUsage(path, time), time);
    }

    private void Trim()
    {
        foreach (var (folder, usage) in known)
        {
            if (usage.IsIdle)
                known.TryRemove(new KeyValuePair<string, MailboxUsage>(folder, usage));
        }
    }
}
