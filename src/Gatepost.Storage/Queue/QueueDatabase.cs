using System.Globalization;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Settings;
using Gatepost.Storage.Sqlite;

namespace Gatepost.Storage.Queue;

/// <summary>Opens the queue's database and segments, at the start and again after a failure.</summary>
internal sealed class QueueDatabase(StoreOptions options)
{
    public string DatabasePath => Path.Combine(options.Folder, "queue.db");

    public string SegmentFolder => Path.Combine(options.Folder, "segments");

    public string FilesFolder => Path.Combine(options.Folder, "files");

    public string AsidePath => Path.Combine(options.Folder, "aside");

    /// <summary>There while a server runs.</summary>
    public string RunningPath => Path.Combine(options.Folder, "running");

    /// <summary>At the start; counts it, so that files of this run can be distinguished from older ones.</summary>
    /// <param name="putAside">Takes segments that nothing points to, if the queue was found damaged; null if it is sound.</param>
    /// <param name="known">The number of this start by the queue alone.</param>
    public QueueTransaction Open(out long generation, out long known, Action<string>? putAside = null)
    {
        var database = Schema.Open(DatabasePath, options);
        try
        {
            database.Run("UPDATE tally SET generation=generation+1");
            generation = known = database.Number("SELECT generation FROM tally") ?? 1;
            // A queue that was lost or put back counts from before: its files must not be taken for those of this run.
            if (LargeFiles.LatestGeneration(FilesFolder) is { } latest && latest >= generation)
            {
                generation = latest + 1;
                database.Run(string.Create(CultureInfo.InvariantCulture, $"UPDATE tally SET generation={generation}"));
            }

            return new QueueTransaction(database, Segments(database, trusted: true, putAside), options);
        }
        catch
        {
            database.CloseWithoutCheckpoint();
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// After a failure. The log may hold commits that never reached the disk, and a later commit behind such a hole would be
    /// lost in a power cut although it was synced. So the log is copied into the database and cut to nothing before anything else.
    /// </summary>
    public QueueTransaction Reopen()
    {
        var database = Schema.Open(DatabasePath, options);
        try
        {
            long busy = database.Number("PRAGMA wal_checkpoint(TRUNCATE)") ?? 1;
            if (busy != 0)
                throw new IOException("the log of the queue is still being read; trying again");
            return new QueueTransaction(database, Segments(database, trusted: false), options);
        }
        catch
        {
            database.CloseWithoutCheckpoint();
            database.Dispose();
            throw;
        }
    }

    private SegmentFiles Segments(Database database, bool trusted, Action<string>? putAside = null)
    {
        var inUse = new HashSet<long>();
        using var numbers = database.PrepareApart("SELECT number FROM segment");
        while (numbers.Step())
            inUse.Add(numbers.Long(0));
        return new SegmentFiles(SegmentFolder, options.SegmentSize, options.SpareSegments, inUse, trusted, putAside);
    }
}
