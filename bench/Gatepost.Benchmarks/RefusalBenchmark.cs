using System.Net;
using System.Text;
using Gatepost.Dns;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Smtp;
using Gatepost.Smtp.Commands;
using Gatepost.Smtp.Server;
using Gatepost.Storage.Journal;

namespace Gatepost.Benchmarks;

/// <summary>Refused recipients without sockets: parsed, judged with all rules, answered and recorded, on one thread.</summary>
internal static class RefusalBenchmark
{
    public static async Task RunAsync(Settings settings)
    {
        int count = settings.Number("count", 500_000);
        string domain = settings.Text("domain", "hosted.test");
        string folder = Path.Combine(Path.GetTempPath(), "gatepost-bench-refusals");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        await using (var journal = JournalStore.Open(new JournalOptions { Folder = folder, Buffer = 1_000_000 }, TimeProvider.System))
        {
            await using var warming = new EventLog(new EventLogOptions { Buffer = 1_000_000 }, Stream.Null, TimeProvider.System);
            await using var log = new EventLog(new EventLogOptions { Buffer = 1_000_000 }, Stream.Null, TimeProvider.System);
            foreach (var (name, warm, into) in new (string, IJournal, IJournal)[]
            {
                ("no journal", new JournalTee(), new JournalTee()),
                ("journal", new JournalTee(journal), new JournalTee(journal)),
                ("journal and log", new JournalTee(journal, warming), new JournalTee(journal, log)),
            })
            {
                await AttackAsync(domain, count / 5, warm);
                await journal.FlushAsync(default);
                var measured = new Measured();
                await AttackAsync(domain, count, into);
                await journal.FlushAsync(default);
                // Closing waits until every line is written.
                if (name.EndsWith("log", StringComparison.Ordinal))
                    await log.DisposeAsync();
                Console.WriteLine($"refusals, {name}: {measured.Of(count)}, dropped {journal.Dropped + log.Dropped}");
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task AttackAsync(string domain, int count, IJournal journal)
    {
        var listener = new ListenerOptions { Role = ListenerRole.Mx, EndPoint = new IPEndPoint(IPAddress.Loopback, 25) };
        var server = new SmtpServerOptions
        {
            HostName = "mx.gatepost.test",
            Listeners = [listener],
            Limits = new SessionLimits { MaxRefusals = int.MaxValue }
        };
        var to = new Destination(DestinationKind.Maildir, "/mail");
        var directory = new ConfiguredDirectory(
            [new Domain { Name = "hosted.test", Postmaster = to }],
            [
                .. Enumerable.Range(0, 1000)
                .Select(number => new Account { Address = Mailbox.Parse($"user{number}@hosted.test"), Destination = to })],
            []);
        var off = new RuleOptions { Mode = RuleMode.Off };
        var options = new PolicyOptions
        {
            Rules = new Dictionary<string, RuleOptions>
            { ["sender-domain-not-found"] = off, ["reverse-name-missing"] = off }
        };
        var book = new RuleEngine(
            options, directory, new DnsResolver(new DnsOptions(), TimeProvider.System), TimeProvider.System, new Random(1));
        var session = new Session
        {
            Id = "S000000000001",
            Role = ListenerRole.Mx,
            Client = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 40000),
            Local = listener.EndPoint,
            HostName = server.HostName,
        };
        await using var smtp = new SmtpSession(
            session, new ListenerProfile(server, listener), new SessionServices(book, new NoStore(), journal, null, TimeProvider.System));
        await smtp.GreetAsync(default);
        await SayAsync(smtp, "EHLO attacker.test"u8.ToArray());
        await SayAsync(smtp, "MAIL FROM:<spam@attacker.test>"u8.ToArray());
        byte[] line = new byte[128];
        for (int number = 0; number < count; number++)
        {
            Encoding.ASCII.TryGetBytes($"RCPT TO:<nobody-{number}@{domain}>", line, out int length);
            await SayAsync(smtp, line.AsMemory(0, length));
            // The writers of journal and log shall not fall behind a thread that waits for no client.
            if (number % 2000 == 0)
                await Task.Delay(1);
        }

        if (smtp.Counts.Refusals != count)
            throw new InvalidOperationException($"{smtp.Counts.Refusals} of {count} were refused");
    }

    /// <summary>What a connection does with a line, without the socket.</summary>
    private static async ValueTask SayAsync(SmtpSession smtp, ReadOnlyMemory<byte> line)
    {
        var command = CommandParser.Parse(line.Span);
        var answer = (await smtp.ExecuteAsync(command, default))!.Value;
        if (answer.Reply.Wire.IsEmpty)
            throw new InvalidOperationException("nothing was said");
        smtp.Journal.Reply(
            answer.Reply, answer.Verdict, command.Stage, Encoding.ASCII.GetString(line.Span), smtp.Session.Envelope, (command as RcptTo)
                ?.Recipient);
    }

    private sealed class NoStore : IMessageStore
    {
        public StoreOutcome Room(long size) => StoreOutcome.Kept;

        public IMessageDraft Begin() => throw new NotSupportedException("no message comes this far");
    }
}
