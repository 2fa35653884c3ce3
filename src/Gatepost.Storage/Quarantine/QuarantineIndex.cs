namespace Gatepost.Storage.Quarantine;

/// <summary>Which messages are in quarantine: by age, queue id and verdict. Callable from any thread.</summary>
internal sealed class QuarantineIndex
{
    private readonly Lock sync = new();
    private readonly SortedSet<QuarantineFile> byAge = new(
        Comparer<QuarantineFile>.Create((one, other) => (one.At, one.Id).CompareTo((other.At, other.Id))));
    private readonly Dictionary<string, QuarantineFile> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuarantineFile> byVerdict = new(StringComparer.OrdinalIgnoreCase);
    private long octets;

    public int Count
    {
        get
        {
            lock (sync)
                return byAge.Count;
        }
    }

    /// <summary>Of all messages together.</summary>
    public long Octets => Interlocked.Read(ref octets);

    public QuarantineFile[] NewestFirst()
    {
        lock (sync)
            return [.. byAge.Reverse()];
    }

    public QuarantineFile? Oldest()
    {
        lock (sync)
            return byAge.Min;
    }

    /// <summary>The oldest message whose client was refused; null if all were accepted.</summary>
    public QuarantineFile? OldestRefused()
    {
        lock (sync)
            return byAge.FirstOrDefault(file => !file.Taken);
    }

    public QuarantineFile? Find(string id)
    {
        lock (sync)
            return byId.GetValueOrDefault(id);
    }

    public QuarantineFile? FindVerdict(string verdict)
    {
        lock (sync)
            return byVerdict.GetValueOrDefault(verdict);
    }

    /// <summary>Whether one more message of that size stays within the limits.</summary>
    public bool HasRoom(long size, long maxOctets, int maxMessages)
    {
        lock (sync)
            return octets + size <= maxOctets && byAge.Count < maxMessages;
    }

    public void Add(QuarantineFile file)
    {
        lock (sync)
        {
            if (!byId.TryAdd(file.Id, file))
                return;
            byAge.Add(file);
            if (file.VerdictId is { } verdict)
                byVerdict.TryAdd(verdict, file);
            Interlocked.Add(ref octets, file.Size);
        }
    }

    /// <returns>False if it was not there.</returns>
    public bool Remove(QuarantineFile file)
    {
        lock (sync)
        {
            if (!byId.Remove(file.Id))
                return false;
            byAge.Remove(file);
            if (file.VerdictId is { } verdict && byVerdict.GetValueOrDefault(verdict) == file)
                byVerdict.Remove(verdict);
            Interlocked.Add(ref octets, -file.Size);
            return true;
        }
    }
}
