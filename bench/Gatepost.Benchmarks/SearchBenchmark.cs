using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Search;
using Gatepost.Storage.Journal;
using Gatepost.Storage.Search;

namespace Gatepost.Benchmarks;

/// <summary>A journal of a month with real shapes, and how long each kind of word takes to its first page, cold and warm.</summary>
/// <remarks>
/// Domains and accounts by Zipf's law; 30 % of the sessions are refused, 8 % of the messages deferred first, 2 % bounced, 3 % of the
/// sessions are log-ins that fail. Cold: no page of the journal is in the page cache (posix_fadvise).
/// </remarks>
internal static class SearchBenchmark
{
    /// <summary>POSIX_FADV_DONTNEED on Linux.</summary>
    private const int DontNeed = 4;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Words =
    [
        "user77@far12.example", "@far12.example", "far900.example", "203.0.113.77", "10.20.0.0/16", "10.20.30.0/27",
            "host:mx.far77.example",
        "login:account17@host.example", "QUEUEID", "SESSION", "<MESSAGEID@client.example>", "recipient-unknown", "mailbox-unknown", "550",
        "5.1.1", "outcome:bounced", "outcome:deferred", "2026-01-15", "2026-01-15 14:00..14:05", "account3@host.example outcome:bounced",
        "from:account1@host.example to:@far2.example", "recipient-unknown outcome:delivered", "ghost@nowhere.example",
        "text:user77@far1", "text:nowhere-at-all",
    ];

    public static async Task RunAsync(Settings settings)
    {
        int wanted = settings.Number("events", 10_000_000);
        string folder = settings.Text("folder", Path.Combine(Path.GetTempPath(), "gatepost-bench-search"));
        var options = new JournalOptions { Folder = folder, Keep = TimeSpan.FromDays(3650), MaxSize = 64L << 30 };
        if (!Directory.Exists(Path.Combine(folder, "journal")))
            await WriteAsync(options, wanted);
        var files = new DirectoryInfo(Path.Combine(folder, "journal")).GetFiles();
        Console.WriteLine($"{files.Sum(file => file.Length) >> 20} MiB in {files.Length} files");
        var search = StorySearch.ReadOnly(options, TimeProvider.System);
        var words = new SearchWords(new SearchNames([], ["recipient-unknown"], ["mailbox-unknown"]));
        string id = Id(wanted / 13 / 2);
        foreach (string word in Words)
        {
            string text = word.Replace("QUEUEID", id, StringComparison.Ordinal)
                .Replace("SESSION", SessionOf(wanted / 13 / 2), StringComparison.Ordinal)
                .Replace("MESSAGEID", id, StringComparison.Ordinal);
            var query = words.Read(text, Begin.AddDays(40), TimeZoneInfo.Utc).Query;
            DropCache(files);
            string cold = await MeasureAsync(search, query);
            await MeasureAsync(search, query);
            Console.WriteLine($"{text,-48} cold {cold}\n{"",-48} warm {await MeasureAsync(search, query)}");
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"peak memory {process.PeakWorkingSet64 >> 20} MiB");
    }

    /// <summary>The first page, on as many calls as it takes.</summary>
    private static async Task<string> MeasureAsync(StorySearch search, SearchQuery query)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        int calls = 0, found = 0;
        SearchPage page;
        do
        {
            page = await search.SearchAsync(query with { Limit = 20 - found }, default);
            query = query with { Cursor = page.Cursor };
            found += page.Stories.Count;
            calls++;
        }
        while (page.Cursor is not null && found < 20);
        process.Refresh();
        return $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds,8:0.0} ms, "
            + $"{(process.TotalProcessorTime - cpu).TotalMilliseconds,8:0} ms CPU, "
            + $"{found} stories in {calls} calls";
    }

    /// <summary>Forgets the pages of these files alone; others use the machine too.</summary>
    private static void DropCache(FileInfo[] files)
    {
        foreach (var file in files)
        {
            using var handle = File.OpenHandle(file.FullName);
            _ = Advise(handle.DangerousGetHandle().ToInt32(), 0, 0, DontNeed);
        }
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(int file, long offset, long length, int advice);

    private static async Task WriteAsync(JournalOptions options, int wanted)
    {
        await using var journal = JournalStore.Open(options, TimeProvider.System);
        var random = new Random(11);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        int written = 0, sessions = 0;
        while (written < wanted)
        {
            // A month, evenly: time does not matter to the index, only its order does.
            var at = Begin.AddMilliseconds(30L * 86_400_000 * written / wanted);
            int kind = random.Next(100);
            foreach (
                var happened in kind < 30 ? Refused(sessions, random) : kind < 33 ? Guess(sessions, random) : Sent(sessions, random, kind))
            {
                journal.Record(happened with { At = at });
                written++;
            }

            sessions++;
            while (journal.IsHalfFull)
                await Task.Delay(1);
        }

        await journal.FlushAsync(default);
        Console.WriteLine($"{written} events, {sessions} sessions, {journal.Dropped} dropped, "
            + $"{(process.TotalProcessorTime - cpu).TotalMilliseconds * 1000 / sessions:0.0} us CPU a session, generator included");
    }

    private static IEnumerable<JournalEvent> Refused(int number, Random random)
    {
        string recipient = $"user{Zipf(random, 50_000)}@host.example";
        var one = Base(number, random) with { Sender = $"x{random.Next(100_000)}@bulk{Zipf(random, 20_000)}.example" };
        yield return one with { Kind = JournalKind.Connected, Sender = null };
        var reply = RecipientReplies.RecipientUnknown.Say(("recipient", recipient));
        yield return one with { Stage = Stage.MailFrom, Command = $"MAIL FROM:<{one.Sender}>", Reply = ProtocolReplies.Ok.Say() };
        var refusal = one with
        {
            Stage = Stage.RcptTo,
            Recipient = recipient,
            Reply = reply,
            Rule = "recipient-unknown",
            VerdictId = $"G-{number % 100_000_000:00000000}",
        };
        yield return refusal with { Kind = JournalKind.Verdict };
        yield return refusal with { Command = $"RCPT TO:<{recipient}>" };
        yield return one with { Kind = JournalKind.Closed, Sender = null };
    }

    private static IEnumerable<JournalEvent> Guess(int number, Random random)
    {
        string account = $"account{Zipf(random, 5_000)}@host.example";
        yield return Base(number, random) with
        {
            Kind = JournalKind.Verdict,
            Stage = Stage.Authenticate,
            Sender = account,
            Login = account,
            Rule = "login",
            Reply = SubmissionReplies.WrongPassword.Say(),
            VerdictId = $"G-{number % 100_000_000:00000000}",
        };
    }

    private static IEnumerable<JournalEvent> Sent(int number, Random random, int kind)
    {
        int domain = Zipf(random, 20_000);
        string id = Id(number), recipient = $"user{random.Next(2_000)}@far{domain}.example",
            account = $"account{Zipf(random, 5_000)}@host.example";
        var ok = ProtocolReplies.Ok.Say();
        var one = Base(number, random) with { Sender = account };
        yield return one with { Kind = JournalKind.Connected, Sender = null };
        yield return one with { Stage = Stage.MailFrom, Command = $"MAIL FROM:<{account}>", Reply = ok };
        yield return one with { Stage = Stage.RcptTo, Command = $"RCPT TO:<{recipient}>", Reply = ok, Recipient = recipient };
        yield return one with
        {
            Kind = JournalKind.Accepted,
            QueueId = id,
            Recipient = recipient,
            Login = account,
            Size = 4096,
            MessageId = id
                + "@client.example",
        };
        yield return one with { Stage = Stage.Message, QueueId = id, Reply = ok };
        yield return one with { Kind = JournalKind.Closed, Sender = null };
        var hop = one with
        {
            Session = "A" + id,
            QueueId = id,
            Outbound = true,
            Peer = Address(domain, 0),
            PeerName = $"mx.far{domain}.example",
            Recipient = recipient,
        };
        yield return hop with { Kind = JournalKind.Connected };
        yield return hop with { Stage = Stage.MailFrom, Command = $"MAIL FROM:<{account}>", Reply = ok };
        yield return hop with { Stage = Stage.RcptTo, Command = $"RCPT TO:<{recipient}>", Reply = ok };
        if (kind > 91)
            yield return hop with
            {
                Kind = JournalKind.Deferred,
                Reply = SenderReplies.SenderDomainNotFound.Say(("sender", account), ("domain", "host.example"))
            };
        yield return kind > 97
            ? hop with { Kind = JournalKind.Failed, Reply = RecipientReplies.RecipientUnknown.Say(("recipient", recipient)) }
            : hop with { Kind = JournalKind.Delivered, Reply = ok };
    }

    private static JournalEvent Base(int number, Random random)
    {
        int client = Zipf(random, 60_000);
        return new JournalEvent
        {
            Kind = JournalKind.Reply,
            At = default,
            Session = SessionOf(number),
            Peer = Address(client, 10),
            PeerName = $"client{client}.net{client % 500}.example",
        };
    }

    private static IPAddress Address(int number, byte first) =>
        new([first == 0 ? (byte)203 : first, (byte)(number >> 12), (byte)(number >> 4), (byte)(number * 7)]);

    private static string SessionOf(int number) => $"S-{number:00000000000000}";

    private static string Id(int number) => number.ToString("000000000000", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>1 to the count; the tenth is ten times as rare as the first.</summary>
    private static int Zipf(Random random, int count) => (int)Math.Pow(count, random.NextDouble());
}
