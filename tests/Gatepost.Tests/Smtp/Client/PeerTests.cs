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

    internal static OutgoingMail Mail(string octets, params string[] recipients) => new()
    {
        QueueId = "Q1",
        Attempt = "A1",
        Sender = Mailbox.Parse("ann@client.example"),
        Recipients = [.. recipients.Select(recipient => new OutgoingRecipient(Mailbox.Parse(recipient)))],
        Body = OutgoingBody.Of(Encoding.UTF8.GetBytes(octets)),
    };

    private ValueTask<Peer> MeetAsync(ScriptedStream stream) => Peer.ConnectAsync(
        new PeerTarget("mx.example.org", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 25)),
        new PeerOptions { HostName = "client.example" },
        new ScriptedConnector().Then(stream),
        journal,
        time,
        new OnBehalf("A1", "Q1"),
        CancellationToken.None);
}
