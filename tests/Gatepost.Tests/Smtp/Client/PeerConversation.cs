using System.Net;
using System.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>What tests of the client share: a scripted server, a clock in the hand, and a message to send.</summary>
public abstract class PeerConversation
{
    internal const string Greeting = """
        S: 220 mx.example.org ESMTP
        C: EHLO client.example
        S: 250-mx.example.org
        S: 250-PIPELINING
        S: 250-SIZE 10000
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250 DSN

        """;

    internal const string PlainGreeting = """
        S: 220 mx.example.org
        C: EHLO client.example
        S: 250 mx.example.org

        """;

    private protected readonly FakeTimeProvider time = new();

    private protected readonly MemoryJournal journal = new();

    internal static SmtpClientOptions Options => new() { HostName = "client.example" };

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

    private protected static (int, string) Last(RecipientAnswer[] answers) => (answers[^1].Reply!.Code, answers[^1].Stage.Name());

    private protected static async Task<RecipientAnswer[]> SendAsync(SmtpClientSession peer, string octets, params string[] recipients) =>
        (await peer.SendAsync(Mail(octets, recipients), CancellationToken.None)).Answers;

    /// <summary>Lets time pass once the other side waits.</summary>
    private protected async Task PassAsync(Task waiting, TimeSpan span)
    {
        await Task.WhenAny(waiting, Task.Delay(50));
        time.Advance(span);
        await Task.WhenAny(waiting, Task.Delay(50));
    }

    private protected ValueTask<SmtpClientSession> ConnectAsync(Stream stream) => ConnectAsync(new ScriptedConnector().Then(stream));

    private protected ValueTask<SmtpClientSession> ConnectAsync(ScriptedConnector connector, SmtpClientOptions? options = null) =>
        new Dialer(options ?? Options, connector, journal, time, ReplyDatabase.BuiltIn).ConnectAsync(
        new PeerTarget("mx.example.org", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 25)), new AttemptContext("A1", "Q1"),
            CancellationToken.None);
}
