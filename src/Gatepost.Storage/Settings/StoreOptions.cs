namespace Gatepost.Storage.Settings;

/// <summary>Where and how mail is kept. Sizes are octets.</summary>
public sealed record StoreOptions
{
    /// <summary>The data folder; made where missing. One process owns it at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>Messages up to this size may be kept in their row; 0 puts none there.</summary>
    public int InlineLimit { get; init; } = 16 * 1024;

    /// <summary>
    /// Octets that one commit puts into rows; what is more goes to a segment. A small commit is over sooner with one sync
    /// instead of two; a large one costs less when its octets are written once and not also through SQLite's log.
    /// </summary>
    public int InlineBatch { get; init; } = 192 * 1024;

    /// <summary>
    /// Bodies above this size get a file of their own and are streamed into it while they arrive; those between go to a segment.
    /// </summary>
    internal const int SegmentLimit = 256 * 1024;

    /// <summary>
    /// Size of one segment file of bodies. Small enough for small disks, large enough that a busy server starts a new one once a second
    /// at most.
    /// </summary>
    public int SegmentSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Emptied segments kept for writing over: overwriting is cheaper to sync than growing.</summary>
    public int SpareSegments { get; init; } = 4;

    /// <summary>Memory that all arriving messages may use together; drafts beyond it stream into files from the start.</summary>
    public long DraftMemory { get; init; } = 64 * 1024 * 1024;

    /// <summary>Free space below which no new message is taken (452 4.3.1), so that the queue can still be worked off.</summary>
    public long MinimumFree { get; init; } = 32 * 1024 * 1024;

    /// <summary>How often free space is looked at.</summary>
    internal static readonly TimeSpan FreeSpaceInterval = TimeSpan.FromSeconds(1);

    /// <summary>New messages handed to delivery without being read back; further ones are found by the next look at the queue.</summary>
    public int ArrivalsCapacity { get; init; } = 4096;

    /// <summary>Memory that bodies handed over with new messages may use together.</summary>
    internal const long ArrivalsMemory = 32 * 1024 * 1024;

    /// <summary>Largest body handed over in memory; below the large object heap's 85,000.</summary>
    internal const int ArrivalsBodyLimit = 64 * 1024;

    /// <summary>Longest wait between two tries to reopen a broken store; the first comes after a tenth of it.</summary>
    internal static readonly TimeSpan ReopenInterval = TimeSpan.FromSeconds(10);

    /// <summary>SQLite's own cache of pages, each connection.</summary>
    internal const int CacheBytes = 32 * 1024 * 1024;

    /// <summary>Pages in the write-ahead log after which they are copied into the database.</summary>
    public int CheckpointPages { get; init; } = 4000;

    /// <summary>For tests: called before and after each commit, and may throw as the disk would.</summary>
    internal Action<CommitMoment>? Fault { get; init; }

    /// <summary>Everything wrong with these values together; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Folder))
            yield return "the data folder has no name";
        if (InlineLimit < 0 || InlineLimit > SegmentLimit)
            yield return $"the limit of bodies in rows is {InlineLimit}: 0 to {SegmentLimit}";
        if (SegmentSize < SegmentLimit)
            yield return $"a segment of {SegmentSize} is too small: bodies of {SegmentLimit} go there";
        if (SegmentSize > 1024 * 1024 * 1024)
            yield return $"a segment of {SegmentSize} is too large: 1 GiB at most";
        if (DraftMemory < 0 || MinimumFree < 0)
            yield return "memory and free space cannot be negative";
        if (ArrivalsCapacity < 1)
            yield return $"{ArrivalsCapacity} arrivals: at least 1";
    }
}

/// <summary>Where a commit can fail: with nothing on the disk, or with everything there and no one to know.</summary>
internal enum CommitMoment
{
    Before,
    After,
}
