using System.Runtime.InteropServices;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Keeps every reply that crossed a wire and what explains it, off the path of the replies.</summary>
/// <remarks>
/// Files that are only appended to, with an index by hash made when one is closed: events come by tens of thousands a second
/// with keys in no order, and a tree on disk would touch a page for each key. A broken or full journal drops events, counts
/// them, says so, and never stops mail.
/// </remarks>
public sealed class JournalStore : IJournal, IJournalReader, IAsyncDisposable
{
    /// <summary>After a failure of the disk, the time until the next attempt.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly JournalOptions options;
    private readonly TimeProvider clock;
    private readonly JournalWriter writer;
    private readonly Backlog<JournalEvent> backlog;
    private long dropped;
    private long droppedTold;
    private readonly Lock sync = new();
    private long failed;
    private string? trouble;
    private Action<string?>? watch;

    private JournalStore(JournalOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        writer = new JournalWriter(options, clock);
        backlog = new Backlog<JournalEvent>("journal", options.Buffer, options.Interval, () => Try(writer.Begin), Write, () =>
            Try(writer.Dispose));
    }

    /// <summary>Opens the journal for writing. Never fails for the disk's sake: then it drops, and says so.</summary>
    /// <exception cref="ArgumentException">The options cannot be used; says why.</exception>
    public static JournalStore Open(JournalOptions options, TimeProvider clock)
    {
        string problems = string.Join("; ", options.Problems());
        return problems.Length == 0 ? new JournalStore(options, clock) : throw new ArgumentException(problems, nameof(options));
    }

    /// <summary>
    /// Opens the journal of a server that may be running, for reading only. What happened in the last
    /// <see cref="JournalOptions.Interval"/> may be missing.
    /// </summary>
    public static IJournalReader OpenReadOnly(JournalOptions options) => new JournalView(options);

    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>
    /// Reports why nothing is written, or null, now and whenever that changes. The events that are recorded then are written later.
    /// </summary>
    public void Watch(Action<string?> changed)
    {
        lock (sync)
        {
            watch = changed;
            if (trouble is not null)
                changed(trouble);
        }
    }

    public bool IsHalfFull => backlog.IsHalfFull;

    public void Record(JournalEvent happened)
    {
        if (!backlog.TryAdd(happened))
            Interlocked.Increment(ref dropped);
    }

    /// <summary>Waits until everything recorded so far is written or dropped.</summary>
    public Task FlushAsync(CancellationToken cancel) => backlog.FlushAsync(cancel);

    /// <summary>All that is written now.</summary>
    internal JournalFiles Files => new(options.Files, writer.OpenFile);

    public async ValueTask<IReadOnlyList<JournalEvent>> FindAsync(string key, long after, int max, CancellationToken cancel)
    {
        await FlushAsync(cancel);
        return await Task.Run(() => JournalView.Find(Files, key, after, max), cancel);
    }

    public async ValueTask<IReadOnlyList<JournalEvent>> FindBetweenAsync(
        DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel)
    {
        await FlushAsync(cancel);
        return await Task.Run(() => JournalRange.Read(options.Files, since, until, after, max, cancel), cancel);
    }

    private void Write(List<JournalEvent> batch)
    {
        bool resting = trouble is not null && clock.GetElapsedTime(failed) < Pause;
        if (resting || !Try(() => Append(batch)))
            Interlocked.Add(ref dropped, batch.Count);
    }

    private void Append(List<JournalEvent> batch)
    {
        TellDrops();
        writer.Append(CollectionsMarshal.AsSpan(batch));
    }

    /// <summary>The gap itself is an event.</summary>
    private void TellDrops()
    {
        long now = Dropped;
        if (now == droppedTold)
            return;
        var why = trouble is null ? OurEvidence.JournalBufferFull.Say() : OurEvidence.Quoted.Say(trouble);
        writer.Append([JournalReports.OfServer(clock, OurEvidence.JournalDropped.Say(now - droppedTold, why))]);
        droppedTold = now;
    }

    private bool Try(Action write)
    {
        try
        {
            write();
            SetState(null);
            return true;
        }
        catch (Exception e)
        {
            failed = clock.GetTimestamp();
            SetState(e.Message);
            return false;
        }
    }

    private void SetState(string? next)
    {
        lock (sync)
        {
            bool changes = (trouble is null) != (next is null);
            trouble = next;
            if (changes)
                watch?.Invoke(next);
        }
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public ValueTask DisposeAsync() => backlog.DisposeAsync();
}
