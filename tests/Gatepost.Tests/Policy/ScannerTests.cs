using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Policy;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class ScannerTests
{
    private const string Message = "From: ann@partner.example\n\nHello\n";

    [Fact]
    public async Task A_filter_whose_socket_is_missing_or_left_over_is_reported_with_cause_and_remedy()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("gatepost-").FullName, "clamd.ctl");
        Assert.True(FilterAddress.TryParse("unix:" + path, out var address));
        var scanner = new ClamdScanner(Options("clamav", ScannerKind.Clamd), address.ConnectAsync, TimeProvider.System);
        var session = SessionWith(Message);

        var missing = await scanner.ScanAsync(session, Cancel);
        Assert.Equal((ScanOutcome.Unavailable, $"there is no socket {path}"), (missing.Outcome, missing.Told));
        Assert.Equal($"clamav does not answer: there is no socket {path}. Is the program running, and is the path that of its own "
            + "configuration?", missing.Cause!.ToString());

        using (var left = new Socket(
            AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            left.Bind(new UnixDomainSocketEndPoint(path));
        if (!File.Exists(path))
            await File.WriteAllTextAsync(path, "", Cancel);
        var unused = await scanner.ScanAsync(session, Cancel);
        Assert.EndsWith("Start the program", unused.Cause!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stream: OK\0", ScanOutcome.Clean, "")]
    [InlineData("stream: Eicar-Test-Signature FOUND\0", ScanOutcome.Virus, "Eicar-Test-Signature")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", ScanOutcome.Unavailable, "INSTREAM size limit exceeded. ERROR")]
    [InlineData("", ScanOutcome.Unavailable, "it hung up without an answer")]
    [InlineData("rubbish", ScanOutcome.Unavailable, "rubbish")]
    public async Task Clamd_is_asked_in_chunks_and_its_line_is_understood(string reply, ScanOutcome outcome, string told)
    {
        var daemon = new ScriptedClamd(reply);
        var scan = await new ClamdScanner(Options("clamav", ScannerKind.Clamd), daemon.ConnectAsync, TimeProvider.System)
            .ScanAsync(SessionWith(Message), Cancel);

        Assert.Equal((outcome, told), (scan.Outcome, scan.Told));
        if (reply.Contains('\0'))
            Assert.Equal(Message.ReplaceLineEndings("\r\n"), await daemon.Received);
    }

    [Fact]
    public async Task Clamd_that_says_nothing_is_away_after_its_time()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var scanning = new ClamdScanner(
            Options("clamav", ScannerKind.Clamd), _ =>
                ValueTask.FromResult<Stream>(new Duplex(new Pipe().Reader, new Pipe(new PipeOptions(pauseWriterThreshold: 0)).Writer)),
                time).ScanAsync(SessionWith(Message), Cancel).AsTask();
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("no answer within 30 s", (await scanning).Told);
    }

    [Fact]
    public async Task A_filter_no_one_listens_for_is_away() =>
        Assert.Equal(
            ScanOutcome.Unavailable,
            (
                await new ClamdScanner(Options("clamav", ScannerKind.Clamd), _ => throw new SocketException(111),
                    TimeProvider.System).ScanAsync(SessionWith(Message), Cancel)).Outcome);

    [Theory]
    [InlineData("""{"action":"no action","score":1.5,"required_score":15,"symbols":{}}""", ScanOutcome.Clean)]
    [InlineData("""{"action":"add header","score":7,"required_score":15}""", ScanOutcome.Clean)]
    [InlineData("""{"action":"reject","score":20.25,"required_score":15,"symbols":{"BAYES_SPAM":{"score":5.1}}}""", ScanOutcome.Spam)]
    [InlineData("""{"action":"reject","score":20,"required_score":15,"symbols":{"DCC_REJECT":{"score":9}}}""", ScanOutcome.Bulk)]
    [InlineData("""{"action":"reject","score":20,"required_score":15,"symbols":{"CLAM_VIRUS":{"score":0}}}""", ScanOutcome.Virus)]
    [InlineData("""{"action":"soft reject","messages":{"smtp_message":"Try again later"}}""", ScanOutcome.Deferred)]
    [InlineData("""{"action":"quarantine","score":12}""", ScanOutcome.KeptBack)]
    [InlineData("""{"action":"discard","score":12}""", ScanOutcome.KeptBack)]
    [InlineData("""{"action":"dance"}""", ScanOutcome.Unavailable)]
    [InlineData("""[]""", ScanOutcome.Unavailable)]
    [InlineData("""{"action":["reject"],"symbols":7,"score":"x"}""", ScanOutcome.Unavailable)]
    [InlineData("<html>", ScanOutcome.Unavailable)]
    public async Task Rspamd_is_understood_by_its_action(string answer, ScanOutcome outcome)
    {
        using var scanner = new RspamdScanner(Options("rspamd", ScannerKind.Rspamd), new ScriptedHttp(_ => answer));

        Assert.Equal(outcome, (await scanner.ScanAsync(SessionWith(Message), Cancel)).Outcome);
    }

    [Theory]
    [InlineData("no action", "")]
    [InlineData("add header", "X-Spam: Yes\r\nX-Spam-Score: 7.5 of 15\r\n")]
    [InlineData("rewrite subject", "X-Spam: Yes\r\nX-Spam-Score: 7.5 of 15\r\n")]
    public async Task What_rspamd_wants_marked_is_marked(string action, string fields)
    {
        using var scanner = new RspamdScanner(
            Options("rspamd", ScannerKind.Rspamd), new ScriptedHttp(_ => $$"""{"action":"{{action}}","score":7.5,"required_score":15}"""));

        Assert.Equal(fields, string.Concat((await scanner.ScanAsync(SessionWith(Message), Cancel)).Fields));
    }

    [Fact]
    public async Task A_filter_is_shown_no_more_messages_together_than_its_limit()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var slow = new SlowScanner();
        using var paced = new LimitedScanner(slow, Options("f", ScannerKind.Clamd) with { Connections = 1 }, time);
        using var stop = new CancellationTokenSource();
        var first = paced.ScanAsync(SessionWith(Message), stop.Token).AsTask();
        var second = paced.ScanAsync(SessionWith(Message), Cancel).AsTask();
        time.Advance(TimeSpan.FromSeconds(30));

        var waited = await second;
        Assert.Equal((ScanOutcome.Unavailable, "its 1 connection was busy for 30 s"), (waited.Outcome, waited.Told));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        // The place that became free is given again.
        using var third = new CancellationTokenSource();
        var begun = paced.ScanAsync(SessionWith(Message), third.Token).AsTask();
        Assert.Equal(2, slow.Times);
        await third.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => begun);
    }

    [Fact]
    public async Task Rspamd_hears_the_envelope_and_nothing_that_breaks_out_of_a_header()
    {
        HttpRequestMessage? asked = null;
        using var scanner = new RspamdScanner(Options("rspamd", ScannerKind.Rspamd), new ScriptedHttp(request =>
        {
            asked = request;
            return """{"action":"no action"}""";
        }));
        var session = SessionWith(Message);
        session.Helo = "evil\r\nUser: root";
        session.Envelope!.Recipients.Add(new EnvelopeRecipient(Mailbox.Parse("ann@host.example")));
        session.Envelope.Recipients.Add(new EnvelopeRecipient(Mailbox.Parse("bob@host.example")));
        await scanner.ScanAsync(session, Cancel);

        Assert.Equal("http://rspamd/checkv2", asked!.RequestUri!.ToString());
        Assert.Equal(["192.0.2.7"], asked.Headers.GetValues("IP"));
        Assert.Equal(["ann@host.example", "bob@host.example"], asked.Headers.GetValues("Rcpt"));
        Assert.False(asked.Headers.Contains("Helo"));
        Assert.False(asked.Headers.Contains("User"));
    }

    [Fact]
    public async Task A_message_that_waits_for_its_turn_is_scanned_although_a_reload_changes_the_filter()
    {
        var (handler, time) = (new WaitingHttp(), new FakeTimeProvider(TestDirectory.Start));
        var parts = new PolicyServices(Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone), time)
        {
            MakeScanner = options => new LimitedScanner(new RspamdScanner(options, handler), options, time),
        };
        var before = Options("rspamd", ScannerKind.Rspamd) with { Connections = 1 };
        var book = new RuleEngine(new PolicyOptions { Scanners = [before] }, TestDirectory.Directory(), parts, new Random(1));
        var first = new RuleSession(book).MessageAsync(Message).AsTask();
        var second = new RuleSession(book).MessageAsync(Message).AsTask();
        book.Prepare(new PolicyOptions { Scanners = [before with { Timeout = TimeSpan.FromSeconds(20) }] }, TestDirectory.Directory())();
        Assert.False(second.IsCompleted);
        handler.Answer.SetResult();

        Assert.True((await first).Passes);
        Assert.True((await second).Passes);
    }

    [Fact]
    public async Task An_alarm_about_a_filter_ends_when_a_reload_removes_the_filter()
    {
        var parts = new PolicyServices(Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone), new FakeTimeProvider(TestDirectory.Start))
        {
            MakeScanner = options => new FixedScanner(options.Name, () => new Scan(ScanOutcome.Unavailable, options.Name, "refused")),
        };
        var book = new RuleEngine(
            new PolicyOptions { Scanners = [Options("f", ScannerKind.Clamd)] }, TestDirectory.Directory(), parts, new Random(1));
        Assert.False((await new RuleSession(book).MessageAsync(Message)).Passes);
        Assert.Equal("filter:f", Assert.Single(parts.Alarms.On).Key);

        book.Prepare(new PolicyOptions(), TestDirectory.Directory())();

        Assert.Empty(parts.Alarms.On);
    }

    [Fact]
    public async Task Rspamd_that_answers_before_it_has_read_everything_is_not_sent_the_rest()
    {
        var (handler, pipe) = (new HastyHttp(), new Pipe(new PipeOptions(pauseWriterThreshold: 2, resumeWriterThreshold: 1)));
        handler.Wire = pipe.Writer.AsStream();
        using var scanner = new RspamdScanner(Options("rspamd", ScannerKind.Rspamd), handler);

        Assert.Equal(ScanOutcome.Clean, (await scanner.ScanAsync(SessionWith(Message), Cancel)).Outcome);
        await Assert.ThrowsAnyAsync<Exception>(() => handler.Sending.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        Assert.True(handler.Sending.IsCompleted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_filter_is_at_work_any_more_when_the_verdict_is_there(bool cut)
    {
        var slow = new SlowScanner();
        var parts = new PolicyServices(
            Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone), new FakeTimeProvider(TestDirectory.Start))
        { MakeScanner = _ => slow };
        var options = With("from-not-owned") with { Order = ["from-not-owned"], Scanners = [Options("f", ScannerKind.Clamd)] };
        var visit = new RuleSession(new RuleEngine(options, TestDirectory.Directory(), parts, new Random(1)), role: ListenerRole.Submission,
            user: "ann@host.example");
        using var patience = new CancellationTokenSource();
        if (cut)
        {
            var judging = visit.MessageAsync("From: ann@host.example\n\nHello\n", patience.Token);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => judging.AsTask());
        }
        else
        {
            Assert.Equal("from-not-owned", (await visit.MessageAsync("From: bob@host.example\n\nHello\n", patience.Token)).Rule);
        }

        Assert.True(slow.Began);
        Assert.True(slow.Ended);
    }

    [Theory]
    [InlineData(ScanOutcome.Virus, ReplyStyle.Classic, "virus-found",
        "551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio [G-")]
    [InlineData(ScanOutcome.Spam, ReplyStyle.Classic, "spam-found",
        "551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio [G-")]
    [InlineData(ScanOutcome.Bulk, ReplyStyle.Classic, "bulk-found",
        "551 5.7.1 The message was rejected due to classification as Virus,Spam or high bulk ratio [G-")]
    [InlineData(ScanOutcome.Virus, ReplyStyle.Modern, "virus-found", "554 5.7.1 Message rejected: virus Eicar found [G-")]
    [InlineData(ScanOutcome.Spam, ReplyStyle.Modern, "spam-found", "554 5.7.1 Message rejected: classified as spam, score 20.3 of 15 [G-")]
    [InlineData(ScanOutcome.Bulk, ReplyStyle.Modern, "bulk-found", "554 5.7.1 Message rejected: classified as unwanted bulk mail [G-")]
    [InlineData(ScanOutcome.Deferred, ReplyStyle.Modern, "filter-deferred", "451 4.7.1 Message deferred by filter f: Eicar [G-")]
    [InlineData(ScanOutcome.Unavailable, ReplyStyle.Classic, "filter-unavailable", "451 4.7.1 Service unavailable - try again later [G-")]
    public async Task Three_causes_of_one_classic_text_are_three_rules(ScanOutcome outcome, ReplyStyle style, string rule, string reply)
    {
        var verdict = await new RuleSession(Book(style, WhenAway.Defer, new Scan(outcome, "f", "Eicar", 20.25, 15))).MessageAsync(Message);

        Assert.Equal(rule, verdict.Rule);
        Assert.StartsWith(reply, verdict.Reply!.ToString());
    }

    [Fact]
    public async Task A_silent_filter_may_let_mail_pass_marked_and_alarms_once_until_it_is_back()
    {
        var scan = new Scan(ScanOutcome.Unavailable, "f", "refused");
        var book = Book(ReplyStyle.Classic, WhenAway.Pass, () => scan);
        for (int i = 0; i < 3; i++)
        {
            var visit = new RuleSession(book);
            Assert.True((await visit.MessageAsync(Message)).Passes);
            Assert.Equal("X-Gatepost-Unscanned: f\r\n", Assert.Single(visit.Session.AddedFields));
        }

        Assert.Equal("filter:f", Assert.Single(book.Parts.Alarms.On).Key);
        scan = new Scan(ScanOutcome.Clean, "f");
        await new RuleSession(book).MessageAsync(Message);
        Assert.Empty(book.Parts.Alarms.On);
    }

    [Fact]
    public async Task A_message_too_large_for_a_filter_passes_marked_and_without_alarm()
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var parts = new PolicyServices(Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone), time)
        {
            MakeScanner = options =>
            new FixedScanner(options.Name, () => throw new InvalidOperationException("it was asked"))
        };
        var book = new RuleEngine(new PolicyOptions { Scanners = [Options("f", ScannerKind.Clamd) with { MaxSize = 10 }] },
            TestDirectory.Directory(), parts, new Random(1));
        var visit = new RuleSession(book);
        var verdict = await visit.MessageAsync(Message);

        Assert.True(verdict.Passes);
        Assert.Equal("36 octets are more than its max-size", verdict.Facts.First(fact => fact.Label == "filter f").Text);
        Assert.Equal("X-Gatepost-Unscanned: f\r\n", Assert.Single(visit.Session.AddedFields));
        Assert.Empty(book.Parts.Alarms.On);
    }

    [Theory]
    [InlineData("From: Ann <ann@host.example>", true)]
    [InlineData("From: \"bob@host.example\" <ann+x@host.example>", true)]
    [InlineData("From: Bob <bob@host.example>", false)]
    [InlineData("From: ann@host.example, bob@host.example", false)]
    [InlineData("From: ann@host.example\nFrom: bob@host.example", false)]
    [InlineData("From: nonsense", false)]
    [InlineData("Subject: no From", true)]
    [InlineData("Subject: x\n\nFrom: bob@host.example", true)]
    public async Task The_From_people_see_belongs_to_the_login_where_that_is_wanted(string header, bool passes)
    {
        var options =
            new PolicyOptions { Rules = new Dictionary<string, RuleOptions> { ["from-not-owned"] = TestDirectory.Only(RuleMode.On) } };
        var verdict = await new RuleSession(TestDirectory.Book(options: options), role: ListenerRole.Submission, user: "ann@host.example")
            .MessageAsync(header + "\n\nHello\n");

        Assert.Equal(passes, verdict.Passes);
        if (!passes)
            Assert.Matches("^550 5\\.7\\.1 <(bob@host.example|nonsense)>: From header rejected: not owned by user ann@host.example",
                verdict.Reply!.ToString());
    }

    [Theory]
    [InlineData(100, "550 5.7.1 <bob@host.example>: From header rejected: not owned by user ann@host.example")]
    [InlineData(4_000, "550 5.7.1 <bob@host.example>: From header rejected: not owned by user ann@host.example")]
    [InlineData(20_000, "550 5.7.1 From header rejected: cannot be read, so not known to be owned by user ann@host.example")]
    public async Task A_From_cannot_hide_behind_other_fields(int before, string reply)
    {
        string pad = string.Concat(Enumerable.Repeat("X-Pad: " + new string('x', 71) + "\n", before));

        Assert.StartsWith(reply, await ReplyToAsync(pad + "From: bob@host.example\n\nHello\n"));
    }

    [Fact]
    public async Task A_From_cannot_hide_behind_a_line_that_is_no_field_nor_in_one_too_long_to_read()
    {
        const string Unreadable = "550 5.7.1 From header rejected: cannot be read";

        Assert.StartsWith(Unreadable, await ReplyToAsync("Subject: x\nno field\nFrom: bob@host.example\n\nHello\n"));
        Assert.StartsWith(
            Unreadable, await ReplyToAsync(
                "From: " + string.Concat(Enumerable.Repeat("ann@host.example,\n ", 5_000)) + "bob@host.example\n\nHello\n"));
        Assert.Null(await ReplyToAsync("Hello, a text without any header\nFrom: bob@host.example\n"));
    }

    private static async Task<string?> ReplyToAsync(string message)
    {
        var options =
            new PolicyOptions { Rules = new Dictionary<string, RuleOptions> { ["from-not-owned"] = TestDirectory.Only(RuleMode.On) } };
        var session = new RuleSession(TestDirectory.Book(options: options), role: ListenerRole.Submission, user: "ann@host.example");
        return (await session.MessageAsync(message)).Reply?.ToString();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Who_speaks_before_the_greeting_is_refused_where_that_is_wanted(bool spoke, bool passes)
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var visit = new RuleSession(TestDirectory.Book(options: With("spoke-too-early"), time: time));
        visit.Session.HasSpoken = () => spoke;
        var judging = visit.ConnectAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(3));
        var verdict = await judging;

        Assert.Equal(passes, verdict.Passes);
        if (!passes)
            Assert.StartsWith("550 5.1.1 Protocol error [G-", verdict.Reply!.ToString());
    }

    [Theory]
    [InlineData(ReplyStyle.Classic, "550 5.1.1 Protocol error [G-")]
    [InlineData(ReplyStyle.Modern, "554 5.5.0 Protocol error: Error: command not recognized [G-")]
    public async Task A_session_that_broke_the_protocol_is_refused_where_that_is_wanted(ReplyStyle style, string reply)
    {
        var visit = new RuleSession(TestDirectory.Book(options: With("protocol-error") with { Replies = style }));
        await visit.ConnectAsync();
        visit.Session.ProtocolFault = "Error: command not recognized";

        Assert.StartsWith(reply, (await visit.RcptAsync("ann@host.example")).Reply!.ToString());
    }

    [Theory]
    [InlineData("127.0.0.1:3310", true)]
    [InlineData("[::1]:3310", true)]
    [InlineData("filter.example:3310", true)]
    [InlineData("unix:/run/clamd.ctl", true)]
    [InlineData("inet:127.0.0.1:8891", true)]
    [InlineData("inet:8891@localhost", true)]
    [InlineData("inet:8891@[::1]", true)]
    [InlineData("local:/run/opendkim.sock", true)]
    [InlineData("inet:8891", false)]
    [InlineData("inet:@localhost", false)]
    [InlineData("inet:8891@", false)]
    [InlineData("local:relative", false)]
    [InlineData("unix:relative", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("filter.example:", false)]
    [InlineData(":3310", false)]
    [InlineData("filter.example:70000", false)]
    public void Addresses_of_filters_are_read(string text, bool good) => Assert.Equal(good, FilterAddress.TryParse(text, out _));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static PolicyOptions With(string rule) =>
        new() { Rules = new Dictionary<string, RuleOptions> { [rule] = TestDirectory.Only(RuleMode.On) } };

    private static ScannerOptions Options(string name, ScannerKind kind, WhenAway away = WhenAway.Defer) =>
        new() { Name = name, Kind = kind, Address = "127.0.0.1:1", WhenAway = away };

    private static Session SessionWith(string message)
    {
        var session = new RuleSession(TestDirectory.Book()).Session;
        session.Envelope = new Envelope { Sender = Mailbox.Parse("ann@partner.example") };
        session.Draft = new MemoryDraft(message);
        return session;
    }

    private static RuleEngine Book(ReplyStyle style, WhenAway away, Scan scan) => Book(style, away, () => scan);

    private static RuleEngine Book(ReplyStyle style, WhenAway away, Func<Scan> scan)
    {
        var time = new FakeTimeProvider(TestDirectory.Start);
        var parts = new PolicyServices(Gatepost.Dns.ZoneFile.Parse(TestDirectory.Zone), time)
        {
            MakeScanner = options =>
            new FixedScanner(options.Name, scan)
        };
        return new RuleEngine(new PolicyOptions { Replies = style, Scanners = [Options("f", ScannerKind.Clamd, away)] },
            TestDirectory.Directory(), parts, new Random(1));
    }

    private sealed class FixedScanner(string name, Func<Scan> scan) : IScanner
    {
        public string Name => name;

        public ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel) => ValueTask.FromResult(scan());
    }

    /// <summary>Would never answer, and takes a moment to stop.</summary>
    private sealed class SlowScanner : IScanner
    {
        public string Name => "f";

        public bool Began => Times > 0;

        public int Times { get; private set; }

        public bool Ended { get; private set; }

        public async ValueTask<Scan> ScanAsync(Session session, CancellationToken cancel)
        {
            Times++;
            try
            {
                await Task.Delay(Timeout.Infinite, cancel);
                return new Scan(ScanOutcome.Clean, Name);
            }
            finally
            {
                await Task.Delay(20, CancellationToken.None);
                Ended = true;
            }
        }
    }

    /// <summary>Answers while the message is still on its way.</summary>
    private sealed class HastyHttp : HttpMessageHandler
    {
        public Stream Wire { get; set; } = Stream.Null;

        public Task Sending { get; private set; } = Task.CompletedTask;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sending = request.Content!.CopyToAsync(Wire, CancellationToken.None);
            return Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"action":"no action"}""") });
        }
    }

    private sealed class WaitingHttp : HttpMessageHandler
    {
        public TaskCompletionSource Answer { get; } = new();

        public bool Disposed { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Answer.Task;
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"action":"no action"}""") };
        }

        protected override void Dispose(bool disposing)
        {
            Disposed = true;
            base.Dispose(disposing);
        }
    }

    private sealed class ScriptedHttp(Func<HttpRequestMessage, string> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer(request)) });
    }

    /// <summary>The daemon's side of INSTREAM, in memory: reads to the empty chunk, then answers.</summary>
    private sealed class ScriptedClamd(string reply)
    {
        private readonly TaskCompletionSource<string> received = new();

        public Task<string> Received => received.Task;

        public ValueTask<Stream> ConnectAsync(CancellationToken cancel)
        {
            Pipe there = new(), back = new();
            _ = ServeAsync(new Duplex(there.Reader, back.Writer), back.Writer);
            return ValueTask.FromResult<Stream>(new Duplex(back.Reader, there.Writer));
        }

        private async Task ServeAsync(Stream stream, PipeWriter answer)
        {
            if (reply.Contains('\0'))
            {
                byte[] command = new byte["zINSTREAM\0".Length];
                await stream.ReadExactlyAsync(command);
                var message = new MemoryStream();
                byte[] size = new byte[4];
                while (true)
                {
                    await stream.ReadExactlyAsync(size);
                    int length = BinaryPrimitives.ReadInt32BigEndian(size);
                    if (length == 0)
                        break;
                    byte[] chunk = new byte[length];
                    await stream.ReadExactlyAsync(chunk);
                    message.Write(chunk);
                }

                received.TrySetResult(
                    Encoding.ASCII.GetString(command) == "zINSTREAM\0" ? Encoding.Latin1.GetString(message.ToArray()) : "no INSTREAM");
            }

            await answer.WriteAsync(Encoding.ASCII.GetBytes(reply));
            await answer.CompleteAsync();
        }
    }
}
