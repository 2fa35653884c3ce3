using System.Collections.Concurrent;

namespace Gatepost.Storage.Journal;

/// <summary>Items that wait to be written by one thread, in batches; bounded, and adding never blocks.</summary>
/// <remarks>
/// Three writers of this room gather batches, each for another promise, so they share no code. Here nothing waits for an item: adding takes
/// no lock and a full buffer drops. The queue's jobs (<c>WaitingJobs</c>) each get an answer, are bounded by octets and come in two kinds,
/// of which one waits for the other. <c>StateStore</c> merges counts into one batch whose callers all wait for the same commit. One type
/// for all would need a switch for each of these: who waits, what is full, how long a batch stays open.
/// </remarks>
internal sealed class Backlog<T> : IAsyncDisposable
{
    private const int MaxBatch = 8192;

    /// <summary>
    /// A batch of this size is written without further wait: what waits longer is promoted and copied by the garbage collector.
    /// </summary>
    private const int FlushThreshold = 1024;

    private readonly int capacity;
    private readonly TimeSpan interval;
    private readonly ConcurrentQueue<T> waiting = new();
    private readonly object sync = new();
    private readonly Thread thread;
    private readonly BacklogProgress progress = new();
    private int count;
    private int idle;
    private int gathering;
    private bool flushNow;
    private bool stopping;

    /// <param name="name">Of the thread.</param>
    /// <param name="capacity">How many may wait.</param>
    /// <param name="interval">How long a batch is gathered, unless it reaches the threshold sooner.</param>
    /// <param name="begin">Runs first on the thread.</param>
    /// <param name="write">Writes a batch; must not throw; the list is emptied behind it.</param>
    /// <param name="end">Runs last on the thread.</param>
    public Backlog(string name, int capacity, TimeSpan interval, Action begin, Action<List<T>> write, Action end)
    {
        this.capacity = capacity;
        this.interval = interval;
        thread = new Thread(() => Work(begin, write, end)) { Name = name, IsBackground = true };
        thread.Start();
    }

    /// <summary>Whether more than half of the room is taken.</summary>
    public bool IsHalfFull => Volatile.Read(ref count) > capacity / 2;

    /// <returns>False if there is no room.</returns>
    public bool TryAdd(T item)
    {
        int ahead = Interlocked.Increment(ref count);
        if (ahead > capacity)
        {
            Interlocked.Decrement(ref count);
            return false;
        }

        waiting.Enqueue(item);
        progress.NoteAdded();
        if (Volatile.Read(ref idle) == 1)
            Wake(flush: false);
        else if (ahead >= FlushThreshold && Volatile.Read(ref gathering) == 1)
            Wake(flush: true);
        return true;
    }

    /// <summary>Waits until everything added so far has been written.</summary>
    public Task FlushAsync(CancellationToken cancel) => progress.WaitAsync(() => Wake(flush: true), () => thread.IsAlive, cancel);

    private void Wake(bool flush)
    {
        lock (sync)
        {
            flushNow |= flush;
            idle = gathering = 0;
            Monitor.Pulse(sync);
        }
    }

    private void Work(Action begin, Action<List<T>> write, Action end)
    {
        begin();
        var batch = new List<T>(256);
        while (Sleep())
        {
            while (waiting.TryDequeue(out var item))
            {
                batch.Add(item);
                if (batch.Count == MaxBatch)
                    Write(batch, write);
            }

            if (batch.Count > 0)
                Write(batch, write);
            progress.EndRound();
        }

        end();
        progress.EndRound();
    }

    /// <summary>Sleeps until there is something, and then a little longer, so that much is written together.</summary>
    /// <returns>False at the end.</returns>
    private bool Sleep()
    {
        lock (sync)
        {
            Volatile.Write(ref idle, 1);
            // What is added after this sees the flag; what was added before is seen here.
            Interlocked.MemoryBarrier();
            while (waiting.IsEmpty && !flushNow && !stopping)
                Monitor.Wait(sync);
            idle = 0;
            if (!flushNow && !stopping)
            {
                // As above: what is added after this sees the flag, what was added before is counted here.
                Interlocked.Exchange(ref gathering, 1);
                if (Volatile.Read(ref count) < FlushThreshold)
                    Monitor.Wait(sync, interval);
            }

            gathering = 0;
            flushNow = false;
            return !stopping || !waiting.IsEmpty;
        }
    }

    private void Write(List<T> batch, Action<List<T>> write)
    {
        int written = batch.Count;
        write(batch);
        batch.Clear();
        Interlocked.Add(ref count, -written);
        progress.NoteWritten(written);
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (sync)
        {
            stopping = true;
            Monitor.Pulse(sync);
        }

        await Task.Run(thread.Join);
    }
}
