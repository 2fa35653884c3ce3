using Gatepost.Replies;
using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Every wait ends. The clock is the test's, so nothing here waits for real.</summary>
public sealed class TimeTests
{
    [Fact]
    public async Task A_silent_client_is_sent_away_after_five_minutes()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).EhloAsync();
        house.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal("250 2.0.0 Ok", await visit.AskAsync("NOOP"));
        await TlsTests.Eventually(() => house.Advance(TimeSpan.FromSeconds(30)), visit.Running);

        Assert.Equal("421 4.4.2 mx.host.example Error: timeout exceeded: no complete command for 300 s", await visit.ReadReplyAsync());
        Assert.Null(await visit.ReadReplyAsync());
        Assert.False(visit.Transport.WasAborted);
    }

    [Fact]
    public async Task While_the_journal_is_crowded_a_refused_client_waits_and_others_do_not()
    {
        using var house = new TestServer
        {
            Gate = new ScriptedGate().At(Stage.RcptTo, session => session.Candidate!.Address.LocalPart == "nobody"
                ? Verdict.Refuse("test", RecipientReplies.RecipientUnknown.Say(("recipient", "nobody")), Finding.Read("a test"))
                : Verdict.Unremarkable),
        };
        house.Journal.IsHalfFull = true;
        var visit = await new SessionDriver(house).EhloAsync();
        Assert.StartsWith("250 ", await visit.AskAsync("MAIL FROM:<ann@partner.example>"));
        Assert.StartsWith("250 ", await visit.AskAsync("RCPT TO:<bob@host.example>"));

        var refusal = visit.AskAsync("RCPT TO:<nobody@host.example>");
        for (int i = 0; i < 1000 && !house.Journal.Of(JournalKind.Reply).Any(said => said.Reply!.Code == 550); i++)
            await Task.Delay(5);
        Assert.False(refusal.IsCompleted);
        await TlsTests.Eventually(() => house.Advance(TimeSpan.FromMilliseconds(10)), refusal);
        Assert.StartsWith("550 ", await refusal);
    }

    [Fact]
    public async Task A_client_that_drips_a_command_octet_by_octet_gets_no_more_time_than_one_that_is_silent()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).EhloAsync();
        int minutes = 0;
        while (!visit.Running.IsCompleted && minutes < 20)
        {
            await visit.SayAsync("N");
            house.Advance(TimeSpan.FromMinutes(1));
            minutes++;
            await Task.WhenAny(visit.Running, Task.Delay(20));
        }

        Assert.StartsWith("421 4.4.2 ", await visit.ReadReplyAsync());
        Assert.InRange(minutes, 4, 8);
    }

    [Fact]
    public async Task With_most_connections_taken_a_dripping_message_is_given_up_after_half_a_minute()
    {
        using var house = new TestServer { StressAbove = 0 };
        var visit = await new SessionDriver(house).ToDataAsync();
        int seconds = 0;
        for (; !visit.Running.IsCompleted && seconds < 120; seconds += 2)
        {
            await visit.SayAsync("x");
            house.Advance(TimeSpan.FromSeconds(2));
            await Task.WhenAny(visit.Running, Task.Delay(20));
        }

        Assert.StartsWith("421 4.4.2 mx.host.example Error: message came too slowly", await visit.ReadReplyAsync());
        Assert.InRange(seconds, 30, 40);
        Assert.Empty(house.Store.Messages);
    }

    [Fact]
    public async Task With_most_connections_taken_a_silent_client_gets_ten_seconds()
    {
        using var house = new TestServer { StressAbove = 0 };
        var visit = await new SessionDriver(house).EhloAsync();
        await TlsTests.Eventually(() => house.Advance(TimeSpan.FromSeconds(5)), visit.Running);
        Assert.Matches("421 4.4.2 .* no complete command for (10|15|20) s", await visit.ReadReplyAsync());
    }

    [Fact]
    public async Task With_few_connections_a_slow_message_has_its_time()
    {
        using var house = new TestServer { StressAbove = 1 };
        var visit = await new SessionDriver(house).ToDataAsync();
        for (int i = 0; i < 30; i++)
        {
            await visit.SayAsync("x");
            house.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(visit.Running, Task.Delay(5));
        }

        Assert.False(visit.Running.IsCompleted);
    }

    [Theory]
    [InlineData(10_000, 1024, 362)]
    [InlineData(10_000, 1_048_576, 10_000)]
    [InlineData(10_000, 100, 10)]
    [InlineData(5, 1024, 5)]
    public void Connections_follow_the_files_that_the_process_may_open(int wanted, int limit, int most)
    {
        Assert.Equal(most, Gatepost.Smtp.Server.Descriptors.Connections(wanted, limit));
        Assert.Equal(wanted, Gatepost.Smtp.Server.Descriptors.Connections(wanted, null));
        Assert.NotNull(Gatepost.Smtp.Server.Descriptors.Limit);
    }

    [Fact]
    public async Task A_message_that_stops_coming_is_given_up()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).ToDataAsync();
        await visit.SayAsync("Subject: half\r\n");
        await TlsTests.Eventually(() => house.Advance(TimeSpan.FromSeconds(30)), visit.Running);

        Assert.Equal("421 4.4.2 mx.host.example Error: timeout exceeded: message stopped after 15 octets; nothing was queued",
            await visit.ReadReplyAsync());
        Assert.Empty(house.Store.Messages);
        Assert.Equal(0, house.Store.OpenDrafts);
    }

    [Fact]
    public async Task A_script_that_ends_its_lines_with_LF_learns_why_nothing_happened()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).ToDataAsync();
        await visit.SayAsync("Subject: from a script\n\ntext\n.\n");
        await TlsTests.Eventually(() => house.Advance(TimeSpan.FromSeconds(30)), visit.Running);

        Assert.Equal(
            "421 4.4.2 mx.host.example Error: timeout exceeded: no CR LF . CR LF came, but bare line ends; lines must end with CR LF",
            await visit.ReadReplyAsync());
    }

    [Fact]
    public async Task A_message_that_drips_is_given_up_though_it_never_stops()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).ToDataAsync();
        int minutes = 0;
        while (!visit.Running.IsCompleted && minutes < 60)
        {
            await visit.SayAsync("x");
            house.Advance(TimeSpan.FromMinutes(1));
            minutes++;
            await Task.WhenAny(visit.Running, Task.Delay(20));
        }

        Assert.StartsWith("421 4.4.2 mx.host.example Error: message came too slowly: ", await visit.ReadReplyAsync());
        Assert.InRange(minutes, 9, 14);
    }

    [Fact]
    public async Task A_message_that_drips_in_chunks_has_one_clock_for_all_of_them()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.AskAsync("MAIL FROM:<ann@partner.example>");
        await visit.AskAsync("RCPT TO:<bob@host.example>");
        int minutes = 0;
        string? heard = null;
        while (heard?.StartsWith("421", StringComparison.Ordinal) != true && minutes < 60)
        {
            await visit.SayAsync("BDAT 1\r\nx");
            heard = await visit.ReadReplyAsync();
            house.Advance(TimeSpan.FromMinutes(1));
            minutes++;
        }

        Assert.StartsWith("421 4.4.2 mx.host.example Error: message came too slowly: ", heard);
        Assert.InRange(minutes, 9, 14);
        await visit.EndAsync();
        Assert.Equal(0, house.Store.OpenDrafts);
    }

    [Fact]
    public async Task Each_message_by_chunks_has_its_own_clock()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).EhloAsync();
        for (int minutes = 0; minutes < 30; minutes += 4)
        {
            await visit.AskAsync("MAIL FROM:<ann@partner.example>");
            await visit.AskAsync("RCPT TO:<bob@host.example>");
            await visit.SayAsync("BDAT 1\r\nx");
            Assert.StartsWith("250 ", await visit.ReadReplyAsync());
            house.Advance(TimeSpan.FromMinutes(4));
            Assert.StartsWith("250 ", await visit.AskAsync(minutes % 8 == 0 ? "RSET" : "BDAT 0 LAST"));
        }

        await visit.LeaveAsync();
    }

    [Fact]
    public async Task A_client_that_pipelines_and_never_reads_is_cut()
    {
        using var house = new TestServer { Limits = new() { MaxIdleCommands = 1_000_000 } };
        var visit = new SessionDriver(house, transport: new MemoryTransport(clientBuffer: 1000));
        for (int i = 0; i < 200; i++)
            await visit.SayAsync("NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n");
        await TlsTests.Eventually(() => house.Advance(TimeSpan.FromSeconds(10)), visit.Running);

        Assert.True(visit.Transport.WasAborted);
        Assert.InRange(house.Journal.Of(JournalKind.Reply).Count(), 10, 500);
    }

    [Fact]
    public async Task A_judgement_that_hangs_ends_in_a_temporary_reply()
    {
        using var house = new TestServer
        {
            Gate = new ScriptedGate().AtSlowly(Stage.RcptTo, async (_, cancel) =>
            {
                await Task.Delay(Timeout.Infinite, cancel);
                return Verdict.Unremarkable;
            }),
        };
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.AskAsync("MAIL FROM:<ann@partner.example>");
        await visit.SayAsync("RCPT TO:<bob@host.example>\r\nNOOP\r\n");
        await TlsTests.Eventually(() => house.Advance(TimeSpan.FromSeconds(30)), visit.Running);

        Assert.Equal(
            "421 4.3.0 mx.host.example Error: local problem: a check took too long; try again later", await visit.ReadReplyAsync());
        Assert.Null(await visit.ReadReplyAsync());
    }

    [Fact]
    public async Task A_slow_judgement_is_waited_for()
    {
        var answer = new TaskCompletionSource<Verdict>();
        using var house = new TestServer { Gate = new ScriptedGate().AtSlowly(Stage.Hello, (_, _) => new(answer.Task)) };
        var visit = new SessionDriver(house);
        await visit.ReadReplyAsync();
        await visit.SayAsync("EHLO client.example\r\n");
        house.Advance(TimeSpan.FromMinutes(3));
        answer.SetResult(Verdict.Unremarkable);

        Assert.StartsWith("250 ", await visit.ReadReplyAsync());
    }

    [Fact]
    public async Task A_server_that_stops_sends_idle_clients_away_immediately()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).EhloAsync();
        visit.Connection.Deadlines.Stop();

        Assert.Equal("421 4.3.2 mx.host.example Service shutting down; try again later", await visit.ReadReplyAsync());
        await visit.EndAsync();
    }

    [Fact]
    public async Task A_server_that_stops_lets_a_message_finish()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).ToDataAsync();
        visit.Connection.Deadlines.Stop();
        await visit.SayAsync("text\r\n.\r\nMAIL FROM:<next@partner.example>\r\n");

        Assert.Equal("250 2.0.0 Ok: queued as Q1", await visit.ReadReplyAsync());
        Assert.Equal("250 2.1.0 Ok", await visit.ReadReplyAsync());
        Assert.Equal("421 4.3.2 mx.host.example Service shutting down; try again later", await visit.ReadReplyAsync());
        await visit.EndAsync();
        Assert.Single(house.Store.Messages);
    }

    [Fact]
    public async Task A_server_whose_grace_is_over_cuts_what_is_left()
    {
        using var house = new TestServer();
        var visit = await new SessionDriver(house).ToDataAsync();
        visit.Connection.Deadlines.Stop();
        visit.Connection.Deadlines.Abort();
        await visit.EndAsync();

        Assert.Empty(house.Store.Messages);
        Assert.Equal(0, house.Store.OpenDrafts);
    }
}
