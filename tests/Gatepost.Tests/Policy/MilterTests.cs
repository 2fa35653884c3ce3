using System.IO.Pipelines;
using System.Text;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Scanners;
using Gatepost.Policy.Scanners.Milter;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class MilterTests
{
    private const string Message = "From: ann@partner.example\nSubject : a\n\tb\n\nHello\n";
    private const uint LeadingSpace = 0x10_0000;
    private const uint AllSilent = 0xDF080;

    [Fact]
    public async Task A_filter_is_reported_connection_envelope_header_and_body_in_order()
    {
        var filter = new ScriptedMilter((letter, _) => letter == 'O' ? ScriptedMilter.Agree(0) : ScriptedMilter.Packet('c'));
        var session = SessionWith(Message);
        session.User = "ann";
        session.AuthMechanism = "PLAIN";
        session.AddField("Date: today");
        var scan = await ScanAsync(filter, session);

        Assert.Equal(ScanOutcome.Clean, scan.Outcome);
        Assert.Equal("O\0\0\0\u0006\0\0\0!\0\u001f\u00f7\u00ff".Replace('\0', '|'), filter.Received[0]);
        Assert.Equal(
            [
                "C[192.0.2.7]|4", "Hmail.partner.example|", "M<ann@partner.example>|SIZE=53|", "R<ann@host.example>|",
                    "R<bob@host.example>|", "T",
                "LDate|today|", "LFrom|ann@partner.example|", "LSubject|a\n\tb|", "N", "B 7", "E", "Q",
            ],
            filter.Received.Skip(1).Where(packet => packet[0] != 'D').Select(packet => packet[0] == 'C' ? packet[..14] : packet));
        Assert.Contains(
            "DM" + $"i|{session.Draft!.QueueId}|{{auth_type}}|PLAIN|{{auth_authen}}|ann|{{mail_addr}}|ann@partner.example|",
                filter.Received);
        Assert.Equal("Hello\r\n", Encoding.ASCII.GetString(filter.Body.ToArray()));
    }

    [Fact]
    public async Task Steps_a_filter_does_not_want_are_left_out_and_silent_ones_not_waited_for()
    {
        var unwanted = new ScriptedMilter((letter, _) => letter == 'O' ? ScriptedMilter.Agree(0x27F) : ScriptedMilter.Packet('c'));
        Assert.Equal(ScanOutcome.Clean, (await ScanAsync(unwanted, SessionWith(Message))).Outcome);
        Assert.Equal(["E", "Q"], unwanted.Received.Skip(1).Where(packet => packet[0] != 'D'));

        var silent = new ScriptedMilter((letter, _) =>
            letter == 'O' ? ScriptedMilter.Agree(AllSilent | LeadingSpace) : letter == 'E' ? ScriptedMilter.Packet('c') : null);
        Assert.Equal(ScanOutcome.Clean, (await ScanAsync(silent, SessionWith(Message))).Outcome);
        Assert.Contains("LSubject| a\n\tb|", silent.Received);
    }

    [Fact]
    public async Task A_long_body_comes_in_chunks_until_the_filter_has_enough()
    {
        string message = "Subject: x\n\n" + string.Concat(Enumerable.Repeat("0123456789\n", 20_000));
        var all = new ScriptedMilter((letter, _) => letter == 'O' ? ScriptedMilter.Agree(0) : ScriptedMilter.Packet('c'));
        await ScanAsync(all, SessionWith(message));
        Assert.Equal(["B 65535", "B 65535", "B 65535", "B 43395"], all.Received.Where(packet => packet[0] == 'B'));

        var some = new ScriptedMilter((letter, _) =>
            letter == 'O' ? ScriptedMilter.Agree(0) : ScriptedMilter.Packet(letter == 'B' ? 's' : 'c'));
        Assert.Equal(ScanOutcome.Clean, (await ScanAsync(some, SessionWith(message))).Outcome);
        Assert.Equal(["B 65535", "E", "Q"], some.Received.Where(packet => packet[0] is 'B' or 'E' or 'Q'));
    }

    [Theory]
    [InlineData('C', "r", ScanOutcome.Refused, "refused at connect")]
    [InlineData('H', "t", ScanOutcome.Deferred, "refused at hello")]
    [InlineData('M', "y550 5.7.1 go away|", ScanOutcome.Refused, "go away")]
    [InlineData('R', "y451-4.7.1 come\r\n451 4.7.1 back 100%%|", ScanOutcome.Deferred, "come back 100%")]
    [InlineData('R', "y554 evil\u001b[31m\u0007|", ScanOutcome.Refused, "evil?[31m?")]
    [InlineData('L', "a", ScanOutcome.Clean, "")]
    [InlineData('B', "d", ScanOutcome.KeptBack, "it would have discarded the message")]
    [InlineData('E', "r", ScanOutcome.Refused, "refused at end of message")]
    [InlineData('B', "y250 2.0.0 fine|", ScanOutcome.Unavailable, "at body it asked for a reply that is not one: \"250 2.0.0 fine\"")]
    [InlineData('N', "4", ScanOutcome.Unavailable, "at end of header it asked to end the connection")]
    [InlineData('C', "s", ScanOutcome.Unavailable, "at connect it answered 's', which means nothing there")]
    [InlineData('C', "hX-Early|1|", ScanOutcome.Unavailable, "at connect it answered 'h', which means nothing there")]
    public async Task Every_answer_of_a_filter_has_its_meaning(char at, string answer, ScanOutcome outcome, string told)
    {
        var filter = new ScriptedMilter((letter, _) => letter == 'O' ? ScriptedMilter.Agree(0) : letter == at
            ? ScriptedMilter.Packet(answer[0], answer[1..]) : ScriptedMilter.Packet('c'));
        var scan = await ScanAsync(filter, SessionWith(Message));

        Assert.Equal((outcome, told), (scan.Outcome, scan.Told));
    }

    [Fact]
    public async Task A_refusal_means_the_rule_that_the_configuration_says()
    {
        var filter = new ScriptedMilter((letter, _) =>
            letter == 'O' ? ScriptedMilter.Agree(0) : ScriptedMilter.Packet('y', "554 5.7.1 Spam message rejected|"));
        var scan = await ScanAsync(filter, SessionWith(Message), Options() with { RefusalMeans = ScanOutcome.Spam });

        Assert.Equal((ScanOutcome.Spam, "Spam message rejected"), (scan.Outcome, scan.Told));
    }

    [Fact]
    public async Task Fields_are_added_above_the_message_and_other_changes_told_but_not_done()
    {
        string[] said =
            ["p", "hX-Spam| no|", "i\0\0\0\u0001DKIM-Signature| v=1;\n\tb=abc\nX-Evil: 1|", "hBad Name|1|", "hX-Empty-Line|a\n \nb|",
                "m\0\0\0\u0001Subject|new|", "+<eve@evil.example>|", "-<ann@host.example>|", "e<>|", "bnew body", "a"];
        var filter = new ScriptedMilter((letter, _) => letter == 'O' ? ScriptedMilter.Agree(LeadingSpace)
            : letter == 'E' ? [.. said.SelectMany(packet => ScriptedMilter.Packet(packet[0], packet[1..]))]
            : ScriptedMilter.Packet('c'));
        var scan = await ScanAsync(filter, SessionWith(Message));

        Assert.Equal(ScanOutcome.Clean, scan.Outcome);
        Assert.Equal(["DKIM-Signature: v=1;\r\n\tb=abc\r\n X-Evil: 1\r\n", "X-Spam: no\r\n"], scan.Fields);
        Assert.Equal(
            ["a field with an impossible name", "the field X-Empty-Line: a line too long or empty", "change of the field Subject",
                "further recipient <eve@evil.example>", "removal of the recipient <ann@host.example>", "other sender <>", "another body"],
            scan.Facts!.Where(fact => fact.Label == "wanted and not done").Select(fact => fact.Text));
    }

    [Fact]
    public async Task A_filter_may_have_a_message_kept_back()
    {
        var filter = new ScriptedMilter((letter, _) => letter == 'O' ? ScriptedMilter.Agree(0) : letter == 'E'
            ? [.. ScriptedMilter.Packet('q', "odd\nattachment|"), .. ScriptedMilter.Packet('c')] : ScriptedMilter.Packet('c'));

        var scan = await ScanAsync(filter, SessionWith(Message));
        Assert.Equal((ScanOutcome.KeptBack, "odd attachment"), (scan.Outcome, scan.Told));
    }

    [Fact]
    public async Task More_fields_than_fit_are_left_out()
    {
        byte[] many =
            [.. Enumerable.Range(0, 500).SelectMany(number => ScriptedMilter.Packet('h', $"X-{number}|{new string('x', 900)}|")),
                .. ScriptedMilter.Packet('c')];
        var filter = new ScriptedMilter((letter, _) =>
            letter == 'O' ? ScriptedMilter.Agree(0) : letter == 'E' ? many : ScriptedMilter.Packet('c'));

        Assert.Equal(100, (await ScanAsync(filter, SessionWith(Message))).Fields.Count);
    }

    [Theory]
    [InlineData(1u, 0u, "it speaks version 1 of the milter protocol, not 2 to 6")]
    [InlineData(7u, 0u, "it speaks version 7 of the milter protocol, not 2 to 6")]
    [InlineData(6u, 0x800u, "it wants steps that were not offered: 800")]
    public async Task A_filter_that_wants_what_was_not_offered_is_away(uint version, uint steps, string told) =>
        Assert.Equal(
            told, (await ScanAsync(new ScriptedMilter((_, _) => ScriptedMilter.Agree(steps, version: version)), SessionWith(Message)))
            .Told);

    [Theory]
    [InlineData('O')]
    [InlineData('C')]
    [InlineData('R')]
    [InlineData('B')]
    [InlineData('E')]
    public async Task A_filter_that_hangs_up_or_falls_silent_is_away_and_nothing_is_concluded(char at)
    {
        var dying = new ScriptedMilter((letter, _) =>
            letter == at ? [] : letter == 'O' ? ScriptedMilter.Agree(0) : ScriptedMilter.Packet('c'));
        Assert.Equal(ScanOutcome.Unavailable, (await ScanAsync(dying, SessionWith(Message))).Outcome);

        var time = new FakeTimeProvider(TestDirectory.Start);
        var reached = new TaskCompletionSource();
        var hanging = new ScriptedMilter((letter, _) =>
        {
            if (letter != at)
                return letter == 'O' ? ScriptedMilter.Agree(0) : ScriptedMilter.Packet('c');
            reached.TrySetResult();
            return null;
        });
        var scanning = new MilterScanner(Options(), hanging.ConnectAsync, time).ScanAsync(SessionWith(Message), Cancel).AsTask();
        await reached.Task;
        time.Advance(TimeSpan.FromSeconds(30));
        var scan = await scanning;
        Assert.Equal(ScanOutcome.Unavailable, scan.Outcome);
        Assert.StartsWith("no answer within", scan.Told);
    }

    [Fact]
    public async Task A_filter_that_does_not_read_what_it_is_reported_holds_no_one_up()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var (there, back) = (new Pipe(), new Pipe());
        await back.Writer.WriteAsync(ScriptedMilter.Agree(AllSilent), Cancel);
        string large = "Subject: x\n\n" + new string('x', 500_000);
        var scanning = new MilterScanner(Options(), _ => ValueTask.FromResult<Stream>(new Duplex(back.Reader, there.Writer)), time)
            .ScanAsync(SessionWith(large), Cancel).AsTask();
        for (int seconds = 0; seconds < 10_000 && !scanning.IsCompleted; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Cancel);
        }

        Assert.StartsWith("no answer within 30 s", (await scanning.WaitAsync(TimeSpan.FromSeconds(20), Cancel)).Told);
    }

    [Fact]
    public async Task Progress_without_end_comes_to_an_end()
    {
        byte[] progress = [.. Enumerable.Repeat(ScriptedMilter.Packet('p'), 10_001).SelectMany(packet => packet)];
        var filter = new ScriptedMilter((letter, _) =>
            letter == 'O' ? ScriptedMilter.Agree(0) : letter == 'E' ? progress : ScriptedMilter.Packet('c'));

        Assert.Equal("it sent more than 10000 packets about one message", (await ScanAsync(filter, SessionWith(Message))).Told);
    }

    [Fact]
    public async Task Whatever_octets_a_filter_sends_there_is_an_answer_and_no_field_breaks_out()
    {
        var random = new Random(20_260_101);
        for (int round = 0; round < 2_000; round++)
        {
            bool wild = random.Next(8) == 0;
            ScriptedMilter filter = null!;
            filter = new ScriptedMilter((letter, _) =>
            {
                if (letter == 'O' ? wild : random.Next(6) == 0)
                {
                    byte[] said = Garbage(random, out bool maybeUnfinished);
                    filter.HangsUp = maybeUnfinished;
                    return said;
                }

                return letter == 'O' ? ScriptedMilter.Agree(random.Next(2) == 0 ? 0 : LeadingSpace) : ScriptedMilter.Packet('c');
            });
            var scan = await ScanAsync(filter, SessionWith(Message));

            Assert.True(scan.Told.Length <= 200, scan.Told);
            Assert.DoesNotContain(scan.Told, letter => char.IsControl(letter));
            Assert.All(scan.Fields, field => Assert.Matches("^[!-9;-~]+:[\\t -~]*(\\r\\n[\\t ][\\t -~]*)*\\r\\n$", field));
        }
    }

    [Fact]
    public async Task What_a_filter_adds_is_above_a_message_that_passes_and_nothing_of_one_that_does_not()
    {
        var scan = new Scan(ScanOutcome.Clean, "f") { Fields = ["X-Seen: yes\r\n"] };
        var parts = new PolicyServices(Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone),
            new FakeTimeProvider(TestDirectory.Start))
        { MakeScanner = _ => new FixedScanner(scan) };
        var visit = new RuleSession(
            new RuleEngine(new PolicyOptions { Scanners = [Options()] }, TestDirectory.Directory(), parts, new Random(1)));

        Assert.True((await visit.MessageAsync(Message)).Passes);
        Assert.Equal(["X-Seen: yes\r\n"], visit.Session.AddedFields);
    }

    [Fact]
    public void A_reload_makes_the_filters_that_changed_and_closes_none_that_a_session_may_still_ask()
    {
        var made = new List<FixedScanner>();
        var parts = new PolicyServices(Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone), new FakeTimeProvider(TestDirectory.Start))
        {
            MakeScanner = _ =>
            {
                made.Add(new FixedScanner(new Scan(ScanOutcome.Clean, "f")));
                return made[^1];
            },
        };
        var book = new RuleEngine(
            new PolicyOptions { Scanners = [Options(), Options() with { Name = "g" }] }, TestDirectory.Directory(), parts, new Random(1));
        book.Prepare(new PolicyOptions { Scanners = [Options(), Options() with { Name = "g", Address = "127.0.0.1:2" }] },
            TestDirectory.Directory())();

        Assert.Equal([false, false, false], made.Select(scanner => scanner.Disposed));
    }

    /// <param name="maybeUnfinished">Whether the server may wait for more behind it.</param>
    private static byte[] Garbage(Random random, out bool maybeUnfinished)
    {
        byte[] octets = new byte[random.Next(1, 64)];
        random.NextBytes(octets);
        char letter = "cartdyspf4himq+2-eb"[random.Next(19)];
        int kind = random.Next(4);
        maybeUnfinished = kind == 0;
        return kind switch
        {
            0 => octets,
            1 => [.. ScriptedMilter.Packet(letter, octets), .. ScriptedMilter.Packet('c')],
            2 =>
                [.. ScriptedMilter.Packet(letter, [0, 0, 0, (byte)random.Next(3), .. "X-Y"u8, 0, .. octets, 0]),
                    .. ScriptedMilter.Packet('c')],
            _ =>
                [.. ScriptedMilter.Packet('h', [.. "X-Y"u8, 0, .. octets.Select(octet => (byte)"ab\n\r\t :\0\u00e9"[octet % 9]), 0]),
                    .. ScriptedMilter.Packet('c')],
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScannerOptions Options() => new() { Name = "f", Kind = ScannerKind.Milter, Address = "127.0.0.1:1" };

    private static async Task<Scan> ScanAsync(ScriptedMilter filter, Session session, ScannerOptions? options = null)
    {
        var scan = await new MilterScanner(options ?? Options(), filter.ConnectAsync, TimeProvider.System).ScanAsync(session, Cancel);
        await filter.Serving.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        return scan;
    }

    private static Session SessionWith(string message)
    {
        var session = new RuleSession(TestDirectory.Book()).Session;
        session.Helo = "mail.partner.example";
        session.Envelope = new Envelope { Sender = Mailbox.Parse("ann@partner.example") };
        session.Envelope.Recipients.Add(new EnvelopeRecipient(Mailbox.Parse("ann@host.example")));
        session.Envelope.Recipients.Add(new EnvelopeRecipient(Mailbox.Parse("bob@host.example")));
        session.Draft = new MemoryDraft(message);
        return session;
    }

    private sealed class FixedScanner(Scan scan) : IScanner, IDisposable
    {
        public string Name => scan.Scanner;

        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;

        public ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel) => ValueTask.FromResult(scan);
    }
}
