using Gatepost.Files;
using Gatepost.Smtp;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Health;
using Gatepost.Storage.Ids;
using Gatepost.Storage.Queue;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage.Drafts;

/// <summary>The way into the store: says whether there is room, begins drafts and commits the complete ones.</summary>
internal sealed class Intake(
    StoreOptions options, LargeFiles files, GroupCommitter writer, Arrivals arrivals, Leases leases, StoreHealth health, QueueIds ids,
        TimeProvider clock)
{
    private long free = long.MaxValue;

    /// <summary>Memory that all drafts share.</summary>
    public MemoryBudget Budget { get; } = new(options.DraftMemory);

    public LargeFiles Files => files;

    /// <summary>Whether delivery may be given <paramref name="octets"/> more in memory.</summary>
    public bool MayHandOver(int octets) => leases.Memory + octets <= StoreOptions.ArrivalsMemory;

    /// <summary>What last went wrong with the store.</summary>
    public Exception Cause => health.Cause;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <param name="releasedFrom">The queue id it had in quarantine; null for mail that was not there.</param>
    public MessageDraft Begin(string? releasedFrom = null) => new(this, ids.Next(), releasedFrom);

    /// <summary>Whether a message of <paramref name="size"/> octets can be taken now; 0 where that is not known.</summary>
    public StoreOutcome Room(long size)
    {
        if (health.State != StoreState.Sound)
            return health.Outcome;
        return size > 0 && size > Interlocked.Read(ref free) - options.MinimumFree ? StoreOutcome.Full : StoreOutcome.Kept;
    }

    public Task<StoreResult> KeepAsync(NewMessage message)
    {
        var job = new StoreJob(message, arrivals);
        writer.Add(job);
        return job.Done;
    }

    public void RemoveFile(long generation, long id)
    {
        try
        {
            files.Delete(generation, id);
        }
        catch (Exception e) when (Disk.IsFailure(e))
        {
            health.Note(e);
        }
    }

    /// <summary>Looks at the free space; an eighth more ends what less began, so that the state does not flutter.</summary>
    public void MeasureFreeSpace()
    {
        try
        {
            long now = new DriveInfo(Path.GetFullPath(options.Folder)).AvailableFreeSpace;
            Interlocked.Exchange(ref free, now);
            if (now < options.MinimumFree)
                health.Fill(new IOException($"{now >> 20} MiB free, {options.MinimumFree >> 20} MiB are kept for working off the queue"));
            else if (now >= options.MinimumFree + (options.MinimumFree / 8))
                health.FindRoom();
        }
        catch (Exception e) when (Disk.IsFailure(e))
        {
            health.Note(e);
        }
    }
}
