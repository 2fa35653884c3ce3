using Gatepost.Policy.Basics;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;

namespace Gatepost.Storage.State;

/// <summary>
/// Keeps what quotas counted, first encounters, temporary blocks and known log-ins across restarts, in <c>state.db</c>. One writer: what
/// comes while it writes shares the next commit.
/// </summary>
/// <remarks>
/// The commit is with the operating system before the client reads the reply, so a killed process loses nothing; it is on the disk within
/// <see cref="SyncEvery"/>, so a power cut may cost that second, and never the file. What exceeds the bounded buffer, or what the disk does
/// not take, is not kept across a restart and counted in <see cref="Dropped"/>; the running server counts exactly anyway.
/// </remarks>
public sealed class StateStore : ICounterLog, IStateLog, IAsyncDisposable
{
    /// <summary>Counts and records that wait for the writer at most.</summary>
    private const int MaxWaiting = 100_000;

    private static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly StateFile file;
    private readonly StateReading reading;
    private readonly Lock sync = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly CancellationTokenSource ended = new();
    private readonly Task writing;
    private Batch next = new();
    private Task syncing = Task.CompletedTask;
    private int syncIsDue;
    private long dropped;
    private bool closed;

    private StateStore(string folder, TimeProvider time, Alarms? alarms)
    {
        this.time = time;
        reading = new StateReading(folder);
        file = new StateFile(folder, time, alarms);
        file.Open();
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Counts and records that a restart would forget, because the disk did not follow or failed.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>
    /// Opens the file of a data folder, or begins one, and takes over what older versions kept in text files. Never fails: without a file
    /// the server works, and what it counts is counted as <see cref="Dropped"/>.
    /// </summary>
    /// <param name="folder">The data folder; exists, and its holder is the caller.</param>
    /// <param name="alarms">Get what is wrong with the file; null for none.</param>
    public static StateStore Open(string folder, TimeProvider time, Alarms? alarms = null) => new(folder, time, alarms);

    public Task KeepAsync(IReadOnlyList<CounterEntry> taken) => Add(taken.Count, batch => batch.Counted.AddRange(taken));

    public Task KeepAsync(StateRecord what) => Add(1, batch => batch.Remembered.Add(what));

    /// <summary>Only before anything is kept.</summary>
    public IEnumerable<CounterEntry> Load(DateTimeOffset now) => file.Read(() => reading.Load(now));

    /// <summary>Only before anything is kept.</summary>
    public IEnumerable<StateRecord> Load(string kind, DateTimeOffset now) => file.Read(() => reading.Load(kind, now));

    /// <summary>Writes what waits, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        bool waits;
        lock (sync)
        {
            closed = true;
            waits = next.Count > 0;
        }

        await ended.CancelAsync();
        if (!waits)
            wake.Release();
        await writing;
        ended.Dispose();
        wake.Dispose();
    }

    private Task Add(int count, Action<Batch> add)
    {
        Task written;
        bool first;
        lock (sync)
        {
            if (closed || next.Count >= MaxWaiting)
            {
                Interlocked.Add(ref dropped, count);
                return Task.CompletedTask;
            }

            first = next.Count == 0;
            add(next);
            written = next.Written.Task;
        }

        if (first)
            wake.Release();
        return written;
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            await wake.WaitAsync();
            Batch batch;
            bool last;
            lock (sync)
            {
                (batch, last) = (next, closed);
                next = new Batch();
            }

            if (batch.Count > 0)
                Write(batch);
            batch.Written.SetResult();
            if (!last)
                continue;
            await syncing;
            file.Dispose();
            return;
        }
    }

    private void Write(Batch batch)
    {
        if (!file.Write(batch.Counted, batch.Remembered))
            Interlocked.Add(ref dropped, batch.Count);
        // Reset before the sync begins: what is written while one runs gets another.
        else if (Interlocked.Exchange(ref syncIsDue, 1) == 0)
            syncing = SyncLaterAsync(syncing);
    }

    private async Task SyncLaterAsync(Task before)
    {
        await before;
        await Task.Delay(SyncEvery, time, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Exchange(ref syncIsDue, 0);
        await Task.Run(file.Sync);
    }

    private sealed class Batch
    {
        public List<CounterEntry> Counted { get; } = [];

        public List<StateRecord> Remembered { get; } = [];

        public int Count => Counted.Count + Remembered.Count;

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
