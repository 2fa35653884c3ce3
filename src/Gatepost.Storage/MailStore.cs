using Gatepost.Smtp;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Drafts;
using Gatepost.Storage.Queue;

namespace Gatepost.Storage;

/// <summary>Accepted mail on one node: takes messages in, keeps them until delivered, gives them out to be delivered.</summary>
/// <remarks>
/// <c>queue.db</c> (SQLite) has the envelopes and small bodies, <c>segments/</c> those of middle size, <c>files/</c> the large
/// ones. A message is ours from the commit of its rows, which comes after its octets were synced, and not before.
/// </remarks>
public sealed partial class MailStore : IMessageStore, IAsyncDisposable
{
    /// <summary>Looks at the free space between two looks for nearly empty segments.</summary>
    private const int LooksBetweenCompactions = 30;

    private readonly DataFolder folder;
    private readonly TimeProvider clock;
    private readonly QueueIds ids;
    private readonly QueueDatabase opener;
    private readonly ReaderPool readers;
    private readonly QueueView view;
    private readonly Compaction compaction;
    private readonly Arrivals arrivals;
    private readonly PendingDeliveries unrecorded = new();
    private readonly WakeSignal nudge = new();
    private readonly GroupCommitter writer;
    private readonly ITimer watch;
    private readonly CancellationTokenSource closing = new();
    private readonly Task sweep;
    private long free = long.MaxValue;
    private int closed;
    private int looks;

    private MailStore(DataFolder folder, StoreOptions options, TimeProvider clock)
    {
        this.folder = folder;
        this.clock = clock;
        Options = options;
        ids = new QueueIds(clock);
        opener = new QueueDatabase(options);
        Health = new StoreHealth(clock, OnStateChanged, Tell);
        Budget = new MemoryBudget(options.DraftMemory);
        arrivals = new Arrivals(Leases, nudge, options.ArrivalsCapacity);
        Directory.CreateDirectory(opener.FilesFolder);
        var ledger = opener.Open(out long generation);
        readers = new ReaderPool(opener.DatabasePath);
        Files = new LargeFiles(opener.FilesFolder, generation);
        view = new QueueView(readers, opener, Files, Health.Note);
        writer = new GroupCommitter(ledger, opener, Health, unrecorded, Leases, RemoveFiles, clock, Measure);
        compaction = new Compaction(options, readers, writer, opener.SegmentFolder, Health.Note);
        sweep = Task.Run(Sweep);
        watch = clock.CreateTimer(_ => Watch(), null, TimeSpan.Zero, StoreOptions.FreeSpaceInterval);
    }

    /// <summary>Opens the store for serving.</summary>
    /// <exception cref="DataFolderInUseException">Another process has the folder.</exception>
    /// <exception cref="ArgumentException">The options cannot be used; says why.</exception>
    /// <exception cref="IOException">The database cannot be opened.</exception>
    public static MailStore Open(StoreOptions options, TimeProvider clock)
    {
        string problems = string.Join("; ", options.Problems());
        if (problems.Length > 0)
            throw new ArgumentException(problems, nameof(options));

        var folder = DataFolder.Take(options.Folder, clock);
        try
        {
            return new MailStore(folder, options, clock);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Told when the store fills, breaks or recovers, and of trouble that changes nothing, with the cause; may come from any thread and
    /// must not block.
    /// </summary>
    public event Action<StoreState, string>? StateChanged;

    /// <summary>
    /// Told after each commit how long it took to become durable (writing and syncing) and how many jobs (messages, sets of outcomes,
    /// changes) shared it. Comes from the writer's thread and must not block.
    /// </summary>
    public event Action<TimeSpan, int>? Committed;

    public StoreState State => Health.State;

    internal StoreOptions Options { get; }

    internal StoreHealth Health { get; }

    internal MemoryBudget Budget { get; }

    internal LargeFiles Files { get; }

    internal Leases Leases { get; } = new();

    internal DateTimeOffset Now => clock.GetUtcNow();

    public StoreOutcome Room(long size)
    {
        if (Health.State != StoreState.Sound)
            return Health.Outcome;
        return size > 0 && size > Interlocked.Read(ref free) - Options.MinimumFree ? StoreOutcome.Full : StoreOutcome.Kept;
    }

    public IMessageDraft Begin() => new MessageDraft(this, ids.Next());

    internal Task<StoreResult> KeepAsync(NewMessage message)
    {
        var job = new StoreJob(message, arrivals);
        writer.Add(job);
        return job.Done;
    }

    internal void RemoveFile(long generation, long id)
    {
        try
        {
            Files.Delete(generation, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Health.Note(e);
        }
    }

    private void RemoveFiles(IReadOnlyList<(long Generation, long Id)> files) => _ = Task.Run(() =>
    {
        foreach (var (generation, id) in files)
            RemoveFile(generation, id);
    });

    /// <summary>
    /// Looks at the free space (an eighth more ends what less began, so that the state does not flutter), and gives a broken store the
    /// occasion to open again.
    /// </summary>
    private void Watch()
    {
        try
        {
            long now = new DriveInfo(Path.GetFullPath(Options.Folder)).AvailableFreeSpace;
            Interlocked.Exchange(ref free, now);
            if (now < Options.MinimumFree)
                Health.Fill(new IOException($"{now / 1048576} MiB free, {Options.MinimumFree / 1048576} MiB are kept for working off the queue"));
            else if (now >= Options.MinimumFree + (Options.MinimumFree / 8))
                Health.FindRoom();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Health.Note(e);
        }

        if (Health.State == StoreState.Broken || unrecorded.Any)
            writer.Wake();
        else if (++looks % LooksBetweenCompactions == 0)
            _ = CompactAsync();
    }

    /// <summary>Empties segments that hold little; runs by itself now and then.</summary>
    internal Task CompactAsync() => Task.Run(() => compaction.RunAsync(closing.Token));

    private void OnStateChanged(StoreState state, string why)
    {
        if (state != StoreState.Full)
            readers?.Renew();
        if (state == StoreState.Sound)
            nudge.Give();
        Tell(state, why);
    }

    /// <summary>A listener that throws must not harm the writer or the caller.</summary>
    private void Tell(StoreState state, string why)
    {
        try
        {
            StateChanged?.Invoke(state, why);
        }
        catch (Exception)
        {
            // There is nobody else to tell.
        }
    }

    private void Measure(TimeSpan took, int jobs)
    {
        try
        {
            Committed?.Invoke(took, jobs);
        }
        catch (Exception e)
        {
            Health.Note(e);
        }
    }

    /// <summary>Removes files that a crash left without a message; in the background, since nobody waits for it.</summary>
    private void Sweep()
    {
        try
        {
            Files.Sweep((generation, id) => readers.Read(reader => reader.OwnsFile(generation, id)), closing.Token);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Health.Note(e);
        }
    }

    /// <summary>Commits what waits, closes the files, frees the folder. Drafts still open are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
            return;
        await closing.CancelAsync();
        await watch.DisposeAsync();
        await sweep;
        arrivals.Complete();
        await Task.Run(writer.Dispose);
        readers.Dispose();
        closing.Dispose();
        folder.Dispose();
    }
}
