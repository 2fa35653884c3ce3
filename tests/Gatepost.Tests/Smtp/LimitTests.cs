using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class LimitTests
{
    private const string Hello =
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*

        """;

    private const string ToData = Hello +
        """
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>

        """;

    [Theory]
    [InlineData(510, "250 2.0.0 Ok")]
    [InlineData(511, "500 5.5.2 Error: command line longer than 512 octets")]
    [InlineData(5000, "500 5.5.2 Error: command line longer than 512 octets")]
    [InlineData(100_000, "500 5.5.2 Error: command line longer than 512 octets")]
    public Task A_command_line_has_512_octets_at_most(int length, string reply) => Transcript.PlaysAsync(Hello +
        $"""
        C: NOOP {new string('x', length - 5)}
        S: {reply}
        C: NOOP
        S: 250 2.0.0 Ok
        """);

    [Fact]
    public Task A_recipient_with_all_its_parameters_may_be_longer() => Transcript.PlaysAsync(Hello +
        $"""
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;{new string('x', 490)}
        S: 250 2.1.5 Ok
        C: RCPT TO:<bob@host.example> ORCPT=rfc822;{new string('x', 2100)}
        S: 500 5.5.2 Error: command line longer than 2048 octets
        """);

    [Fact]
    public Task A_line_without_end_is_given_up() => Transcript.PlaysAsync(Hello +
        $"""
        C: {new string('x', 1_100_000)}
        S: 500 5.5.2 Error: command line longer than 512 octets
        X: closed
        """);

    [Fact]
    public Task Recipients_beyond_the_limit_wait_for_the_next_message() => Transcript.PlaysAsync(Hello +
        """
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@host.example>
        S: 250 2.1.5 Ok
        C: RCPT TO:<b@host.example>
        S: 250 2.1.5 Ok
        C: RCPT TO:<c@host.example>
        S: 452 4.5.3 Error: too many recipients
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        """,
        () => new TestServer { Limits = new() { MaxRecipients = 2 } },
        house => Assert.Equal(2, house.Store.Messages[0].Envelope.Recipients.Count));

    [Fact]
    public Task Recipients_beyond_the_limit_do_not_use_up_the_clients_patience_account() => Transcript.PlaysAsync(Hello +
        "C: MAIL FROM:<ann@partner.example>\nS: 250 2.1.0 Ok\nC: RCPT TO:<a@host.example>\nS: 250 2.1.5 Ok\n"
        + string.Concat(Enumerable.Range(0, 300).Select(i => $"C: RCPT TO:<b{i}@host.example>\nS: 452 4.5.3 Error: too many recipients\n")),
        () => new TestServer { Limits = new() { MaxRecipients = 1 } });

    [Fact]
    public Task Recipients_beyond_the_limit_without_end_close_the_session() => Transcript.PlaysAsync(Hello +
        "C: MAIL FROM:<ann@partner.example>\nS: 250 2.1.0 Ok\nC: RCPT TO:<a@host.example>\nS: 250 2.1.5 Ok\n"
        + string.Concat(Enumerable.Range(0, 999).Select(i => $"C: RCPT TO:<b{i}@host.example>\nS: 452 4.5.3 Error: too many recipients\n"))
        + "C: RCPT TO:<z@host.example>\nS: 452 4.5.3 Error: too many recipients\nS: 421 4.7.0 mx.host.example Error: too many refused "
            + "addresses in one session\nX: closed\n",
        () => new TestServer { Limits = new() { MaxRecipients = 1 } });

    [Theory]
    [InlineData("SIZE=65536", "250 2.1.0 Ok")]
    [InlineData("SIZE=65537", "552 5.3.4 Message size exceeds fixed limit of 65536 octets")]
    [InlineData("SIZE=9223372036854775807", "552 5.3.4 Message size exceeds fixed limit of 65536 octets")]
    [InlineData("SIZE=99999999999999999999", "552 5.3.4 Message size exceeds fixed limit of 65536 octets")]
    [InlineData("SIZE=-1", "501 5.5.4 Error: SIZE: a number of octets is expected")]
    public Task A_message_announced_as_too_big_is_refused_before_it_is_sent(string size, string reply) => Transcript.PlaysAsync(Hello +
        $"""
        C: MAIL FROM:<ann@partner.example> {size}
        S: {reply}
        """,
        Small);

    [Fact]
    public Task A_message_that_turns_out_too_big_is_read_to_its_end_and_refused() => Transcript.PlaysAsync(ToData +
        string.Concat(Enumerable.Repeat("C: " + new string('x', 1000) + "\n", 70)) +
        """
        C: .
        S: 552 5.3.4 Message size exceeds fixed limit of 65536 octets
        C: NOOP
        S: 250 2.0.0 Ok
        """,
        Small,
        house => Assert.Empty(house.Store.Messages));

    [Fact]
    public Task A_message_of_exactly_the_limit_is_taken() => Transcript.PlaysAsync(ToData +
        $"""
        C: {new string('x', 65534)}
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        """,
        Small);

    [Fact]
    public Task A_chunk_over_the_limit_is_skipped_and_the_message_refused() => Transcript.PlaysAsync(Hello +
        $"""
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        R: BDAT 60000\r\n{new string('x', 60000)}
        S: 250 2.0.0 Ok: 60000 octets so far
        R: BDAT 6000\r\n{new string('x', 6000)}
        S: 552 5.3.4 Message size exceeds fixed limit of 65536 octets
        R: BDAT 3\r\nxxx
        S: 503 5.5.1 Error: an earlier BDAT was refused; RSET, then MAIL
        R: BDAT 3 LAST\r\nxxx
        S: 503 5.5.1 Error: an earlier BDAT was refused; RSET, then MAIL
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        """,
        Small,
        house => Assert.Empty(house.Store.Messages));

    [Fact]
    public Task A_chunk_without_measure_ends_the_connection() => Transcript.PlaysAsync(Hello +
        """
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: BDAT 9223372036854775806 LAST
        S: 552 5.3.4 Message size exceeds fixed limit of 65536 octets
        C: NOOP
        X: closed
        """,
        Small);

    [Fact]
    public Task Too_many_errors_end_the_session() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: GET / HTTP/1.1
        S: 500 5.5.2 Error: command not recognized
        C: Host: mx.host.example
        S: 500 5.5.2 Error: command not recognized
        C: RCPT TO:<a@b.example>
        S: 503 5.5.1 Error: need MAIL command first
        S: 421 4.7.0 mx.host.example Error: too many errors
        C: NOOP
        X: closed
        """,
        () => new TestServer { Limits = new() { MaxErrors = 3 } });

    [Fact]
    public Task Too_many_refused_recipients_end_the_session() => Transcript.PlaysAsync(Hello +
        """
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@b.example>
        S: 554 5.7.1 <a@b.example>: Relay access denied
        C: RCPT TO:<b@b.example>
        S: 554 5.7.1 <b@b.example>: Relay access denied
        S: 421 4.7.0 mx.host.example Error: too many refused addresses in one session
        X: closed
        """,
        () => new TestServer
        {
            Limits = new() { MaxRefusals = 2 },
            Gate = new ScriptedGate().At(Stage.RcptTo, session =>
                Verdict.Refuse("test", RecipientReplies.RelayDenied.Say(("recipient", session.Candidate!.Address)), Finding.Read("test"))),
        });

    [Fact]
    public Task Commands_that_bring_nothing_are_counted_until_a_message_comes() => Transcript.PlaysAsync(
        ToData +
        """
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        C: NOOP
        S: 250 2.0.0 Ok
        C: RSET
        S: 250 2.0.0 Ok
        C: NOOP
        S: 250 2.0.0 Ok
        S: 421 4.7.0 mx.host.example Error: too many commands without a message
        X: closed
        """,
        () => new TestServer { Limits = new() { MaxIdleCommands = 3 } });

    [Theory]
    [InlineData("BDAT 0", "250 2.0.0 Ok: 0 octets so far")]
    [InlineData("RCPT TO:<bob@host.example>", "250 2.1.5 Ok")]
    public Task Commands_that_only_look_like_work_cannot_keep_a_session_open(string command, string reply) => Transcript.PlaysAsync(Hello +
        $"""
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: {command}
        S: {reply}
        C: {command}
        S: {reply}
        S: 421 4.7.0 mx.host.example Error: too many commands without a message
        X: closed
        """,
        () => new TestServer { Limits = new() { MaxIdleCommands = 3 } });

    [Fact]
    public Task Messages_beyond_the_limit_go_in_another_session() => Transcript.PlaysAsync(ToData +
        """
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        C: MAIL FROM:<ann@partner.example>
        S: 421 4.7.0 mx.host.example Error: too many messages in one session; open another
        X: closed
        """,
        () => new TestServer { Limits = new() { MaxMessages = 1 } });

    [Theory]
    [InlineData(3, "250 2.0.0 Ok: queued as Q1")]
    [InlineData(4, "554 5.4.6 Too many hops (4 Received fields)")]
    public Task Received_fields_are_counted_in_the_header_alone(int fields, string reply) => Transcript.PlaysAsync(ToData +
        string.Concat(
            Enumerable.Range(0, fields)
            .Select(
                i =>
                    $"C: {(i % 2 == 0 ? "Received" : "RECEIVED")}: from a by b;\nC:  Received: folded, not a field of its own\nC: "
                    + $"X-Received: other\n")) +
        $"""
        C:
        C: Received: in the body, which nobody counts
        C: .
        S: {reply}
        """,
        () => new TestServer
        {
            Gate = new ScriptedGate().At(Stage.Message, session => session.Hops <= 3
                ? Verdict.Unremarkable
                : Verdict.Refuse(
                    "too-many-hops", MessageReplies.TooManyHops.Say(("hops", session.Hops)), OurEvidence.HopsCounted.Say(session.Hops, 3))),
        });

    [Theory]
    [InlineData(StoreOutcome.Full, "452 4.3.1 Insufficient system storage; try again later")]
    [InlineData(StoreOutcome.Broken, "451 4.3.0 Error: message could not be kept; try again later")]
    public Task A_store_that_cannot_take_it_says_so_at_MAIL_and_after_the_data(StoreOutcome outcome, string reply) => Task.WhenAll(
        Transcript.PlaysAsync(Hello + $"C: MAIL FROM:<ann@partner.example>\nS: {reply}", () =>
            new TestServer { Store = new MemoryStore { AtMail = outcome } }),
        Transcript.PlaysAsync(ToData + $"C: .\nS: {reply}\nC: MAIL FROM:<a@b.example>\nS: 250 2.1.0 Ok", () =>
            new TestServer { Store = new MemoryStore { AtCommit = outcome } }));

    [Fact]
    public Task A_store_that_throws_loses_nothing_but_time() => Transcript.PlaysAsync(
        ToData + "C: .\nS: 451 4.3.0 Error: message could not be kept; try again later\nC: NOOP\nS: 250 2.0.0 Ok",
        () => new TestServer { Store = new MemoryStore { Failure = new IOException("the disk is on fire") } },
        house =>
            Assert.Contains(house.Journal.Of(JournalKind.Server), happened =>
                happened.Detail!.ToString().Contains("the disk is on fire", StringComparison.Ordinal)));

    [Fact]
    public Task A_draft_that_cannot_be_begun_or_written_is_our_trouble_and_temporary() => Task.WhenAll(
        Transcript.PlaysAsync(
            Hello + "C: MAIL FROM:<a@b.example>\nS: 250 2.1.0 Ok\nC: RCPT TO:<a@b.example>\nS: 250 2.1.5 Ok\nC: DATA\nS: 451 4.3.0 "
                + "Error: message could not be kept; try again later\nC: NOOP\nS: 250 2.0.0 Ok",
            () => new TestServer { Store = new MemoryStore { BeginFailure = new IOException("no file") } }),
        Transcript.PlaysAsync(
            ToData + "C: text\nC: .\nS: 451 4.3.0 Error: message could not be kept; try again later\nC: NOOP\nS: 250 2.0.0 Ok",
            () => new TestServer { Store = new MemoryStore { WriteFailure = new IOException("bad sector") } },
            house =>
                Assert.Contains(house.Journal.Of(JournalKind.Server), happened =>
                    happened.Detail!.ToString().Contains("bad sector", StringComparison.Ordinal))));

    [Fact]
    public Task A_disk_that_fills_while_a_message_comes_is_reported_at_its_end() => Transcript.PlaysAsync(
        ToData + "C: 0123456789\nC: 0123456789\nC: .\nS: 452 4.3.1 Insufficient system storage; try again later",
        () => new TestServer { Store = new MemoryStore { DraftRoom = 5 } },
        house =>
        {
            Assert.Empty(house.Store.Messages);
            // The part that was kept is not the message: no rule may refuse it for good, and nothing signs it.
            Assert.DoesNotContain(Stage.Message, house.Gate.Asked);
        });

    [Fact]
    public async Task One_client_opens_only_so_many_connections_and_is_told_why()
    {
        using var house = new TestServer
        {
            Options =
            new SmtpServerOptions { HostName = "mx.host.example", MaxConnectionsPerClient = 2, MaxConnections = 3 }
        };
        var here = Enumerable.Range(0, 3).Select(_ => new SessionDriver(house, "192.0.2.7")).ToArray();
        Assert.Equal("220 mx.host.example ESMTP Gatepost", await here[0].ReadReplyAsync());
        Assert.Equal("220 mx.host.example ESMTP Gatepost", await here[1].ReadReplyAsync());
        Assert.Equal("421 4.7.0 mx.host.example Error: too many connections from 192.0.2.7: 2 at a time", await here[2].ReadReplyAsync());
        Assert.Null(await here[2].ReadReplyAsync());

        var other = new SessionDriver(house, "2001:db8::1");
        Assert.Equal("220 mx.host.example ESMTP Gatepost", await other.ReadReplyAsync());
        var late = new SessionDriver(house, "198.51.100.1");
        Assert.Equal("421 4.3.2 mx.host.example Error: too many connections in all; try again later", await late.ReadReplyAsync());
        Assert.Null(await late.ReadReplyAsync());

        await here[0].LeaveAsync();
        var again = new SessionDriver(house, "192.0.2.7");
        Assert.Equal("220 mx.host.example ESMTP Gatepost", await again.ReadReplyAsync());
    }

    [Fact]
    public async Task An_IPv6_customer_is_one_client_however_many_addresses_it_uses()
    {
        using var house = new TestServer { Options = new SmtpServerOptions { HostName = "mx.host.example", MaxConnectionsPerClient = 1 } };
        var first = new SessionDriver(house, "2001:db8:1:2::1");
        Assert.StartsWith("220 ", await first.ReadReplyAsync());
        Assert.StartsWith("421 4.7.0 ", await new SessionDriver(house, "2001:db8:1:2:ffff::9").ReadReplyAsync());
        Assert.StartsWith("220 ", await new SessionDriver(house, "2001:db8:1:3::1").ReadReplyAsync());
    }

    private static TestServer Small() => new() { Limits = new() { MaxMessage = 65536 } };
}
