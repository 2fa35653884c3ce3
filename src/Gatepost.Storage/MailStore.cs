using System.Threading.Channels;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage.Bodies;
using Gatepost.Storage.Drafts;
using Gatepost.Storage.Health;
using Gatepost.Storage.Ids;
using Gatepost.Storage.Queue;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage;

/// <summary>Accepted mail on one node: takes messages in, keeps them until delivered, gives them out to be delivered.</summary>
/// <remarks>
/// <c>queue.db</c> (SQLite) has the envelopes and small bodies, <c>segments/</c> those of middle size, <c>files/</c> the large
/// ones. A message is ours from the commit of its rows, which comes after its octets were synced, and not before.
/// </remarks>
public sealed class MailStore : IMessageStore, IQueue, IAsyncDisposable
{
    private readonly DataFolder folder;
    private readonly StoreHealth health;
    private readonly QueueDatabase opener;
    private readonly ReaderPool readers;
    private readonly QueueView view;
    private readonly Arrivals arrivals;
    private readonly WakeSignal wake = new();
    private readonly GroupCommitter writer;
    private readonly MessageLeasing leasing;
    private readonly QueueActions actions;
    private readonly OutcomeStore outcomes;
    private int closed;

    private MailStore(DataFolder folder, StoreOptions options, TimeProvider clock)
    {
        this.folder = folder;
        var (leases, unrecorded, ids) = (new Leases(), new PendingDeliveries(), new QueueIds(clock));
        opener = new QueueDatabase(options);
        health = new StoreHealth(clock, OnStateChanged, Tell);
        arrivals = new Arrivals(leases, wake, options.ArrivalsCapacity);
        Directory.CreateDirectory(opener.FilesFolder);
        var aside = new AsideFolder(opener.AsidePath, clock);
        var inspection = QueueInspection.Look(
            opener.DatabasePath, opener.RunningPath, [opener.FilesFolder, opener.SegmentFolder], aside);
        var ledger = opener.Open(out long generation, out long known, inspection.Problems.Count > 0 ? aside.Put : null);
        readers = new ReaderPool(opener.DatabasePath);
        var files = new LargeFiles(opener.FilesFolder, generation);
        inspection.Compare(known, generation, opener.DatabasePath);
        Damage = inspection.Problems;
        WasStopped = !File.Exists(opener.RunningPath);
        File.WriteAllText(opener.RunningPath, "");
        view = new QueueView(readers, opener, files, health.Note);
        writer = new GroupCommitter(ledger, opener, health, unrecorded, leases, RemoveFiles, clock, Measure);
        Intake = new Intake(options, files, writer, arrivals, leases, health, ids, clock);
        leasing = new MessageLeasing(readers, view, leases, writer, health);
        actions = new QueueActions(view, writer, leases, wake);
        outcomes = new OutcomeStore(writer, arrivals, leases, unrecorded, ids, clock);
        var compaction = new Compaction(options, readers, writer, opener.SegmentFolder, health.Note);
        Upkeep = new StoreUpkeep(files, aside, readers, health, compaction, Watch, clock);
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
            DataFolder.MakePrivate(options.Folder);
            return new MailStore(folder, options, clock);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Called when the store fills, breaks or recovers, and on failures that change nothing, with the cause; may come from any thread and
    /// must not block.
    /// </summary>
    public event Action<StoreState, string>? StateChanged;

    /// <summary>
    /// Called after each commit: how long it took to become durable (writing and syncing) and how many jobs (messages, sets of outcomes,
    /// changes) shared it. Comes from the writer's thread and must not block.
    /// </summary>
    public event Action<TimeSpan, int>? Committed;

    /// <summary>What was wrong with the files of the queue at the start, each with the file's name; empty if nothing was.</summary>
    public IReadOnlyList<string> Damage { get; }

    /// <summary>Where what no row explains was put.</summary>
    public string Aside => Upkeep.AsidePath;

    /// <summary>Whether the last run ended in order; false after a crash.</summary>
    public bool WasStopped { get; }

    internal Intake Intake { get; }

    internal StoreUpkeep Upkeep { get; }

    public StoreState State => health.State;

    public StoreOutcome Room(long size) => Intake.Room(size);

    public IMessageDraft Begin() => Intake.Begin();

    public ChannelReader<QueuedMessage> Arrivals => arrivals.Reader;

    public Task WokenAsync(CancellationToken cancel) => wake.Given(cancel);

    public ValueTask<(IReadOnlyList<DueDestination> Due, DateTimeOffset? Next)> DueAsync(
        DateTimeOffset now, int max, CancellationToken cancel) =>
        new(leasing.Due(now, max));

    public ValueTask<IReadOnlyList<QueuedMessage>> LeaseAsync(
        Destination destination, DateTimeOffset now, int maxMessages, CancellationToken cancel) =>
        new(leasing.Lease(destination, now, maxMessages));

    /// <summary>Whether the message is in the queue.</summary>
    public bool Has(string queueId) => QueueIds.Read(queueId) is { } id && readers.Read(reader => reader.Has(id));

    public Stream OpenBody(string queueId) => view.OpenBody(queueId);

    public ValueTask<IReadOnlyList<string>> SettleAsync(
        IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices, CancellationToken cancel) =>
        outcomes.StoreAsync(settlements, notices);

    public IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel) => view.ListAsync(filter, cancel);

    /// <summary>Recipients in the queue now: all, and held; and messages.</summary>
    /// <exception cref="IOException">The database does not answer.</exception>
    public (long Recipients, long Held, long Messages) Count() => view.Count();

    /// <summary>
    /// Begins a message released from quarantine. Its commit records the recipients, and is refused where one of them has had it.
    /// </summary>
    /// <param name="source">The queue id it had in quarantine.</param>
    public IMessageDraft BeginRelease(string source) => Intake.Begin(source);

    /// <summary>The recipients to whom a message in quarantine has been released.</summary>
    /// <exception cref="IOException">The database does not answer.</exception>
    public IReadOnlySet<string> ReleasedTo(string source) => readers.Read(reader => ReleaseTable.Recipients(reader.Database, source));

    /// <summary>Forgets the releases of a message that has left the quarantine.</summary>
    /// <exception cref="IOException">It could not be written; then they stay recorded, which does no harm.</exception>
    public Task ForgetReleasesAsync(string source)
    {
        var job = new ChangeJob(ledger => ledger.Releases.Forget(source));
        writer.Add(job);
        return job.Done;
    }

    public ValueTask<int> HoldAsync(QueueFilter filter, CancellationToken cancel) => actions.HoldAsync(filter, cancel);

    public ValueTask<int> ReleaseAsync(QueueFilter filter, CancellationToken cancel) => actions.ReleaseAsync(filter, cancel);

    public ValueTask<int> RetryAsync(QueueFilter filter, CancellationToken cancel) => actions.RetryAsync(filter, Intake.Now, cancel);

    public ValueTask LimitWaitsAsync(DateTimeOffset now, DateTimeOffset latest) => actions.LimitWaitsAsync(now, latest);

    public ValueTask<int> DropAsync(QueueFilter filter, CancellationToken cancel) => actions.DropAsync(filter, cancel);

    public ValueTask<IReadOnlyList<QueuedMessage>> LeaseMatchingAsync(QueueFilter filter, int maxMessages, CancellationToken cancel) =>
        leasing.LeaseMatchingAsync(filter, maxMessages, cancel);

    private void RemoveFiles(IReadOnlyList<(long Generation, long Id)> ownerless) => _ = Task.Run(() =>
    {
        foreach (var (generation, id) in ownerless)
            Intake.RemoveFile(generation, id);
    });

    /// <summary>Looks at the free space, and gives a broken store the occasion to open again.</summary>
    /// <returns>Whether all is well, so that there is time for more.</returns>
    private bool Watch()
    {
        Intake.MeasureFreeSpace();
        if (health.State != StoreState.Broken && !outcomes.HasUnrecorded)
            return true;
        writer.Wake();
        return false;
    }

    private void OnStateChanged(StoreState state, string why)
    {
        if (state != StoreState.Full)
            readers?.Renew();
        if (state == StoreState.Sound)
            wake.Give();
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
            // There is no other place to report it.
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
            health.Note(e);
        }
    }

    /// <summary>Commits what waits, closes the files, frees the folder. Drafts still open are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
            return;
        await Upkeep.DisposeAsync();
        arrivals.Complete();
        await Task.Run(writer.Dispose);
        readers.Dispose();
        if (health.State != StoreState.Broken)
            File.Delete(opener.RunningPath);
        folder.Dispose();
    }
}
