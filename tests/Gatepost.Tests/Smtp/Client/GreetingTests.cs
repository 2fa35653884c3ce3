using System.Net.Sockets;
using Gatepost.Replies;
using Gatepost.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>How the client opens a conversation: connection, greeting, EHLO or HELO, and what becomes of one that fails there.</summary>
public sealed class GreetingTests : PeerConversation
{
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
        await using var peer = await ConnectAsync(stream);
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
        var failure = await Assert.ThrowsAsync<SmtpClientException>(async () => await ConnectAsync(new ScriptedStream(script)));
        Assert.Equal((code, stage), (failure.Reply.Code, failure.Stage.Name()));
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
        var failure = await Assert.ThrowsAsync<SmtpClientException>(async () => await ConnectAsync(new ScriptedConnector().Then(error)));
        Assert.Equal((entry, code, "connect"), (failure.Reply.Entry.Id, failure.Reply.Code, failure.Stage.Name()));
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
        var failure = await Assert.ThrowsAsync<SmtpClientException>(() => meeting);
        Assert.Equal(entry, failure.Reply.Entry.Id);
        Assert.Contains($"{seconds} s", failure.Reply.Text);
    }
}
