using System.Collections.Concurrent;
using Gatepost.Delivery.Queue;
using Gatepost.Files;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Health;
using Gatepost.Storage.Queue;
using Gatepost.Storage.Settings;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

/// <summary>The writer's thread: nothing ends it, and a failed sync gives the file up.</summary>
public sealed class GroupCommitterTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly Folder folder = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<(StoreState State, string Why)> heard = [];

    public void Dispose() => folder.Dispose();

    private StoreOptions Options => new() { Folder = folder.Path, MinimumFree = 0, InlineLimit = 0, SegmentSize = 256 * 1024 };

    private MailStore Open(StoreOptions options)
    {
        var store = MailStore.Open(options, clock);
        store.StateChanged += (state, why) => heard.Enqueue((state, why));
        return store;
    }

    private static Task<StoreResult> SendAsync(MailStore store) =>
        Mail.KeepAsync(store, Mail.To(Mail.Partner, "bob@partner.example"), Mail.Octets(20_000)).WaitAsync(Long);

    private static async Task DeliverAsync(MailStore store, IEnumerable<string> ids) =>
        await store.SettleAsync([.. ids.Select(id => new DeliveryOutcome { QueueId = id, Index = 0, Outcome = Outcome.Delivered })], [],
            default).AsTask().WaitAsync(Long);

    [Theory]
    [InlineData(28)]
    [InlineData(122)]
    public async Task A_sync_that_fails_for_want_of_room_gives_the_file_up_as_any_failed_sync_does(int error)
    {
        Exception? failure = new SyncFailure("fdatasync: no room", error);
        await using var store = Open(
            Options with { Fault = moment => { if (moment == CommitMoment.Before && failure is { } thrown) throw thrown; } });
        Assert.Equal(StoreOutcome.Broken, (await SendAsync(store)).Outcome);
        Assert.Equal(StoreState.Broken, store.State);
        Assert.False(Disk.IsFull(failure));
        Assert.True(Disk.IsFull(new IOException("write: no room", error)));
        failure = null;
    }

    [Fact]
    public void A_failed_sync_has_an_exception_of_its_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/null refuses to be synced on Linux");
        using var file = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        Assert.Throws<SyncFailure>(() => Disk.Sync(file));
    }

    [Fact]
    public async Task A_segment_that_may_not_be_removed_does_not_end_the_server()
    {
        await using var store = Open(Options);
        var ids = new List<string>();
        for (int i = 0; i < 20; i++)
            ids.Add((await SendAsync(store)).QueueId!);

        // In place of a closed segment stands a folder, which a file system refuses to remove as a file, also to root.
        string closed = Directory.GetFiles(Path.Combine(folder.Path, "segments")).Order(StringComparer.Ordinal).First();
        File.Delete(closed);
        Directory.CreateDirectory(closed);

        await DeliverAsync(store, ids);
        Assert.Equal(StoreOutcome.Kept, (await SendAsync(store)).Outcome);
        Assert.Contains(heard, told =>
            told.State == StoreState.Sound && told.Why.Contains(Path.GetFileName(closed), StringComparison.Ordinal));
        Directory.Delete(closed);
    }

    [Fact]
    public async Task A_draft_whose_file_may_not_be_removed_is_ended_nevertheless()
    {
        await using var store = Open(Options);
        await using (var draft = store.Begin())
        {
            await draft.WriteAsync(Mail.Octets(700_000), default);
            string file = Directory.GetFiles(Path.Combine(folder.Path, "files"), "*", SearchOption.AllDirectories).Single();
            File.Delete(file);
            Directory.CreateDirectory(file);
        }

        Assert.Contains(heard, told => told.Why.Contains(".eml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listener_that_throws_ends_neither_the_writer_nor_the_recovery()
    {
        Exception? failure = new IOException("the disk is gone", 5);
        await using var store = Open(Options with { Fault = _ => { if (failure is { } thrown) throw thrown; } });
        store.StateChanged += (_, _) => throw new InvalidOperationException("a listener's own trouble");
        store.Committed += (_, _) => throw new InvalidOperationException("another listener's");
        Assert.Equal(StoreOutcome.Broken, (await SendAsync(store)).Outcome);

        failure = null;
        for (int i = 0; i < 1000 && store.State != StoreState.Sound; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(StoreOutcome.Kept, (await SendAsync(store)).Outcome);
        Assert.Equal(StoreOutcome.Kept, (await SendAsync(store)).Outcome);
    }

    [Fact]
    public async Task What_no_one_foresaw_breaks_the_store_and_is_reported_and_the_writer_goes_on()
    {
        var opener = new QueueDatabase(Options);
        Directory.CreateDirectory(opener.FilesFolder);
        var health = new StoreHealth(clock, (state, why) => heard.Enqueue((state, why)), (state, why) => heard.Enqueue((state, why)));
        using var writer = new GroupCommitter(opener.Open(out _, out _), opener, health, new PendingDeliveries(), new Leases(), _ =>
            { }, clock, (_, _) => { });

        var bad = new OddJob(throws: true);
        writer.Add(bad);
        Assert.Equal(StoreOutcome.Broken, await bad.Done.WaitAsync(Long, TestContext.Current.CancellationToken));
        Assert.Contains(heard, told => told is (StoreState.Broken, "nobody foresaw this"));

        clock.Advance(TimeSpan.FromMinutes(1));
        var good = new OddJob(throws: false);
        writer.Add(good);
        Assert.Equal(StoreOutcome.Kept, await good.Done.WaitAsync(Long, TestContext.Current.CancellationToken));
        Assert.Equal(StoreState.Sound, health.State);
    }

    [Fact]
    public async Task Each_commit_tells_how_long_it_took_and_how_many_shared_it()
    {
        var commits = new ConcurrentQueue<(TimeSpan Took, int Jobs)>();
        await using (
            var store = Open(
                Options with { Fault = moment => { if (moment == CommitMoment.Before) clock.Advance(TimeSpan.FromMilliseconds(7)); } }))
        {
            store.Committed += (took, jobs) => commits.Enqueue((took, jobs));
            await SendAsync(store);
            await SendAsync(store);
        }

        Assert.Equal([(TimeSpan.FromMilliseconds(7), 1), (TimeSpan.FromMilliseconds(7), 1)], commits);
    }

    private sealed class OddJob(bool throws) : Job
    {
        private readonly TaskCompletionSource<StoreOutcome> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<StoreOutcome> Done => done.Task;

        public override void Apply(QueueTransaction ledger)
        {
        }

        public override void Committed()
        {
            if (throws)
                throw new InvalidOperationException("nobody foresaw this");
            done.TrySetResult(StoreOutcome.Kept);
        }

        public override void Refused(StoreOutcome outcome, Exception cause) => done.TrySetResult(outcome);
    }
}
