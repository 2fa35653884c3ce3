using Gatepost.Smtp;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class TransactionTests
{
    [Fact]
    public Task A_message_is_taken_as_it_was_sent_and_only_then_acknowledged() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-mx.host.example
        S: 250-PIPELINING
        S: 250-SIZE 52428800
        S: 250-ENHANCEDSTATUSCODES
        S: 250-8BITMIME
        S: 250-DSN
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-BINARYMIME
        S: 250 LIMITS RCPTMAX=100
        C: MAIL FROM:<ann@partner.example> SIZE=100 BODY=8BITMIME
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: Subject: dots
        C:
        C: ..one dot stuffed
        C: .and one that nobody stuffed
        C: ...
        C: the end
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        C: QUIT
        S: 221 2.0.0 Bye
        X: closed
        """,
        afterwards: house =>
        {
            var message = Assert.Single(house.Store.Messages);
            Assert.Equal("Subject: dots\r\n\r\n.one dot stuffed\r\nand one that nobody stuffed\r\n..\r\nthe end\r\n", message.Text);
            Assert.Equal("ann@partner.example", message.Envelope.Sender!.ToString());
            Assert.Equal(
                "Received: from client.example (unknown [192.0.2.7])\r\n\tby mx.host.example (Gatepost) with ESMTP id Q1\r\n\tfor "
                    + "<bob@host.example>;\r\n\tWed, 4 Mar 2026 05:06:07 +0000\r\n",
                message.Head);
        });

    [Theory]
    [InlineData("just text", true)]
    [InlineData(" indented: text", true)]
    [InlineData("a line: with words before its colon", true)]
    [InlineData("Subject: a", false)]
    [InlineData("", false)]
    public Task A_text_without_header_does_not_become_one_by_our_trace_field(string line, bool lacksHeader) => Transcript.PlaysAsync(
        $"""
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: {line}
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        """,
        afterwards: house => Assert.Equal(lacksHeader, house.Store.Messages[0].Head.EndsWith("\r\n\r\n", StringComparison.Ordinal)));

    [Fact]
    public Task Parameters_after_HELO_are_taken_all_the_same() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: HELO client.example
        S: 250 mx.host.example
        C: MAIL FROM:<ann@partner.example> BODY=8BITMIME SIZE=10
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example> NOTIFY=NEVER
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        """,
        afterwards: house =>
        {
            Assert.Contains("with SMTP id Q1", house.Store.Messages[0].Head, StringComparison.Ordinal);
            Assert.Equal(DsnNotify.Never, house.Store.Messages[0].Envelope.Recipients[0].Notify);
        });
}
