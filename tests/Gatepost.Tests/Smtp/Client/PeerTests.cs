using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

public sealed class PeerTests
{
    internal const string Meeting = """
        S: 220 mx.example.org ESMTP
        C: EHLO client.example
        S: 250-mx.example.org
        S: 250-PIPELINING
        S: 250-SIZE 10000
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250 DSN

        """;

    internal const string PlainMeeting = """
        S: 220 mx.example.org
        C: EHLO client.example
        S: 250 mx.example.org

        """;

    private readonly FakeTimeProvider time = new();
    private readonly MemoryJournal journal = new();

    [Fact]
    public async Task A_message_goes_out_in_two_writes_and_every_reply_is_in_the_journal()
    {
        var stream = new ScriptedStream(Meeting + """
            C: MAIL FROM:<ann@client.example> SIZE=15
            C: RCPT TO:<bob@example.org>
            C: DATA
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok
            S: 354 go on
            DATA
            S: 250 2.0.0 queued as 42
            C: QUIT
            S: 221 bye
            """);
        await using (var peer = await MeetAsync(stream))
        {
            var result = await peer.SendAsync(Mail("Subject: x\r\n\r\n.", "bob@example.org"), CancellationToken.None);
            Assert.Equal(250, result.Answers[0].Reply!.Code);
            Assert.Equal("end of data", result.Answers[0].Stage);
        }

        Assert.Empty(stream.Differences);
        Assert.Equal("Subject: x\r\n\r\n..\r\n.\r\n", stream.Bodies[0]);
        Assert.Equal(4, stream.Writes);
        Assert.Equal(7, journal.Events.Count(happened => happened.Kind == JournalKind.Reply));
        Assert.Contains(journal.Events, happened => happened.Command == "RCPT TO:<bob@example.org>" && happened.Recipient == "bob@example.org" && happened.QueueId == "Q1" && happened.Session == "A1");
    }

    [Fact]
    public async Task Replies_that_come_one_octet_at_a_time_are_the_same_replies()
    {
        var stream = new ScriptedStream(Meeting + Accepted("ann@client.example", "bob@example.org")) { Drip = true };
        await using var peer = await MeetAsync(stream);
        Assert.Equal(250, (await SendAsync(peer, "x\r\n", "bob@example.org"))[0].Reply!.Code);
    }

    [Fact]
    public async Task Without_PIPELINING_each_command_waits_for_its_answer()
    {
        var stream = new ScriptedStream(PlainMeeting + """
            C: MAIL FROM:<ann@client.example>
            S: 250 Ok
            C: RCPT TO:<bob@example.org>
            S: 250 Ok
            C: RCPT TO:<cid@example.org>
            S: 550 5.1.1 no
            C: DATA
            S: 354 go
            DATA
            S: 250 Ok
            """);
        await using var peer = await MeetAsync(stream);
        var answers = await SendAsync(peer, "x\r\n", "bob@example.org", "cid@example.org");
        Assert.Equal([250, 550], answers.Select(answer => answer.Reply!.Code));
        Assert.Equal(["end of data", "RCPT"], answers.Select(answer => answer.Stage));
        Assert.Empty(stream.Differences);
    }

    [Fact]
    public async Task A_server_that_knows_no_EHLO_is_greeted_with_HELO()
    {
        var stream = new ScriptedStream("""
            S: 220 old
            C: EHLO client.example
            S: 500 what?
            C: HELO client.example
            S: 250 old
            C: MAIL FROM:<ann@client.example>
            S: 250 Ok
            C: RCPT TO:<bob@example.org>
            S: 250 Ok
            C: DATA
            S: 354 go
            DATA
            S: 250 Ok
            """);
        await using var peer = await MeetAsync(stream);
        Assert.Equal(250, (await SendAsync(peer, "x\r\n", "bob@example.org"))[0].Reply!.Code);
        Assert.Empty(stream.Differences);
    }

    [Theory]
    [InlineData("S: 554 5.7.1 go away", 554, "greeting")]
    [InlineData("S: 421 4.7.0 too many connections", 421, "greeting")]
    [InlineData("S: 250 wrong", 250, "greeting")]
    [InlineData("S: 220 hi\nC: *\nS: 421 4.3.2 closing", 421, "EHLO")]
    [InlineData("S: 220 hi\nC: *\nS: 500 no\nC: *\nS: 550 no", 550, "EHLO")]
    public async Task A_refused_meeting_is_an_answer_with_its_stage(string script, int code, string stage)
    {
        var failure = await Assert.ThrowsAsync<PeerFailureException>(async () => await MeetAsync(new ScriptedStream(script)));
        Assert.Equal((code, stage), (failure.Reply.Code, failure.Stage));
        Assert.True(failure.Reply.WasReceived);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, "connection-refused", 111)]
    [InlineData(SocketError.NetworkUnreachable, "network-unreachable", 101)]
    [InlineData(SocketError.HostUnreachable, "host-unreachable", 113)]
    [InlineData(SocketError.TimedOut, "connect-timeout", 110)]
    [InlineData(SocketError.AddressFamilyNotSupported, "connect-failed", 100)]
    public async Task A_connection_that_cannot_be_opened_is_a_condition_with_host_and_address(SocketError error, string entry, int code)
    {
        var failure = await Assert.ThrowsAsync<PeerFailureException>(async () => await ConnectAsync(new ScriptedConnector().Then(error)));
        Assert.Equal((entry, code, "connect"), (failure.Reply.Entry.Id, failure.Reply.Code, failure.Stage));
        Assert.StartsWith("connect to mx.example.org[192.0.2.1]:25: ", failure.Reply.Text);
        Assert.Contains(journal.Events, happened => happened.Reply == failure.Reply && happened.Outbound);
    }

    [Theory]
    [InlineData("", "connect-timeout", 30)]
    [InlineData("SILENCE", "host-silent", 300)]
    [InlineData("S: 220 hi\nC: *\nSILENCE", "timed-out", 300)]
    public async Task A_host_that_never_answers_is_given_up_after_the_time_of_the_standard(string script, string entry, int seconds)
    {
        var connector = script.Length == 0 ? new ScriptedConnector().ThenSilence() : new ScriptedConnector().Then(script);
        var meeting = ConnectAsync(connector).AsTask();
        await PassAsync(meeting, TimeSpan.FromSeconds(seconds - 1));
        Assert.False(meeting.IsCompleted);
        await PassAsync(meeting, TimeSpan.FromSeconds(2));
        var failure = await Assert.ThrowsAsync<PeerFailureException>(() => meeting);
        Assert.Equal(entry, failure.Reply.Entry.Id);
        Assert.Contains($"{seconds} s", failure.Reply.Text);
    }

    [Theory]
    [InlineData("C: *\nSILENCE", "timed-out", "MAIL", 300)]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nSILENCE", "timed-out", "RCPT", 300)]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nSILENCE", "timed-out", "DATA", 120)]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nSILENCE", "timed-out", "end of data", 600)]
    public async Task Silence_in_a_transaction_is_a_condition_that_names_the_stage(string script, string entry, string stage, int seconds)
    {
        await using var peer = await MeetAsync(new ScriptedStream(Meeting + script));
        var sending = SendAsync(peer, "x\r\n", "bob@example.org");
        await PassAsync(sending, TimeSpan.FromSeconds(seconds - 1));
        Assert.False(sending.IsCompleted);
        await PassAsync(sending, TimeSpan.FromSeconds(2));
        var answer = (await sending)[0];
        Assert.Equal((entry, stage), (answer.Reply!.Entry.Id, answer.Stage));
        Assert.False(peer.IsUsable);
    }

    [Theory]
    [InlineData("C: *\nCLOSE", "lost-connection", "MAIL")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nDIE", "lost-connection", "RCPT")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nCLOSE", "lost-connection", "DATA")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nDIE", "lost-connection", "DATA")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nCLOSE", "lost-after-data", "end of data")]
    [InlineData("C: *\nRAW garbage\\r\\n", "reply-unintelligible", "MAIL")]
    [InlineData("C: *\nRAW 999 ok\\r\\n", "reply-unintelligible", "MAIL")]
    [InlineData("C: *\nRAW \\0\\e[31m\\r\\n", "reply-unintelligible", "MAIL")]
    public async Task A_connection_that_breaks_is_a_condition_for_those_who_have_no_answer_yet(string script, string entry, string stage)
    {
        await using var peer = await MeetAsync(new ScriptedStream(Meeting + script));
        var answer = (await SendAsync(peer, "x\r\n", "bob@example.org"))[0];
        Assert.Equal((entry, stage), (answer.Reply!.Entry.Id, answer.Stage));
        Assert.DoesNotContain(answer.Reply.Text, char.IsControl);
        Assert.False(peer.IsUsable);
    }

    [Theory]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 421 4.3.2 bye", "421 421")]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 550 5.1.1 no\nS: 421 4.3.2 bye", "550 421")]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 550 5.1.1 no\nS: 421 4.3.2 bye", "421 550")]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 550 5.1.1 no\nS: 354 go\nDATA\nS: 421 4.3.2 bye", "421 550")]
    public async Task After_421_nothing_more_is_asked_and_given_answers_stand(string script, string codes)
    {
        await using var peer = await MeetAsync(new ScriptedStream(Meeting + script));
        var answers = await SendAsync(peer, "x\r\n", "bob@example.org", "cid@example.org");
        Assert.Equal(codes, string.Join(' ', answers.Select(answer => answer.Reply!.Code)));
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task Last_words_of_a_peer_that_cuts_us_off_amid_the_data_are_heard()
    {
        var stream = new ScriptedStream(Meeting + "C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nRAW 552 5.3.4 too much for us\\r\\n\nCLOSE");
        await using var peer = await MeetAsync(new BreaksAfter(stream, 3));
        var answer = (await SendAsync(peer, "x\r\n", "bob@example.org"))[0];
        Assert.Equal((552, "end of data"), (answer.Reply!.Code, answer.Stage));
    }

    [Fact]
    public async Task A_refused_MAIL_is_the_answer_for_all_and_the_next_message_begins_with_RSET()
    {
        var stream = new ScriptedStream(Meeting + """
            C: MAIL FROM:<ann@client.example> SIZE=3
            C: RCPT TO:<bob@example.org>
            C: DATA
            S: 550 5.7.1 not you
            S: 503 5.5.1 need MAIL
            S: 503 5.5.1 need RCPT
            C: RSET
            C: MAIL FROM:<ann@client.example> SIZE=3
            C: RCPT TO:<bob@example.org>
            C: DATA
            S: 250 reset
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 ok
            C: MAIL FROM:<ann@client.example> SIZE=3
            C: RCPT TO:<bob@example.org>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 ok
            """);
        await using var peer = await MeetAsync(stream);
        Assert.Equal((550, "MAIL"), Last(await SendAsync(peer, "x\r\n", "bob@example.org")));
        Assert.Equal((250, "end of data"), Last(await SendAsync(peer, "x\r\n", "bob@example.org")));
        Assert.Equal((250, "end of data"), Last(await SendAsync(peer, "x\r\n", "bob@example.org")));
        Assert.Empty(stream.Differences);
        Assert.True(stream.PlayedToTheEnd);
    }

    [Fact]
    public async Task A_DATA_that_is_accepted_without_recipients_is_ended_with_an_empty_message()
    {
        var stream = new ScriptedStream(Meeting + """
            C: *
            C: *
            C: *
            S: 250 ok
            S: 550 5.1.1 no
            S: 354 go
            DATA
            S: 554 no recipients
            """);
        await using var peer = await MeetAsync(stream);
        Assert.Equal((550, "RCPT"), Last(await SendAsync(peer, "secret\r\n", "bob@example.org")));
        Assert.Equal(".\r\n", stream.Bodies[0]);
        Assert.True(peer.IsUsable);
    }

    [Theory]
    [InlineData("452 4.5.3 too many recipients")]
    [InlineData("452 too many recipients")]
    [InlineData("552 too many recipients")]
    [InlineData("552 5.5.3 too many recipients")]
    public async Task Too_many_recipients_leaves_the_rest_for_another_transaction(string reply)
    {
        await using var peer = await MeetAsync(new ScriptedStream(Meeting + $"C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: {reply}\nS: 354 go\nDATA\nS: 250 ok"));
        var answers = await SendAsync(peer, "x\r\n", "bob@example.org", "cid@example.org");
        Assert.Equal(250, answers[0].Reply!.Code);
        Assert.Null(answers[1].Reply);
        Assert.True(peer.IsUsable);
    }

    [Theory]
    [InlineData("452 4.2.2 mailbox full", 452)]
    [InlineData("552 5.2.2 mailbox full", 552)]
    public async Task A_full_mailbox_is_not_too_many_recipients(string reply, int code)
    {
        await using var peer = await MeetAsync(new ScriptedStream(Meeting + $"C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: {reply}\nS: 354 go\nDATA\nS: 250 ok"));
        Assert.Equal(code, (await SendAsync(peer, "x\r\n", "bob@example.org", "cid@example.org"))[1].Reply!.Code);
    }

    [Fact]
    public async Task Announced_limits_are_obeyed()
    {
        var stream = new ScriptedStream("""
            S: 220 hi
            C: *
            S: 250-mx
            S: 250-PIPELINING
            S: 250 LIMITS RCPTMAX=2 MAILMAX=1
            C: *
            C: RCPT TO:<a@example.org>
            C: RCPT TO:<b@example.org>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 ok
            """);
        await using var peer = await MeetAsync(stream);
        var answers = await SendAsync(peer, "x\r\n", "a@example.org", "b@example.org", "c@example.org");
        Assert.Equal([250, 250, null], answers.Select(answer => answer.Reply?.Code));
        Assert.Empty(stream.Differences);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task A_hundred_and_twenty_recipients_go_in_groups_that_cannot_stop_up_the_line()
    {
        string[] recipients = [.. Enumerable.Range(0, 120).Select(i => $"r{i}@example.org")];
        var script = new StringBuilder(Meeting).Append("C: *\n");
        for (int group = 0; group < 3; group++)
        {
            int count = Math.Min(50, 120 - (group * 50));
            script.Insert(script.Length, "C: *\n", count).Append(group == 2 ? "C: DATA\n" : "").Append(group == 0 ? "S: 250 ok\n" : "").Insert(script.Length, "S: 250 ok\n", count);
        }

        script.Append("S: 354 go\nDATA\nS: 250 ok");
        var stream = new ScriptedStream(script.ToString());
        await using var peer = await ConnectAsync(new ScriptedConnector().Then(stream), Options with { MaxRecipients = 1000 });
        Assert.All(await SendAsync(peer, "x\r\n", recipients), answer => Assert.Equal(250, answer.Reply!.Code));
        Assert.Empty(stream.Differences);
    }

    [Fact]
    public async Task What_the_peer_cannot_take_is_known_before_a_word_is_said()
    {
        await using var peer = await MeetAsync(new ScriptedStream(PlainMeeting));
        Assert.Equal("peer-not-8bit", (await peer.SendAsync(Mail("ä\r\n", "b@example.org") with { BodyType = BodyType.EightBitMime }, default)).Answers[0].Reply!.Entry.Id);
        Assert.Equal("peer-not-utf8", (await SendAsync(peer, "x\r\n", "боб@example.org"))[0].Reply!.Entry.Id);
        Assert.Equal("peer-not-utf8", (await peer.SendAsync(Mail("Subject: ä\r\n\r\nx\r\n", "b@example.org") with { SmtpUtf8 = true }, default)).Answers[0].Reply!.Entry.Id);
        Assert.Equal("peer-not-binary", (await peer.SendAsync(Mail("x\r\n", "b@example.org") with { BodyType = BodyType.BinaryMime }, default)).Answers[0].Reply!.Entry.Id);
        Assert.Equal("bare-line-end", (await SendAsync(peer, "a\r\n.\n\r\n", "b@example.org"))[0].Reply!.Entry.Id);
        Assert.True(peer.IsUsable);

        await using var small = await MeetAsync(new ScriptedStream(Meeting));
        Assert.Equal("peer-size-limit", (await SendAsync(small, new string('x', 10_001), "b@example.org"))[0].Reply!.Entry.Id);
    }

    [Fact]
    public async Task A_message_that_said_SMTPUTF8_without_need_or_8BITMIME_with_plain_text_goes_to_anybody()
    {
        var stream = new ScriptedStream(PlainMeeting + """
            C: MAIL FROM:<ann@client.example>
            S: 250 ok
            C: *
            S: 250 ok
            C: DATA
            S: 354 go
            DATA
            S: 250 ok
            """);
        await using var peer = await MeetAsync(stream);
        var result = await peer.SendAsync(Mail("Subject: x\r\n\r\nx\r\n", "b@example.org") with { SmtpUtf8 = true, BodyType = BodyType.EightBitMime }, default);
        Assert.Equal(250, result.Answers[0].Reply!.Code);
        Assert.Empty(stream.Differences);
    }

    [Fact]
    public async Task DSN_parameters_SMTPUTF8_and_8BITMIME_are_said_to_a_peer_that_knows_them()
    {
        var stream = new ScriptedStream(Meeting + """
            C: MAIL FROM:<ann@client.example> SIZE=4 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1
            C: RCPT TO:<боб@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob+40example.org
            C: RCPT TO:<b@example.org> NOTIFY=NEVER
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 ok
            """);
        await using var peer = await MeetAsync(stream);
        var result = await peer.SendAsync(Mail("ä\r\n") with
        {
            BodyType = BodyType.EightBitMime,
            SmtpUtf8 = true,
            Return = DsnReturn.Headers,
            EnvelopeId = "QQ+2B1",
            Recipients =
            [
                new OutgoingRecipient(Mailbox.Parse("боб@example.org"), DsnNotify.Success | DsnNotify.Delay, "rfc822;bob+40example.org"),
                new OutgoingRecipient(Mailbox.Parse("b@example.org"), DsnNotify.Never),
            ],
        }, default);
        Assert.Empty(stream.Differences);
        Assert.True(result.CarriedDsn);
    }

    [Fact]
    public async Task A_parameter_that_could_break_out_of_its_command_is_left_out()
    {
        var stream = new ScriptedStream(Meeting + """
            C: MAIL FROM:<ann@client.example> SIZE=3
            C: RCPT TO:<b@example.org> NOTIFY=NEVER
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 ok
            """);
        await using var peer = await MeetAsync(stream);
        await peer.SendAsync(Mail("x\r\n") with { EnvelopeId = "a\r\nRSET", Recipients = [new OutgoingRecipient(Mailbox.Parse("b@example.org"), DsnNotify.Never, "rfc822;a b")] }, default);
        Assert.Empty(stream.Differences);
    }

    [Fact]
    public async Task LMTP_gives_each_accepted_recipient_an_answer_of_its_own_after_the_data()
    {
        var stream = new ScriptedStream("""
            S: 220 lmtp
            C: LHLO client.example
            S: 250-lmtp
            S: 250 PIPELINING
            C: *
            C: *
            C: *
            C: *
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 550 5.1.1 no
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 a saved
            S: 452 4.2.2 c full
            """);
        await using var peer = await ConnectAsync(new ScriptedConnector().Then(stream), Options with { Protocol = PeerProtocol.Lmtp });
        var answers = await SendAsync(peer, "x\r\n", "a@example.org", "b@example.org", "c@example.org");
        Assert.Equal([250, 550, 452], answers.Select(answer => answer.Reply!.Code));
        Assert.Equal(["end of data", "RCPT", "end of data"], answers.Select(answer => answer.Stage));
    }

    [Fact]
    public async Task BDAT_carries_the_octets_as_they_are()
    {
        const string octets = "\0.\r\n.\r\r\nno line end\n";
        var stream = new ScriptedStream("""
            S: 220 hi
            C: *
            S: 250-mx
            S: 250-PIPELINING
            S: 250-CHUNKING
            S: 250 BINARYMIME
            C: MAIL FROM:<ann@client.example> BODY=BINARYMIME
            C: *
            S: 250 ok
            S: 250 ok
            C: BDAT 20 LAST
            BDAT 20
            S: 250 ok
            """);
        await using var peer = await MeetAsync(stream);
        var result = await peer.SendAsync(Mail(octets, "b@example.org") with { BodyType = BodyType.BinaryMime }, default);
        Assert.Equal(250, result.Answers[0].Reply!.Code);
        Assert.Empty(stream.Differences);
        Assert.Equal(octets, stream.Bodies[0]);
    }

    [Fact]
    public async Task A_body_from_the_store_is_stuffed_across_the_borders_of_its_pieces()
    {
        string body = string.Concat(Enumerable.Range(0, 40_000).Select(i => i % 3 == 0 ? ".\r\n" : "line\r\n"));
        var stream = new ScriptedStream(PlainMeeting + "C: *\nS: 250 ok\nC: *\nS: 250 ok\nC: *\nS: 354 go\nDATA\nS: 250 ok");
        await using var peer = await MeetAsync(stream);
        var mail = Mail("") with { Body = OutgoingBody.From(body.Length, _ => new(new Pieces(Encoding.ASCII.GetBytes(body)))), Recipients = [new OutgoingRecipient(Mailbox.Parse("b@example.org"))] };
        Assert.Equal(250, (await peer.SendAsync(mail, default)).Answers[0].Reply!.Code);
        Assert.Equal(body.Replace("\r\n.", "\r\n..", StringComparison.Ordinal).Insert(0, ".") + ".\r\n", stream.Bodies[0]);
    }

    [Fact]
    public async Task A_stored_body_with_a_bare_line_end_is_never_finished()
    {
        var stream = new ScriptedStream(PlainMeeting + "C: *\nS: 250 ok\nC: *\nS: 250 ok\nC: *\nS: 354 go\nDATA\nS: 250 ok");
        await using var peer = await MeetAsync(stream);
        var mail = Mail("") with { Body = OutgoingBody.From(9, _ => new(new Pieces("a\n.\r\nb\r\n"u8.ToArray()))), Recipients = [new OutgoingRecipient(Mailbox.Parse("b@example.org"))] };
        Assert.Equal("bare-line-end", (await peer.SendAsync(mail, default)).Answers[0].Reply!.Entry.Id);
        Assert.Empty(stream.Bodies);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task A_store_that_breaks_amid_the_data_costs_the_connection_and_not_the_message()
    {
        var stream = new ScriptedStream(PlainMeeting + "C: *\nS: 250 ok\nC: *\nS: 250 ok\nC: *\nS: 354 go\nDATA\nS: 250 ok");
        await using var peer = await MeetAsync(stream);
        var mail = Mail("") with { Body = OutgoingBody.From(9, _ => throw new IOException("disk")), Recipients = [new OutgoingRecipient(Mailbox.Parse("b@example.org"))] };
        Assert.Equal("body-unreadable", (await peer.SendAsync(mail, default)).Answers[0].Reply!.Entry.Id);
        Assert.Empty(stream.Bodies);
    }

    [Theory]
    [InlineData("CLOSE")]
    [InlineData("RAW 421 4.4.2 idle too long\\r\\n")]
    public async Task A_connection_that_was_closed_while_it_idled_is_no_answer(string end)
    {
        await using var peer = await MeetAsync(new ScriptedStream(Meeting + Accepted("ann@client.example", "bob@example.org") + "\n" + end));
        await SendAsync(peer, "x\r\n", "bob@example.org");
        var failure = await Assert.ThrowsAsync<PeerFailureException>(() => SendAsync(peer, "x\r\n", "bob@example.org"));
        Assert.False(peer.IsUsable);
        Assert.NotNull(failure.Reply);
    }

    [Fact]
    public async Task Giving_up_ends_the_wait_at_once()
    {
        await using var peer = await MeetAsync(new ScriptedStream(Meeting + "C: *\nSILENCE"));
        using var cancel = new CancellationTokenSource();
        var sending = peer.SendAsync(Mail("x\r\n", "b@example.org"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task Answers_heard_before_giving_up_stand()
    {
        var stream = new ScriptedStream("""
            S: 220 lmtp
            C: LHLO client.example
            S: 250-lmtp
            S: 250 PIPELINING
            C: *
            C: *
            C: *
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 a saved
            SILENCE
            """);
        await using var peer = await ConnectAsync(new ScriptedConnector().Then(stream), Options with { Protocol = PeerProtocol.Lmtp });
        using var cancel = new CancellationTokenSource();
        var sending = peer.SendAsync(Mail("x\r\n", "a@example.org", "b@example.org"), cancel.Token).AsTask();
        await Gatepost.Tests.Delivery.DeliveryServiceTests.Until(() => journal.Events.Any(happened => happened.Reply?.Text == "a saved"));
        await cancel.CancelAsync();
        var result = await sending;
        Assert.Equal((250, "end of data"), (result.Answers[0].Reply!.Code, result.Answers[0].Stage));
        Assert.Null(result.Answers[1].Reply);
        Assert.IsAssignableFrom<OperationCanceledException>(result.BrokenOffBy);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task A_peer_that_answers_each_command_in_the_last_moment_does_not_hold_us_for_hours()
    {
        string[] recipients = [.. Enumerable.Range(0, 40).Select(i => $"r{i}@example.org")];
        var stream = new SlowAnswers(new ScriptedStream(PlainMeeting + "C: *\nS: 250 ok\n" + string.Concat(Enumerable.Repeat("C: *\nS: 250 ok\n", 41))), time);
        await using var peer = await MeetAsync(stream);
        var start = time.GetUtcNow();
        stream.Delay = TimeSpan.FromMinutes(4);
        var sending = peer.SendAsync(Mail("x\r\n", recipients), CancellationToken.None).AsTask();
        for (int i = 0; i < 300 && !sending.IsCompleted; i++)
            await PassAsync(Task.Delay(2), TimeSpan.FromMinutes(1));
        var answers = (await sending).Answers;
        Assert.All(answers, answer => Assert.Equal("timed-out", answer.Reply!.Entry.Id));
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(60));
    }

    internal static PeerOptions Options => new() { HostName = "client.example" };

    internal static OutgoingMail Mail(string octets, params string[] recipients) => new()
    {
        QueueId = "Q1",
        Attempt = "A1",
        Sender = Mailbox.Parse("ann@client.example"),
        Recipients = [.. recipients.Select(recipient => new OutgoingRecipient(Mailbox.Parse(recipient)))],
        Body = OutgoingBody.Of(Encoding.UTF8.GetBytes(octets)),
    };

    internal static string Accepted(string from, string to) => $"""
        C: MAIL FROM:<{from}> SIZE=3
        C: RCPT TO:<{to}>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 354 go
        DATA
        S: 250 2.0.0 ok
        """;

    private static (int, string) Last(RecipientAnswer[] answers) => (answers[^1].Reply!.Code, answers[^1].Stage);

    private static async Task<RecipientAnswer[]> SendAsync(Peer peer, string octets, params string[] recipients) =>
        (await peer.SendAsync(Mail(octets, recipients), CancellationToken.None)).Answers;

    /// <summary>Lets time pass once the other side waits.</summary>
    private async Task PassAsync(Task waiting, TimeSpan span)
    {
        await Task.WhenAny(waiting, Task.Delay(50));
        time.Advance(span);
        await Task.WhenAny(waiting, Task.Delay(50));
    }

    private ValueTask<Peer> MeetAsync(Stream stream) => ConnectAsync(new ScriptedConnector().Then(stream));

    private ValueTask<Peer> ConnectAsync(ScriptedConnector connector, PeerOptions? options = null) => Peer.ConnectAsync(
        new PeerTarget("mx.example.org", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 25)), options ?? Options, connector, journal, time, new OnBehalf("A1", "Q1"), CancellationToken.None);

    /// <summary>Gives its octets out in pieces of odd lengths.</summary>
    private sealed class Pieces(byte[] octets) : MemoryStream(octets)
    {
        private int turn;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (turn++ % 7919))], cancellationToken);
    }

    /// <summary>Lets each answer wait.</summary>
    private sealed class SlowAnswers(ScriptedStream inner, TimeProvider time) : Stream
    {
        public TimeSpan Delay { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Delay, time, cancellationToken);
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    /// <summary>Fails the write after so many good ones.</summary>
    private sealed class BreaksAfter(ScriptedStream inner, int writes) : Stream
    {
        private int done;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++done >= writes ? throw new IOException("broken pipe") : inner.WriteAsync(buffer, cancellationToken);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
        }
    }
}
