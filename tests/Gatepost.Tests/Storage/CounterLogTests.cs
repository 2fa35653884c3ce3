using Gatepost.Policy.Quotas;
using Gatepost.Storage;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Storage;

public sealed class CounterLogTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("gatepost-counters-").FullName;
    private readonly FakeTimeProvider time = new(Start);

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_restart_knows_what_was_counted_before()
    {
        var claim = new Claim(new CounterKey(Counted.UserRecipients, "ann o'neill+x@host.example"), 2, 10, TimeSpan.FromMinutes(60));
        await using (var log = CounterLog.Open(folder, time))
        {
            var counters = new SlidingCounters(log, Start);
            for (int i = 0; i < 3; i++)
                Assert.Equal(-1, (await counters.TakeAsync([claim], Start.AddMinutes(i), TestContext.Current.CancellationToken)).Refused);
        }

        await using var again = CounterLog.Open(folder, time);
        var after = new SlidingCounters(again, Start.AddMinutes(3));

        Assert.Equal(6, (await after.PeekAsync(claim, Start.AddMinutes(3), TestContext.Current.CancellationToken)).Used);
        Assert.Equal(4, (await after.PeekAsync(claim, Start.AddMinutes(60), TestContext.Current.CancellationToken)).Used);
    }

    [Fact]
    public async Task A_file_that_reaches_back_a_day_is_put_aside_however_busy_it_was_and_also_after_a_restart()
    {
        var claim = new Claim(new CounterKey(Counted.UserRecipients, "ann@host.example"), 1, 1_000, TimeSpan.FromMinutes(60));
        for (int start = 0; start < 3; start++)
        {
            await using var log = CounterLog.Open(folder, time);
            var counters = new SlidingCounters(log, time.GetUtcNow());
            for (int hour = 0; hour < 10; hour++)
            {
                await counters.TakeAsync([claim], time.GetUtcNow(), TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromHours(1));
            }
        }

        Assert.Equal(25, File.ReadAllLines(Path.Combine(folder, "counters.old")).Count(line => line.Length > 0));
        Assert.Equal(5, File.ReadAllLines(Path.Combine(folder, "counters.log")).Count(line => line.Length > 0));
    }

    [Fact]
    public async Task A_counter_begun_anew_stays_so_after_a_restart()
    {
        var claim = new Claim(new CounterKey(Counted.ClientMessages, "192.0.2.7/32"), 3, 10, TimeSpan.FromMinutes(60));
        await using (var log = CounterLog.Open(folder, time))
        {
            var counters = new SlidingCounters(log, Start);
            await counters.TakeAsync([claim], Start, TestContext.Current.CancellationToken);
            await counters.ForgetAsync(claim.Key, Start.AddMinutes(1), TestContext.Current.CancellationToken);
            await counters.TakeAsync([claim with { Amount = 1 }], Start.AddMinutes(2), TestContext.Current.CancellationToken);
        }

        await using var again = CounterLog.Open(folder, time);
        Assert.Equal(
            1, (await new SlidingCounters(again, Start.AddMinutes(3))
                .PeekAsync(claim, Start.AddMinutes(3), TestContext.Current.CancellationToken)).Used);
    }

    [Fact]
    public async Task A_torn_line_costs_only_itself()
    {
        var key = new CounterKey(Counted.Received, "ann@host.example");
        File.WriteAllText(
            Path.Combine(folder, "counters.log"), $"{Start.UtcTicks} 3600 1 Received ann%40host.example .\nrubbish\n{Start.UtcTicks} 36");
        await using (var log = CounterLog.Open(folder, time))
            await log.KeepAsync([new CounterEntry(key, Start, 5, TimeSpan.FromMinutes(60))]);

        await using var again = CounterLog.Open(folder, time);
        Assert.Equal([1, 5], again.Load(Start).Select(entry => entry.Amount));
        Assert.Empty(again.Load(Start.AddMinutes(60)));
        Assert.Empty(again.Load(Start.AddSeconds(-1)));
    }

    [Fact]
    public async Task A_disk_that_fails_is_counted_and_stops_nobody()
    {
        System.IO.Directory.CreateDirectory(Path.Combine(folder, "counters.log"));
        var log = CounterLog.Open(folder, time);
        await log.KeepAsync([new CounterEntry(new CounterKey(Counted.Received, "x"), Start, 1, TimeSpan.FromMinutes(60))]);
        await log.DisposeAsync();

        Assert.Equal(1, log.Dropped);
    }
}
