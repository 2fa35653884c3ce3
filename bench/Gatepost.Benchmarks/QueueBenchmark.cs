using System.Diagnostics;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Storage;
using Gatepost.Storage.Settings;

namespace Gatepost.Benchmarks;

/// <summary>A queue of many messages: filled, closed, opened again, looked at, worked on, with the memory it takes.</summary>
internal static class QueueBenchmark
{
    public static async Task RunAsync(Settings settings)
    {
        int messages = settings.Number("messages", 1_000_000), destinations = settings.Number("destinations", 10_000),
            size = settings.Number("size", 1000);
        string folder = settings.Text("folder", Path.Combine(Path.GetTempPath(), "gatepost-bench-queue"));
        var options = new StoreOptions { Folder = folder };
        if (!settings.Is("keep", false) || !Directory.Exists(folder))
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            await using var filling = MailStore.Open(options, TimeProvider.System);
            await FillAsync(filling, messages, destinations, size);
        }

        long start = Stopwatch.GetTimestamp();
        await using var store = MailStore.Open(options, TimeProvider.System);
        Console.WriteLine($"opened in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms, {Memory()}");
        start = Stopwatch.GetTimestamp();
        var counts = store.Count();
        Console.WriteLine($"counted {counts} in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
        start = Stopwatch.GetTimestamp();
        var due = await store.DueAsync(TimeProvider.System.GetUtcNow(), 1000, default);
        Console.WriteLine($"{due.Due.Count} due destinations in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");

        await WorkAsync(store, settings.Number("work", 50_000));
        Console.WriteLine(Memory());
        await using var other = MailStoreIn(folder + "-empty");
        await FillAsync(store, 20_000, destinations, size);
        Console.WriteLine("the same into an empty queue:");
        await FillAsync(other, 20_000, destinations, size);
        start = Stopwatch.GetTimestamp();
        int found = 0;
        await foreach (var message in store.ListAsync(new QueueFilter { Sender = "nobody@nowhere.example" }, default))
            found++;
        Console.WriteLine($"listing by sender, {found} found, in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms; {Memory()}");
        if (!settings.Is("keep", false))
            Directory.Delete(folder, recursive: true);
    }

    private static MailStore MailStoreIn(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return MailStore.Open(new StoreOptions { Folder = folder }, TimeProvider.System);
    }

    private static string Memory()
    {
        using var self = Process.GetCurrentProcess();
        return $"{self.WorkingSet64 / 1048576} MiB resident, {GC.GetTotalMemory(forceFullCollection: true) / 1048576} MiB managed";
    }

    private static async Task FillAsync(MailStore store, int messages, int destinations, int size)
    {
        byte[] body = new byte[size];
        int next = 0;
        var measured = new Measured();
        var skipping = Task.CompletedTask;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) <= messages)
            {
                // A few large destinations and many small ones, as in life.
                int destination = number % 2 == 0 ? number % 20 : number % destinations;
                var recipient = Mailbox.Parse($"user{number}@d{destination}.example");
                var envelope = new Envelope { Sender = Mailbox.Parse($"sender{number % 1000}@host.example") };
                envelope.Recipients.Add(
                    new EnvelopeRecipient(
                        recipient)
                    { Routes = [new Route(recipient, new Destination(DestinationKind.Mx, $"d{destination}.example"))] });
                await using var draft = store.Begin();
                await draft.WriteAsync(body, default);
                var kept = await draft.CommitAsync(default, envelope, null, default);
                if (kept.Outcome != StoreOutcome.Kept)
                    throw new InvalidOperationException(kept.Cause);
            }
        })));
        await skipping;
        Console.WriteLine($"filled: {measured.Of(messages)}");
    }

    private static async Task WorkAsync(MailStore store, int messages)
    {
        var measured = new Measured();
        int done = 0;
        while (done < messages)
        {
            var (due, _) = await store.DueAsync(TimeProvider.System.GetUtcNow(), 100, default);
            if (due.Count == 0)
                break;
            await Task.WhenAll(due.Select(async destination =>
            {
                var leased = await store.LeaseAsync(destination.Destination, TimeProvider.System.GetUtcNow(), 50, default);
                foreach (var message in leased)
                {
                    await using var body = store.OpenBody(message.QueueId);
                    body.CopyTo(Stream.Null);
                }

                await store.SettleAsync(
                    [
                        .. leased.Select(message =>
                            new DeliveryOutcome { QueueId = message.QueueId, Index = 0, Outcome = Outcome.Delivered })], [], default);
                Interlocked.Add(ref done, leased.Count);
            }));
        }

        Console.WriteLine($"leased, read and delivered {done}: {measured.Of(Math.Max(1, done))}");
    }
}
