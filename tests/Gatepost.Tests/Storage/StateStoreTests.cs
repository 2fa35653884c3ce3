using System.Net;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Storage.Sqlite;
using Gatepost.Storage.State;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class StateStoreTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("gatepost-state-").FullName;
    private readonly FakeTimeProvider time = new(Start);

    private string FilePath => Path.Combine(folder, "state.db");

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    /// <summary>
    /// The store is left open and never disposed of: what the answers rested on is in its files already, as it must be when the process is
    /// killed.
    /// </summary>
    [Fact]
    public async Task What_was_answered_is_known_to_the_next_process_though_this_one_was_killed()
    {
        var cancel = TestContext.Current.CancellationToken;
        var client = IPAddress.Parse("192.0.2.7");
        var killed = StateStore.Open(folder, time);
        await new Greylist(killed, Start).FirstSeenAsync("192.0.2.7/32", "Ann@partner.example", "bob@host.example", Start, cancel);
        await new TemporaryBlocks(killed, Start).AddAsync(
            client, "some-rule", Start, Start.AddMinutes(10), OurEvidence.MessagesCounted.Say(3, TimeSpan.FromMinutes(1), 2));
        var before = new LoginThrottle(new LoginThrottleOptions { PerClient = 1 }, time, new SlidingCounters(killed, Start), killed);
        await before.NoteFailureAsync("ann", client, cancel);

        // A copy as a kill leaves it: the file and its log, without what closing would do.
        string after = Path.Combine(folder, "after");
        System.IO.Directory.CreateDirectory(after);
        foreach (string part in (string[])["", "-wal"])
            File.Copy(FilePath + part, Path.Combine(after, "state.db" + part));
        await using var log = StateStore.Open(after, time);
        var greylist = new Greylist(log, Start);
        var blocks = new TemporaryBlocks(log, Start);
        var throttle = new LoginThrottle(new LoginThrottleOptions { PerClient = 1 }, time, new SlidingCounters(log, Start), log);

        Assert.Equal(Start, await greylist.FindAsync("192.0.2.7/32", "ann@partner.example", "bob@host.example", Start, cancel));
        Assert.Equal("3 messages within 1 min, 2 is the limit", blocks.Find(client, "some-rule", Start.AddMinutes(9))?.Why.ToString());
        Assert.Null(blocks.Find(client, "some-rule", Start.AddMinutes(10)));
        Assert.Equal(Start.AddMinutes(10), await throttle.ClosedUntilAsync("ann", client, cancel));
        Assert.Null(await throttle.ClosedUntilAsync("ann", IPAddress.Parse("192.0.2.8"), cancel));
        await killed.DisposeAsync();
    }

    /// <summary>The copy is what a kill leaves at that moment: nothing but the writer changes the files.</summary>
    [Fact]
    public async Task A_kill_in_the_middle_of_commits_loses_nothing_that_was_waited_for()
    {
        await using var store = StateStore.Open(folder, time);
        int waitedFor = 0;
        var stop = new CancellationTokenSource();
        var sessions = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await store.KeepAsync([new CounterEntry(Ann, Start, 1, TimeSpan.FromMinutes(60))]);
                Interlocked.Increment(ref waitedFor);
            }
        })).ToList();
        for (int round = 1; round <= 5; round++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            string killed = Path.Combine(folder, $"killed{round}");
            System.IO.Directory.CreateDirectory(killed);
            int before = Volatile.Read(ref waitedFor);
            foreach (string part in (string[])["", "-wal"])
                File.Copy(FilePath + part, Path.Combine(killed, "state.db" + part));
            var alarms = new Alarms(null, time);
            await using var next = StateStore.Open(killed, time, alarms);
            Assert.InRange(next.Load(Start).Sum(entry => entry.Amount), Math.Max(before, 1), int.MaxValue);
            Assert.Empty(alarms.On);
        }

        await stop.CancelAsync();
        await Task.WhenAll(sessions);
    }

    [Fact]
    public async Task Who_has_logged_in_before_is_not_locked_out_by_others_after_a_restart()
    {
        var cancel = TestContext.Current.CancellationToken;
        var home = IPAddress.Parse("192.0.2.7");
        await using (var log = StateStore.Open(folder, time))
            new LoginThrottle(new LoginThrottleOptions { PerAccount = 1 }, time, log: log).NoteSuccess("ann", home);

        await using var again = StateStore.Open(folder, time);
        var throttle = new LoginThrottle(new LoginThrottleOptions { PerAccount = 1 }, time, log: again);
        await throttle.NoteFailureAsync("ann", IPAddress.Parse("198.51.100.9"), cancel);

        Assert.Null(await throttle.ClosedUntilAsync("ann", home, cancel));
        Assert.NotNull(await throttle.ClosedUntilAsync("ann", IPAddress.Parse("198.51.100.10"), cancel));
    }

    [Fact]
    public async Task A_lifted_block_stays_lifted()
    {
        var client = IPAddress.Parse("2001:db8::1");
        await using (var log = StateStore.Open(folder, time))
        {
            var blocks = new TemporaryBlocks(log, Start);
            await blocks.AddAsync(
                client, "some-rule", Start, Start.AddDays(1), OurEvidence.MessagesCounted.Say(3, TimeSpan.FromMinutes(1), 2));
            Assert.Single(await blocks.LiftAsync(client, Start));
        }

        await using var again = StateStore.Open(folder, time);
        Assert.Empty(new TemporaryBlocks(again, Start).List(Start));
    }

    [Fact]
    public async Task What_is_over_leaves_the_file()
    {
        var minute = TimeSpan.FromMinutes(1);
        await using (var store = StateStore.Open(folder, time))
        {
            for (int i = 0; i < 100; i++)
            {
                await store.KeepAsync(new StateRecord("met", $"k{i}", Start, Start.AddMinutes(i < 90 ? 1 : 600), ""));
                await store.KeepAsync([new CounterEntry(Ann, Start, 1, i < 90 ? minute : TimeSpan.FromHours(2))]);
            }

            time.Advance(TimeSpan.FromMinutes(5));
            await store.KeepAsync([new CounterEntry(Ann, time.GetUtcNow(), 1, minute)]);
        }

        Assert.Equal(11, Rows("counted"));
        await using (var again = StateStore.Open(folder, time))
        {
            Assert.Equal(11, again.Load(time.GetUtcNow()).Count());
            Assert.Equal(10, again.Load("met", time.GetUtcNow()).Count());
            Assert.Empty(again.Load("block", time.GetUtcNow()));
        }

        Assert.Equal(10, Rows("remembered"));
    }

    [Fact]
    public async Task A_counter_reset_by_the_administrator_stays_so_after_a_restart()
    {
        var claim = new Claim(Ann, 3, 10, TimeSpan.FromMinutes(60));
        await using (var store = StateStore.Open(folder, time))
        {
            var counters = new SlidingCounters(store, Start);
            await counters.TakeAsync([claim], Start, TestContext.Current.CancellationToken);
            await counters.ForgetAsync(claim.Key, Start.AddMinutes(1), TestContext.Current.CancellationToken);
            await counters.TakeAsync([claim with { Amount = 1 }], Start.AddMinutes(2), TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, await UsedAsync(claim, Start.AddMinutes(3)));
    }

    [Fact]
    public async Task A_restart_knows_what_was_counted_and_when_it_is_free_again()
    {
        var claim = new Claim(new CounterKey(Counted.UserRecipients, "ann o'neill+x@host.example"), 2, 10, TimeSpan.FromMinutes(60));
        await using (var store = StateStore.Open(folder, time))
        {
            var counters = new SlidingCounters(store, Start);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(-1, (await counters.TakeAsync([claim], time.GetUtcNow(), TestContext.Current.CancellationToken)).Refused);
                time.Advance(TimeSpan.FromMinutes(1));
            }
        }

        Assert.Equal(6, await UsedAsync(claim, Start.AddMinutes(3)));
        Assert.Equal(4, await UsedAsync(claim, Start.AddMinutes(60)));
    }

    /// <summary>The count is neither lost nor frozen until the clock has caught up: it counts for one window from the restart.</summary>
    [Fact]
    public async Task A_clock_set_back_before_a_restart_neither_loses_nor_freezes_a_count()
    {
        var claim = new Claim(Ann, 3, 10, TimeSpan.FromMinutes(60));
        await using (var store = StateStore.Open(folder, new FakeTimeProvider(Start.AddDays(400))))
            await new SlidingCounters(store, Start.AddDays(400))
                .TakeAsync([claim], Start.AddDays(400), TestContext.Current.CancellationToken);

        Assert.Equal(3, await UsedAsync(claim, Start));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(3, await UsedAsync(claim, time.GetUtcNow()));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await UsedAsync(claim, time.GetUtcNow()));
    }

    [Fact]
    public async Task Files_of_an_older_version_are_imported_once_and_removed()
    {
        WriteOldFiles();
        await using (var store = StateStore.Open(folder, time))
            await store.KeepAsync([new CounterEntry(Ann, Start, 5, TimeSpan.FromMinutes(60))]);

        Assert.Equal(["state.db"], System.IO.Directory.GetFiles(folder).Select(Path.GetFileName));
        await using var again = StateStore.Open(folder, time);
        Assert.Equal([2, 5, 7], again.Load(Start).Select(entry => entry.Amount).Order());
        var met = Assert.Single(again.Load("met", Start));
        Assert.Equal(("192.0.2.7/32\na\nb", Start.AddDays(36), "came back"), (met.Key, met.Until, met.Text));
        Assert.Empty(again.Load("block", Start));
    }

    /// <summary>A process that ends between the commit and the removal of the old files must not count everything twice.</summary>
    [Fact]
    public async Task Old_files_that_were_imported_already_are_only_removed()
    {
        WriteOldFiles();
        string kept = Path.Combine(folder, "kept");
        System.IO.Directory.CreateDirectory(kept);
        foreach (string file in System.IO.Directory.GetFiles(folder))
            File.Copy(file, Path.Combine(kept, Path.GetFileName(file)));
        await StateStore.Open(folder, time).DisposeAsync();
        foreach (string file in System.IO.Directory.GetFiles(kept))
        {
            string back = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, back);
            File.SetLastWriteTimeUtc(back, File.GetLastWriteTimeUtc(file));
        }

        await using var again = StateStore.Open(folder, time);
        Assert.Equal([2, 7], again.Load(Start).Select(entry => entry.Amount).Order());
        Assert.False(File.Exists(Path.Combine(folder, "counters.log")));
    }

    [Theory]
    [InlineData("this is no database, whatever its name says, and it is longer than a header of one hundred octets, so that it is read")]
    [InlineData(null)]
    public async Task A_damaged_file_is_set_aside_and_begun_again_with_an_alarm(string? content)
    {
        var claim = new Claim(Ann, 1, 10, TimeSpan.FromMinutes(60));
        await using (var store = StateStore.Open(folder, time))
        {
            var counters = new SlidingCounters(store, Start);
            for (int i = 0; i < 500; i++)
                await counters.TakeAsync([claim with { Limit = 1000 }], Start.AddSeconds(i), TestContext.Current.CancellationToken);
        }

        if (content is not null)
        {
            File.WriteAllText(FilePath, content);
        }
        else
        {
            // The header is whole, every page behind it is not.
            using var file = File.OpenWrite(FilePath);
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray());
        }

        var alarms = new Alarms(null, time);
        await using (var store = StateStore.Open(folder, time, alarms))
        {
            var counters = new SlidingCounters(store, Start);
            Assert.Equal(-1, (await counters.TakeAsync([claim], Start, TestContext.Current.CancellationToken)).Refused);
            Assert.Equal(0, store.Dropped);
        }

        var alarm = Assert.Single(alarms.On);
        Assert.Equal("state-damaged", alarm.Key);
        Assert.Contains("state.db.damaged", alarm.Text.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(FilePath + ".damaged"));
        Assert.Equal(1, await UsedAsync(claim, Start));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_set_aside_as_well()
    {
        await StateStore.Open(folder, time).DisposeAsync();
        using (var database = Database.Open(FilePath))
            database.Run("PRAGMA user_version=99");

        var alarms = new Alarms(null, time);
        await using var store = StateStore.Open(folder, time, alarms);
        await store.KeepAsync([new CounterEntry(Ann, Start, 1, TimeSpan.FromMinutes(60))]);

        Assert.Equal(0, store.Dropped);
        Assert.Contains("newer Gatepost", Assert.Single(alarms.On).Text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_set_aside_before_is_kept()
    {
        await File.WriteAllTextAsync(FilePath + ".damaged", "of last week", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(FilePath, "no database at all, but long enough to be taken for one", TestContext.Current.CancellationToken);

        var alarms = new Alarms(null, time);
        await using var store = StateStore.Open(folder, time, alarms);
        await store.KeepAsync([new CounterEntry(Ann, Start, 1, TimeSpan.FromMinutes(60))]);

        Assert.Equal("of last week", await File.ReadAllTextAsync(FilePath + ".damaged", TestContext.Current.CancellationToken));
        Assert.Contains("state.db.damaged-2", Assert.Single(alarms.On).Text.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("no database at all", await File.ReadAllTextAsync(FilePath + ".damaged-2", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_disk_that_fails_is_counted_stops_no_session_and_the_alarm_ends_when_it_works_again()
    {
        System.IO.Directory.CreateDirectory(FilePath);
        var alarms = new Alarms(null, time);
        await using var store = StateStore.Open(folder, time, alarms);
        await store.KeepAsync([new CounterEntry(Ann, Start, 1, TimeSpan.FromMinutes(60))]);
        Assert.Equal(1, store.Dropped);
        Assert.Equal("state", Assert.Single(alarms.On).Key);

        System.IO.Directory.Delete(FilePath);
        time.Advance(TimeSpan.FromSeconds(2));
        await store.KeepAsync([new CounterEntry(Ann, Start, 1, TimeSpan.FromMinutes(60))]);
        Assert.Equal(1, store.Dropped);
        Assert.Empty(alarms.On);
    }

    [Fact]
    public async Task Many_sessions_share_commits_and_lose_nothing()
    {
        await using (var store = StateStore.Open(folder, time))
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(session => Task.Run(async () =>
            {
                for (int i = 0; i < 40; i++)
                    await store.KeepAsync([new CounterEntry(Ann, Start.AddSeconds(i), 1, TimeSpan.FromMinutes(60))]);
            })));
        }

        await using var again = StateStore.Open(folder, time);
        Assert.Equal(2_000, again.Load(Start.AddMinutes(1)).Sum(entry => entry.Amount));
    }

    private static readonly CounterKey Ann = new(Counted.Received, "ann@host.example");

    /// <summary>As versions before state.db wrote them, with torn and strange lines, a reset counter and a lifted block.</summary>
    private void WriteOldFiles()
    {
        long now = Start.UtcTicks, hourAgo = Start.AddMinutes(-50).UtcTicks;
        File.WriteAllText(
            Path.Combine(folder, "counters.old"),
                $"{hourAgo} 3600 2 Received ann%40host.example .\n{hourAgo} 3600 9 ClientMessages reset .\n");
        File.WriteAllText(
            Path.Combine(folder, "counters.log"),
            $"{hourAgo} 3600 0 ClientMessages reset .\nrubbish\n{now} 60 7 ClientMessages 192.0.2.7%2F32 .\n{now} 36");
        File.WriteAllText(
            Path.Combine(folder, "remembered.log"),
            $"met {now} {now + 1} 192.0.2.7%2F32%0Aa%0Ab  .\n"
            + $"block {now} {Start.AddDays(1).UtcTicks} 192.0.2.7%2F32%20some-rule why .\n"
            + $"met {now} {Start.AddDays(36).UtcTicks} 192.0.2.7%2F32%0Aa%0Ab came%20back .\n"
            + $"block {now} {now} 192.0.2.7%2F32%20some-rule  .\nmet 63908");
    }

    private long Rows(string table)
    {
        using var database = Database.Open(FilePath, readOnly: true);
        return database.Number($"SELECT count(*) FROM {table}") ?? 0;
    }

    private async Task<int> UsedAsync(Claim claim, DateTimeOffset at)
    {
        await using var again = StateStore.Open(folder, time);
        return (await new SlidingCounters(again, at).PeekAsync(claim, at, TestContext.Current.CancellationToken)).Used;
    }
}
