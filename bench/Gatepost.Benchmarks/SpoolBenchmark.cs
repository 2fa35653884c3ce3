using System.Diagnostics;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Health;
using Gatepost.Storage.Settings;

namespace Gatepost.Benchmarks;

/// <summary>
/// Messages made durable by several sessions at once; with settle=true each is also taken from the arrivals and settled as delivered, in
/// groups.
/// </summary>
internal static class SpoolBenchmark
{
    public static async Task RunAsync(Settings settings)
    {
        int writers = settings.Number("writers", 10), size = settings.Number("size", 4096);
        double seconds = settings.Number("seconds", 5);
        string folder = settings.Text("folder", Path.Combine(Path.GetTempPath(), "gatepost-bench"));
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);

        var options = new StoreOptions
        {
            Folder = folder,
            InlineLimit = settings.Number("inline", new StoreOptions { Folder = "" }.InlineLimit),
            InlineBatch = settings.Number("batch", new StoreOptions { Folder = "" }.InlineBatch),
            CheckpointPages = settings.Number("checkpoint", new StoreOptions { Folder = "" }.CheckpointPages),
        };
        await using (var store = MailStore.Open(options, TimeProvider.System))
        {
            bool settle = settings.Is("settle", true);
            var settling = settle ? Enumerable.Range(0, settings.Number("settlers", 4)).Select(_ => Task.Run(() => SettleAsync(store)))
                .ToArray() : [];
            await LoadAsync(store, writers, size, 1);
            var measured = new Measured();
            var (count, latencies) = await LoadAsync(store, writers, size, seconds);
            string result = measured.Of(count, latencies);
            Console.WriteLine(
                $"spool: {writers} writers, {size} octets, inline {options.InlineLimit} batch {options.InlineBatch}, "
                + $"{(settle ? "delivered at once" : "kept")}: {result}");
            if (store.State != StoreState.Sound)
                Console.WriteLine($"state {store.State}");
            await store.DisposeAsync();
            await Task.WhenAll(settling);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(long Count, List<double> Latencies)> LoadAsync(MailStore store, int writers, int size, double seconds)
    {
        byte[] body = new byte[size];
        new Random(1).NextBytes(body);
        byte[] head = new byte[250];
        Array.Fill(head, (byte)'x');
        var latencies = new List<double>[writers];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var mine = latencies[writer] = [];
            var destination = new Destination(DestinationKind.Mx, $"partner{writer % 4}.example");
            var sender = Mailbox.Parse("ann.example@host.example");
            var recipient = Mailbox.Parse($"bob{writer}@partner.example");
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                long start = Stopwatch.GetTimestamp();
                var envelope = new Envelope { Sender = sender };
                envelope.Recipients.Add(new EnvelopeRecipient(recipient) { Routes = [new Route(recipient, destination)] });
                await using var draft = store.Begin();
                for (int at = 0; at < size; at += 16384)
                    await draft.WriteAsync(body.AsMemory(at, Math.Min(16384, size - at)), default);
                var kept = await draft.CommitAsync(head, envelope, null, default);
                if (kept.Outcome != StoreOutcome.Kept)
                    throw new InvalidOperationException(kept.Cause);
                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        return (latencies.Sum(list => (long)list.Count), [.. latencies.SelectMany(list => list)]);
    }

    private static async Task SettleAsync(MailStore store)
    {
        var delivered = new List<DeliveryOutcome>();
        while (await store.Arrivals.WaitToReadAsync())
        {
            delivered.Clear();
            while (delivered.Count < 5 && store.Arrivals.TryRead(out var message))
                delivered.AddRange(
                    message.Recipients.Select(recipient =>
                        new DeliveryOutcome { QueueId = message.QueueId, Index = recipient.Index, Outcome = Outcome.Delivered }));
            try
            {
                await store.SettleAsync(delivered, [], default);
            }
            catch (IOException)
            {
                return;
            }
        }
    }
}
