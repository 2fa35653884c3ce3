using Gatepost.Files;
using Gatepost.Smtp;
using Gatepost.Storage.Health;

namespace Gatepost.Storage.Queue;

/// <summary>
/// The one writer: takes whatever waits, commits it together, reports to all that waited, takes the next. A batch starts immediately when
/// none is running.
/// </summary>
/// <remarks>
/// A thread of its own, since it spends its life waiting for the disk. When the disk fails, the batch is refused, database
/// and segment are given up with their descriptors, and everything is refused until a fresh opening has succeeded.
/// </remarks>
internal sealed class GroupCommitter : IDisposable
{
    private readonly QueueDatabase opener;
    private readonly StoreHealth health;
    private readonly PendingDeliveries unrecorded;
    private readonly Leases leases;
    private readonly Action<IReadOnlyList<(long Generation, long Id)>> removeFiles;
    private readonly TimeProvider clock;
    private readonly Action<TimeSpan, int> measured;
    private readonly Thread thread;
    private readonly WaitingJobs waiting = new();
    private List<Job> batch = [];
    private QueueTransaction? ledger;

    /// <summary>How many jobs of the batch have been answered.</summary>
    private int answered;

    /// <param name="ledger">Opened; owned from here on.</param>
    /// <param name="opener">Opens it again after a failure.</param>
    /// <param name="health">Gets failures.</param>
    /// <param name="unrecorded">Deliveries to be written down after a failure.</param>
    /// <param name="leases">Where those are until then.</param>
    /// <param name="removeFiles">Given files that no message owns any more; must not block.</param>
    /// <param name="clock">Measures commits.</param>
    /// <param name="measured">Called on the writer's thread: how long a commit took to become durable and how many jobs shared it.</param>
    public GroupCommitter(QueueTransaction ledger, QueueDatabase opener, StoreHealth health, PendingDeliveries unrecorded, Leases leases,
        Action<IReadOnlyList<(long Generation, long Id)>> removeFiles, TimeProvider clock, Action<TimeSpan, int> measured)
    {
        this.ledger = ledger;
        this.opener = opener;
        this.health = health;
        this.unrecorded = unrecorded;
        this.leases = leases;
        this.removeFiles = removeFiles;
        this.clock = clock;
        this.measured = measured;
        thread = new Thread(Work) { Name = "store writer", IsBackground = true };
        thread.Start();
    }

    public void Add(Job job)
    {
        if (!waiting.TryAdd(job))
            job.Refused(StoreOutcome.Broken, new IOException("the store is closed"));
    }

    /// <summary>Looks whether a broken store can be opened again, or a delivery be written down.</summary>
    public void Wake() => waiting.Wake();

    private void Work()
    {
        while (waiting.Take(ref batch, out long weight))
        {
            answered = 0;
            try
            {
                Serve(weight);
            }
            catch (Exception e)
            {
                // Nothing may end this thread, since that would end the server: an unforeseen failure is handled like a failed disk.
                Fail(e);
            }

            batch.Clear();
        }

        Close();
    }

    private void Serve(long weight)
    {
        if (ledger is null || unrecorded.Any)
            Recover();
        if (batch.Count == 0)
            return;
        if (ledger is null)
            Refuse(StoreOutcome.Broken, health.Cause);
        else
            Commit(ledger, weight);
    }

    private void Commit(QueueTransaction open, long weight)
    {
        TimeSpan took;
        try
        {
            open.Begin(weight);
            foreach (var job in batch)
                job.Apply(open);
            long start = clock.GetTimestamp();
            open.Commit();
            took = clock.GetElapsedTime(start);
        }
        catch (Exception e) when (Disk.IsFull(e))
        {
            RefuseFull(open, e);
            return;
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        for (; answered < batch.Count; answered++)
            batch[answered].Committed();
        Reclaim(open);
        measured(took, batch.Count);
    }

    private void Reclaim(QueueTransaction open)
    {
        try
        {
            var files = open.Reclaim();
            if (files.Count > 0)
                removeFiles(files);
        }
        catch (Exception e) when (Disk.IsFailure(e))
        {
            // What could not be removed or renamed is rubbish the next start clears away; a disk that fails shows at the next commit.
            health.Note(e);
        }
    }

    /// <summary>The batch did not fit. The database is sound, so later batches may.</summary>
    private void RefuseFull(QueueTransaction open, Exception cause)
    {
        try
        {
            open.Rollback();
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        health.Fill(cause);
        Refuse(StoreOutcome.Full, cause);
    }

    /// <summary>Gives up what is open and refuses those of the batch that were not answered yet. Does not throw.</summary>
    private void Fail(Exception cause)
    {
        for (int i = answered; i < batch.Count; i++)
        {
            if (batch[i] is not StoreJob kept)
                continue;
            kept.IsUncertain = true;
            unrecorded.Unacknowledged.Add(kept);
        }

        health.Break(cause);
        Abandon();
        Refuse(StoreOutcome.Broken, cause);
    }

    private void Abandon()
    {
        try
        {
            ledger?.Abandon();
        }
        catch (Exception e)
        {
            health.Note(e);
        }

        ledger = null;
    }

    private void Refuse(StoreOutcome outcome, Exception cause)
    {
        while (answered < batch.Count)
        {
            try
            {
                batch[answered++].Refused(outcome, cause);
            }
            catch (Exception e)
            {
                // The others wait to be answered too.
                health.Note(e);
            }
        }
    }

    /// <summary>
    /// Reopens the database after a failure, then catches up: deliveries are recorded, and messages that were never acknowledged are
    /// taken out.
    /// </summary>
    private void Recover()
    {
        if (ledger is null && !health.MayReopen())
            return;

        var delivered = unrecorded.TakeAll();
        try
        {
            ledger ??= opener.Reopen();
            ledger.Begin(0);
            foreach (var (message, index) in delivered)
                ledger.Remove(message, index);
            foreach (var kept in unrecorded.Unacknowledged)
                ledger.RemoveWhole(kept.Id);
            ledger.Commit();
        }
        catch (Exception e)
        {
            foreach (var (message, index) in delivered)
                unrecorded.TryKeep(message, index);
            AfterFailedRecovery(e);
            return;
        }

        unrecorded.Unacknowledged.ForEach(kept => kept.Withdraw());
        unrecorded.Unacknowledged.Clear();
        foreach (var (message, index) in delivered)
            leases.End(message, index);
        Reclaim(ledger);
        health.Recover();
    }

    private void AfterFailedRecovery(Exception cause)
    {
        if (ledger is not null && Disk.IsFull(cause))
        {
            try
            {
                ledger.Rollback();
                health.Fill(cause);
                return;
            }
            catch (Exception e)
            {
                cause = e;
            }
        }

        Abandon();
        health.Break(cause);
    }

    private void Close()
    {
        try
        {
            ledger?.Dispose();
        }
        catch (Exception e)
        {
            health.Note(e);
        }

        ledger = null;
    }

    /// <summary>Commits what waits, then closes.</summary>
    public void Dispose()
    {
        waiting.Stop();
        thread.Join();
    }
}
