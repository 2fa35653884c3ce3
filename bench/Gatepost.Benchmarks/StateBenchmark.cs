using System.Diagnostics;
using Gatepost.Policy.Quotas;
using Gatepost.Policy.Reputation;
using Gatepost.Storage.State;

namespace Gatepost.Benchmarks;

/// <summary>
/// What a counter costs that a restart must not forget: sessions that count one after another, each waiting until its count is written.
/// </summary>
internal static class StateBenchmark
{
    public static async Task RunAsync(Settings settings)
    {
        int count = settings.Number("count", 200_000), keys = settings.Number("keys", 5_000);
        foreach (int sessions in new[] { 1, 50 })
        {
            string folder = settings.Text("folder", Path.Combine(Path.GetTempPath(), "gatepost-bench-state"));
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            await CountAsync(folder, sessions, sessions == 1 ? count / 10 : count, keys);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CountAsync(string folder, int sessions, int count, int keys)
    {
        var time = TimeProvider.System;
        var latencies = new double[count];
        long octets;
        await using (var state = StateStore.Open(folder, time))
        {
            var counters = new SlidingCounters(state, time.GetUtcNow());
            var greylist = new Greylist(state, time.GetUtcNow());
            int next = -1;
            var measured = new Measured();
            await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Increment(ref next) is var number && number < count)
                {
                    long start = Stopwatch.GetTimestamp();
                    var claim = new Claim(
                        new CounterKey(Counted.ClientMessages, $"192.0.{number % keys / 256}.{number % 256}/32"), 1, int.MaxValue,
                        TimeSpan.FromHours(1));
                    await counters.TakeAsync([claim], time.GetUtcNow(), default);
                    if (number % 10 == 0)
                        await greylist.FirstSeenAsync(
                            claim.Key.Whose, $"s{number}@partner.example", "ann@host.example", time.GetUtcNow(), default);
                    latencies[number] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                }
            })));
            Console.WriteLine($"state, {sessions} sessions: {measured.Of(count, latencies)}, dropped {state.Dropped}");
            octets = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
        }

        long opened = Stopwatch.GetTimestamp();
        await using var again = StateStore.Open(folder, time);
        int loaded = again.Load(time.GetUtcNow()).Count();
        Console.WriteLine(
            $"  {octets / count} octets on disk each; {loaded} loaded in {Stopwatch.GetElapsedTime(opened).TotalMilliseconds:0} ms");
    }
}
