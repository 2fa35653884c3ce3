namespace Gatepost.Storage.Journal;

/// <summary>Where the journal is kept, how much of it and for how long. Sizes are octets.</summary>
public sealed record JournalOptions
{
    /// <summary>The data folder; the journal has the folder <c>journal</c> in it.</summary>
    public required string Folder { get; init; }

    /// <summary>How long events are kept.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How much all of it may take; the oldest goes first.</summary>
    public long MaxSize { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Events that may wait for the disk; further ones are dropped and counted. About 500 octets each.</summary>
    public int Buffer { get; init; } = 65_536;

    /// <summary>How long events wait to be written together. A crash loses that much of the journal, never mail.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Size of one file. The oldest file is what is removed at a time.</summary>
    public int FileSize { get; init; } = 32 * 1024 * 1024;

    /// <summary>Free space the journal leaves to the mail: below it old files go, and without any nothing is written.</summary>
    public long MinimumFree { get; init; } = 32 * 1024 * 1024;

    internal string Files => Path.Combine(Folder, "journal");

    /// <summary>Everything wrong with these values together; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (Keep <= TimeSpan.Zero)
            yield return $"keep is {Keep}: it must be positive";
        if (FileSize is < 64 * 1024 or > 1024 * 1024 * 1024)
            yield return $"a journal file of {FileSize}: 64 KiB to 1 GiB";
        if (MaxSize < 2L * FileSize)
            yield return $"the journal may take {MaxSize}: at least two files of {FileSize}";
        if (Buffer < 100)
            yield return $"buffer is {Buffer} events: at least 100";
        if (Interval <= TimeSpan.Zero || Interval > TimeSpan.FromMinutes(1))
            yield return $"events are written every {Interval}: more than nothing, at most a minute";
    }
}
