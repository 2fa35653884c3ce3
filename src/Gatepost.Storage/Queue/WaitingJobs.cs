namespace Gatepost.Storage.Queue;

/// <summary>Jobs on their way to the writer's thread, which takes all that wait together.</summary>
internal sealed class WaitingJobs
{
    private const int MaxJobs = 1024;
    private const long MaxWeight = 16 * 1024 * 1024;

    /// <summary>Outcomes of deliveries that are worth a commit of their own.</summary>
    private const int FlushThreshold = 64;

    /// <summary>
    /// Outcomes of deliveries wait so long for new mail to share its commit: half as many commits under load, and no client waits for
    /// them.
    /// </summary>
    private static readonly TimeSpan BatchWait = TimeSpan.FromMilliseconds(2);

    private readonly object sync = new();
    private List<Job> waiting = [];
    private bool stopping;
    private bool idle;
    private bool woken;
    private bool urgent;

    /// <returns>False once it was stopped.</returns>
    public bool TryAdd(Job job)
    {
        lock (sync)
        {
            if (stopping)
                return false;
            waiting.Add(job);
            urgent |= !job.IsPatient;
            if (idle && (urgent || waiting.Count is 1 or FlushThreshold))
                Monitor.Pulse(sync);
            return true;
        }
    }

    /// <summary>Ends a wait for jobs although there may be none.</summary>
    public void Wake()
    {
        lock (sync)
        {
            woken = true;
            Monitor.Pulse(sync);
        }
    }

    /// <summary>Takes no more; what waits can still be taken.</summary>
    public void Stop()
    {
        lock (sync)
        {
            stopping = true;
            Monitor.Pulse(sync);
        }
    }

    /// <summary>Waits for jobs or <see cref="Wake"/>; a batch may be empty.</summary>
    /// <param name="batch">Empty; gets the jobs, in order, and gives its room to those that wait next.</param>
    /// <param name="weight">Octets of the batch.</param>
    /// <returns>False once it was stopped and the last job was taken.</returns>
    public bool Take(ref List<Job> batch, out long weight)
    {
        weight = 0;
        lock (sync)
        {
            idle = true;
            if (waiting.Count == 0 && !stopping && !woken)
                Monitor.Wait(sync);
            woken = false;
            if (waiting.Count is > 0 and < FlushThreshold && !urgent && !stopping)
                Monitor.Wait(sync, BatchWait);
            idle = false;
            if (waiting.Count == 0)
                return !stopping;

            int count = 0;
            for (; count < waiting.Count && count < MaxJobs && weight < MaxWeight; count++)
                weight += waiting[count].Weight;
            if (count == waiting.Count)
            {
                (batch, waiting) = (waiting, batch);
                urgent = false;
                return true;
            }

            batch.AddRange(waiting.GetRange(0, count));
            waiting.RemoveRange(0, count);
            return true;
        }
    }
}
