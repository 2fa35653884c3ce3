using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>One transaction after the other: pipelining, refusals, and recipients that are too many.</summary>
public sealed class TransactionTests : PeerConversation
{
    [Fact]
    public async Task A_message_goes_out_in_two_writes_and_every_reply_is_in_the_journal()
    {
        var stream = new ScriptedStream(Greeting + """
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
        await using (var peer = await ConnectAsync(stream))
        {
            var result = await peer.SendAsync(Mail("Subject: x\r\n\r\n.", "bob@example.org"), CancellationToken.None);
            Assert.Equal(250, result.Answers[0].Reply!.Code);
            Assert.Equal("end of data", result.Answers[0].Stage.Name());
        }

        Assert.Empty(stream.Differences);
        Assert.Equal("Subject: x\r\n\r\n..\r\n.\r\n", stream.Bodies[0]);
        Assert.Equal(4, stream.Writes);
        Assert.Equal(7, journal.Events.Count(happened => happened.Kind == JournalKind.Reply));
        Assert.Contains(journal.Events, happened => happened.Command == "RCPT TO:<bob@example.org>"
            && happened.Recipient == "bob@example.org" && happened.QueueId == "Q1" && happened.Session == "A1");
    }

    [Fact]
    public async Task Replies_that_come_one_octet_at_a_time_are_the_same_replies()
    {
        var stream = new ScriptedStream(Greeting + Accepted("ann@client.example", "bob@example.org")) { Drip = true };
        await using var peer = await ConnectAsync(stream);
        Assert.Equal(250, (await SendAsync(peer, "x\r\n", "bob@example.org"))[0].Reply!.Code);
    }

    [Fact]
    public async Task Without_PIPELINING_each_command_waits_for_its_answer()
    {
        var stream = new ScriptedStream(PlainGreeting + """
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
        await using var peer = await ConnectAsync(stream);
        var answers = await SendAsync(peer, "x\r\n", "bob@example.org", "cid@example.org");
        Assert.Equal([250, 550], answers.Select(answer => answer.Reply!.Code));
        Assert.Equal(["end of data", "RCPT"], answers.Select(answer => answer.Stage.Name()));
        Assert.Empty(stream.Differences);
    }

    [Fact]
    public async Task A_refused_MAIL_is_the_answer_for_all_and_the_next_message_begins_with_RSET()
    {
        var stream = new ScriptedStream(Greeting + """
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
        await using var peer = await ConnectAsync(stream);
        Assert.Equal((550, "MAIL"), Last(await SendAsync(peer, "x\r\n", "bob@example.org")));
        Assert.Equal((250, "end of data"), Last(await SendAsync(peer, "x\r\n", "bob@example.org")));
        Assert.Equal((250, "end of data"), Last(await SendAsync(peer, "x\r\n", "bob@example.org")));
        Assert.Empty(stream.Differences);
        Assert.True(stream.PlayedToTheEnd);
    }

    [Fact]
    public async Task A_DATA_that_is_accepted_without_recipients_is_ended_with_an_empty_message()
    {
        var stream = new ScriptedStream(Greeting + """
            C: *
            C: *
            C: *
            S: 250 ok
            S: 550 5.1.1 no
            S: 354 go
            DATA
            S: 554 no recipients
            """);
        await using var peer = await ConnectAsync(stream);
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
        await using var peer = await ConnectAsync(
            new ScriptedStream(Greeting + $"C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: {reply}\nS: 354 go\nDATA\nS: 250 ok"));
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
        await using var peer = await ConnectAsync(
            new ScriptedStream(Greeting + $"C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: {reply}\nS: 354 go\nDATA\nS: 250 ok"));
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
        await using var peer = await ConnectAsync(stream);
        var answers = await SendAsync(peer, "x\r\n", "a@example.org", "b@example.org", "c@example.org");
        Assert.Equal([250, 250, null], answers.Select(answer => answer.Reply?.Code));
        Assert.Empty(stream.Differences);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task A_hundred_and_twenty_recipients_go_in_groups_that_cannot_stop_up_the_line()
    {
        string[] recipients = [.. Enumerable.Range(0, 120).Select(i => $"r{i}@example.org")];
        var script = new StringBuilder(Greeting).Append("C: *\n");
        for (int group = 0; group < 3; group++)
        {
            int count = Math.Min(50, 120 - (group * 50));
            script.Insert(script.Length, "C: *\n", count).Append(group == 2 ? "C: DATA\n" : "").Append(group == 0 ? "S: 250 ok\n" : "")
                .Insert(script.Length, "S: 250 ok\n", count);
        }

        script.Append("S: 354 go\nDATA\nS: 250 ok");
        var stream = new ScriptedStream(script.ToString());
        await using var peer = await ConnectAsync(new ScriptedConnector().Then(stream), Options with { MaxRecipients = 1000 });
        Assert.All(await SendAsync(peer, "x\r\n", recipients), answer => Assert.Equal(250, answer.Reply!.Code));
        Assert.Empty(stream.Differences);
    }

    [Theory]
    [InlineData("C: *\nS: 221 bye", "MAIL")]
    [InlineData("C: *\nS: 250 ok\nC: *\nS: 221 bye", "RCPT")]
    public async Task A_goodbye_is_no_yes(string script, string stage)
    {
        await using var peer = await ConnectAsync(new ScriptedStream(PlainGreeting + script));
        var answers = await SendAsync(peer, "x\r\n", "bob@example.org");
        Assert.Equal("reply-unintelligible", answers[0].Reply!.Entry.Id);
        Assert.Equal(stage, answers[0].Stage.Name());
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task Too_many_messages_on_this_connection_is_no_answer_to_the_message()
    {
        await using var peer = await ConnectAsync(new ScriptedStream(PlainGreeting + """
            C: *
            S: 250 ok
            C: *
            S: 250 ok
            C: DATA
            S: 354 go
            DATA
            S: 250 ok
            C: *
            S: 452 4.3.2 too many messages on this connection
            """));
        await SendAsync(peer, "x\r\n", "bob@example.org");
        var over = await Assert.ThrowsAsync<SmtpClientException>(() => SendAsync(peer, "x\r\n", "bob@example.org"));
        Assert.True(over.Stale);
    }
}
