using System.Net;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class RememberedLogTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("gatepost-remembered-").FullName;
    private readonly FakeTimeProvider time = new(Start);

    private string FilePath => Path.Combine(folder, "remembered.log");

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    /// <summary>
    /// The log is left open and never disposed of: what the answers rested on is in the file already, as it must be when the process is
    /// killed.
    /// </summary>
    [Fact]
    public async Task What_was_answered_is_known_to_the_next_process_though_this_one_was_killed()
    {
        var cancel = TestContext.Current.CancellationToken;
        var client = IPAddress.Parse("192.0.2.7");
        var killed = StateLog.Open(folder, time);
        var counted = CounterLog.Open(folder, time);
        await new Greylist(killed, Start).MeetAsync("192.0.2.7/32", "Ann@partner.example", "bob@host.example", Start, cancel);
        await new TemporaryBlocks(killed, Start).AddAsync(
            client, "some-rule", Start, Start.AddMinutes(10), OurEvidence.MessagesCounted.Say(3, TimeSpan.FromMinutes(1), 2));
        var before = new LoginThrottle(new LoginThrottleOptions { PerClient = 1 }, time, new SlidingCounters(counted, Start), killed);
        await before.NoteWrongAsync("ann", client, cancel);

        await using var log = StateLog.Open(folder, time);
        await using var counters = CounterLog.Open(folder, time);
        var greylist = new Greylist(log, Start);
        var blocks = new TemporaryBlocks(log, Start);
        var throttle = new LoginThrottle(new LoginThrottleOptions { PerClient = 1 }, time, new SlidingCounters(counters, Start), log);

        Assert.Equal(Start, await greylist.FindAsync("192.0.2.7/32", "ann@partner.example", "bob@host.example", Start, cancel));
        Assert.Equal("3 messages within 1 min, 2 is the limit", blocks.Find(client, "some-rule", Start.AddMinutes(9))?.Why.ToString());
        Assert.Null(blocks.Find(client, "some-rule", Start.AddMinutes(10)));
        Assert.Equal(Start.AddMinutes(10), await throttle.ClosedUntilAsync("ann", client, cancel));
        Assert.Null(await throttle.ClosedUntilAsync("ann", IPAddress.Parse("192.0.2.8"), cancel));
        await killed.DisposeAsync();
        await counted.DisposeAsync();
    }

    [Fact]
    public async Task Who_has_logged_in_before_is_not_locked_out_by_strangers_after_a_restart()
    {
        var cancel = TestContext.Current.CancellationToken;
        var home = IPAddress.Parse("192.0.2.7");
        await using (var log = StateLog.Open(folder, time))
            new LoginThrottle(new LoginThrottleOptions { PerAccount = 1 }, time, log: log).NoteRight("ann", home);

        await using var again = StateLog.Open(folder, time);
        var throttle = new LoginThrottle(new LoginThrottleOptions { PerAccount = 1 }, time, log: again);
        await throttle.NoteWrongAsync("ann", IPAddress.Parse("198.51.100.9"), cancel);

        Assert.Null(await throttle.ClosedUntilAsync("ann", home, cancel));
        Assert.NotNull(await throttle.ClosedUntilAsync("ann", IPAddress.Parse("198.51.100.10"), cancel));
    }

    [Fact]
    public async Task A_lifted_block_stays_lifted()
    {
        var client = IPAddress.Parse("2001:db8::1");
        await using (var log = StateLog.Open(folder, time))
        {
            var blocks = new TemporaryBlocks(log, Start);
            await blocks.AddAsync(
                client, "some-rule", Start, Start.AddDays(1), OurEvidence.MessagesCounted.Say(3, TimeSpan.FromMinutes(1), 2));
            Assert.Single(await blocks.LiftAsync(client, Start));
        }

        await using var again = StateLog.Open(folder, time);
        Assert.Empty(new TemporaryBlocks(again, Start).List(Start));
    }

    [Fact]
    public async Task What_is_over_leaves_the_file_and_a_torn_line_costs_only_itself()
    {
        await using (var log = StateLog.Open(folder, time))
        {
            for (int i = 0; i < 100; i++)
                await log.KeepAsync(new StateRecord("met", $"k{i}", Start, Start.AddMinutes(i < 90 ? 1 : 100), ""));
        }

        File.AppendAllText(FilePath, "met 63908");
        time.Advance(TimeSpan.FromMinutes(5));
        await using (var log = StateLog.Open(folder, time))
            await log.KeepAsync(new StateRecord("met", "new", time.GetUtcNow(), time.GetUtcNow().AddMinutes(1), "text"));

        Assert.Equal(11, File.ReadLines(FilePath).Count(line => line.Length > 0));
        await using var again = StateLog.Open(folder, time);
        Assert.Equal(11, again.Load("met", time.GetUtcNow()).Count());
        Assert.Empty(again.Load("block", time.GetUtcNow()));
    }
}
