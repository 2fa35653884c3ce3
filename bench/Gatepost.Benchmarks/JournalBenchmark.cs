using System.Diagnostics;
using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Storage.Journal;

namespace Gatepost.Benchmarks;

/// <summary>Events as six a message at a steady rate, and looking one message up among them.</summary>
internal static class JournalBenchmark
{
    public static async Task RunAsync(Settings settings)
    {
        int rate = settings.Number("rate", 27_000), seconds = settings.Number("seconds", 10);
        string folder = settings.Text("folder", Path.Combine(Path.GetTempPath(), "gatepost-bench-journal"));
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);

        await using (var journal = JournalStore.Open(new JournalOptions { Folder = folder }, TimeProvider.System))
        {
            Converse(journal, 0);
            await journal.FlushAsync(default);
            var measured = new Measured();
            long events = 0;
            for (int message = 1; measured.Elapsed.TotalSeconds < seconds; message++)
            {
                events += Converse(journal, message);
                while (events > rate * measured.Elapsed.TotalSeconds + 500)
                    await Task.Delay(5);
            }

            await journal.FlushAsync(default);
            Console.WriteLine(
                $"journal: {measured.Of(events)}, dropped {journal.Dropped}, "
                + $"{new DirectoryInfo(Path.Combine(folder, "journal")).EnumerateFiles().Sum(file => file.Length) / events} octets on "
                + $"disk each");
            long start = Stopwatch.GetTimestamp();
            var story = await journal.FindAsync("user77@partner.example", 0, 1000, default);
            Console.WriteLine($"found {story.Count} events of an address in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
            start = Stopwatch.GetTimestamp();
            story = await journal.FindAsync("0000000000FF", 0, 1000, default);
            Console.WriteLine($"found {story.Count} events of a queue id in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static int Converse(JournalStore journal, int message)
    {
        string session = $"S{message / 10:x10}", id = message.ToString("X12", System.Globalization.CultureInfo.InvariantCulture);
        string recipient = $"user{message % 5000}@partner.example", sender = $"ann{message % 100}@host.example";
        var at = TimeProvider.System.GetUtcNow();
        var ok = ProtocolReplies.Ok.Say();
        var started = new JournalEvent
        {
            Kind = JournalKind.Reply,
            At = at,
            Session = session,
            Peer = IPAddress.Loopback,
            PeerName = "client.example",
            Command = $"MAIL FROM:<{sender}>",
            Reply = ok,
            Sender = sender,
            Stage = Stage.MailFrom
        };
        journal.Record(started);
        journal.Record(started with { Command = $"RCPT TO:<{recipient}>", Recipient = recipient, Stage = Stage.RcptTo });
        journal.Record(started with { Command = "DATA", Stage = Stage.Data, QueueId = id });
        journal.Record(started with { Kind = JournalKind.Accepted, Command = null, QueueId = id, Size = 4096 });
        journal.Record(started with { Command = null, QueueId = id, Stage = Stage.Message });
        journal.Record(
            started with { Kind = JournalKind.Delivered, Session = "A" + id, QueueId = id, Outbound = true, Recipient = recipient });
        return 6;
    }
}
