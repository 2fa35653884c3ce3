using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class OrderTests
{
    [Fact]
    public Task Commands_out_of_order_are_told_what_comes_first() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: MAIL FROM:<ann@partner.example>
        S: 503 5.5.1 Error: say EHLO or HELO first
        C: RCPT TO:<bob@host.example>
        S: 503 5.5.1 Error: need MAIL command first
        C: DATA
        S: 503 5.5.1 Error: need MAIL command first
        C: HELO client.example
        S: 250 mx.host.example
        C: RCPT TO:<bob@host.example>
        S: 503 5.5.1 Error: need MAIL command first
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: MAIL FROM:<ann@partner.example>
        S: 503 5.5.1 Error: nested MAIL command; RSET ends the transaction
        C: DATA
        S: 554 5.5.1 Error: no valid recipients
        C: RSET
        S: 250 2.0.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 503 5.5.1 Error: need MAIL command first
        """);

    [Fact]
    public Task EHLO_in_a_transaction_ends_it() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        """);

    [Fact]
    public Task Every_verb_has_its_answer() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: NOOP anything
        S: 250 2.0.0 Ok
        C: noop
        S: 250 2.0.0 Ok
        C: RSET
        S: 250 2.0.0 Ok
        C: VRFY bob
        S: 252 2.0.0 Addresses are not verified here; RCPT says
        C: VRFY
        S: 501 5.5.4 Syntax: VRFY address
        C: EXPN staff
        S: 502 5.5.1 Error: command not implemented
        C: TURN
        S: 502 5.5.1 Error: command not implemented
        C: ETRN host.example
        S: 502 5.5.1 Error: command not implemented
        C: SEND FROM:<a@b.example>
        S: 502 5.5.1 Error: command not implemented
        C: SOML FROM:<a@b.example>
        S: 502 5.5.1 Error: command not implemented
        C: SAML FROM:<a@b.example>
        S: 502 5.5.1 Error: command not implemented
        C: HELP
        S: 214-*
        C: STARTTLS
        S: 502 5.5.1 Error: command not implemented
        C: AUTH PLAIN
        S: 503 5.5.1 Error: say EHLO first
        C: XCLIENT ADDR=192.0.2.1
        S: 550 5.7.0 Error: XCLIENT is not for this client
        C: LHLO client.example
        S: 500 5.5.2 Error: command not recognized
        C: FOO
        S: 500 5.5.2 Error: command not recognized
        C:
        S: 500 5.5.2 Error: command not recognized
        C: EHLO
        S: 501 5.5.4 Syntax: EHLO hostname
        C: QUIT now
        S: 501 5.5.4 Syntax: QUIT
        C: QUIT
        S: 221 2.0.0 Bye
        C: NOOP
        X: closed
        """);

    [Fact]
    public Task A_client_refused_at_the_greeting_is_on_record_with_its_mail_and_reaches_postmaster() => Transcript.PlaysAsync(
        """
        S: 554 5.7.1 <192.0.2.7>: Relay access denied
        C: EHLO client.example
        S: 250-*
        C: AUTH PLAIN
        S: 503 5.5.1 Error: this session was refused at the greeting; only mail to postmaster is taken
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 554 5.7.1 <192.0.2.7>: Relay access denied
        C: DATA
        S: 554 5.5.1 Error: no valid recipients
        C: RCPT TO:<Postmaster@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        R: Subject: let me in\r\n\r\nPlease\r\n.\r\n
        S: 250 2.0.0 Ok: queued as {any}
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        () => new TestServer { Gate = new ScriptedGate().At(Stage.Connect, session => Refusal(session.Client.Address)) },
        world => Assert.Contains(world.Journal.Events, happened => happened is
        { Kind: JournalKind.Verdict, Stage: Stage.RcptTo, Sender: "ann@partner.example", Recipient: "bob@host.example" }));

    [Fact]
    public Task A_verdict_that_disconnects_ends_the_session_after_its_reply() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 554 5.7.1 <ann@partner.example>: Relay access denied
        C: NOOP
        X: closed
        """,
        () => new TestServer
        {
            Gate = new ScriptedGate()
                .At(
                    Stage.MailFrom, session =>
                        new Verdict
                        {
                            Rule = "test",
                            Why = Finding.Read("as the test wants it"),
                            Reply = RecipientReplies.RelayDenied.Say(("recipient", session.Envelope!.Sender)),
                            Disconnect = true
                        }),
        });

    [Fact]
    public Task What_the_gate_throws_is_our_trouble_and_temporary() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 451 4.3.0 Error: local problem; try again later
        C: MAIL FROM:<ann@partner.example>
        S: 451 4.3.0 Error: local problem; try again later
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        () =>
            new TestServer { Gate = new ScriptedGate().At(Stage.MailFrom, _ => throw new InvalidOperationException("the table is gone")) },
        house =>
            Assert.Contains(house.Journal.Of(JournalKind.Verdict), verdict =>
                verdict.Detail?.ToString() == "InvalidOperationException: the table is gone"));

    [Fact]
    public Task A_recipient_without_a_route_is_not_accepted() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 451 4.3.0 Error: local problem; try again later
        C: DATA
        S: 554 5.5.1 Error: no valid recipients
        """,
        () => new TestServer
        {
            Gate = new ScriptedGate().At(Stage.RcptTo, session =>
            {
                session.Candidate!.Routes = [];
                return Verdict.Unremarkable;
            }),
        });

    [Fact]
    public Task LMTP_answers_for_each_recipient_and_knows_no_EHLO() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example LMTP Gatepost
        C: EHLO client.example
        S: 500 5.5.2 Error: command not recognized
        C: LHLO client.example
        S: 250-*
        C: MAIL FROM:<>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: RCPT TO:<cid@host.example>
        S: 250 2.1.5 Ok
        R: BDAT 3\r\nab\r
        S: 250 2.0.0 Ok: 3 octets so far
        R: BDAT 1 LAST\r\n\n
        S: 250 2.0.0 Ok: queued as Q1
        S: 250 2.0.0 Ok: queued as Q1
        S: 250 2.0.0 Ok: queued as Q1
        """,
        () => new TestServer { Listener = new ListenerOptions { Role = ListenerRole.Lmtp, EndPoint = new(IPAddress.Loopback, 24) } },
        house =>
        {
            Assert.Equal("ab\r\n", Assert.Single(house.Store.Messages).Text);
            Assert.Contains("with LMTP id Q1", house.Store.Messages[0].Head, StringComparison.Ordinal);
            string[] told = [
                .. house.Journal.Of(JournalKind.Reply).Where(reply => reply.QueueId == "Q1").Select(reply => reply.Recipient!)];
            Assert.Equal(["bob@host.example", "bob@host.example", "cid@host.example"], told);
        });

    [Fact]
    public Task A_binary_message_goes_by_chunks_and_keeps_every_octet() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example> BODY=BINARYMIME
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 503 5.5.1 Error: BODY=BINARYMIME is sent with BDAT, not DATA
        R: BDAT 6\r\n\r\n\0\n\r\xff
        S: 250 2.0.0 Ok: 6 octets so far
        C: RCPT TO:<cid@host.example>
        S: 503 5.5.1 Error: this message began with BDAT and goes on with BDAT
        C: DATA
        S: 503 5.5.1 Error: this message began with BDAT and goes on with BDAT
        R: BDAT 0 LAST\r\n
        S: 250 2.0.0 Ok: queued as Q1
        """,
        afterwards: house => Assert.Equal("\r\n\0\n\r\xff", Assert.Single(house.Store.Messages).Text));

    [Fact]
    public Task A_recipient_said_twice_gets_one_copy() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: RCPT TO:<bob@HOST.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        """,
        afterwards: house => Assert.Single(Assert.Single(house.Store.Messages).Envelope.Recipients));

    private static Verdict Refusal(IPAddress client) =>
        Verdict.Refuse("test", RecipientReplies.RelayDenied.Say(("recipient", client)), Finding.Read("as the test wants it"));

    [Fact]
    public Task A_machine_name_with_spaces_or_letters_is_no_host_name_to_an_MX() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO Ann's PC
        S: 501 5.5.4 Syntax: EHLO hostname
        C: HELO Бухгалтерия
        S: 501 5.5.4 Syntax: HELO hostname
        """);

    [Fact]
    public Task A_mail_program_may_say_the_name_of_its_machine_whatever_it_is() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO Ann's PC
        S: 250-*
        C: HELO Бух
        S: 250 mx.host.example
        """,
        () => new TestServer { Listener = new() { Role = ListenerRole.Internal, EndPoint = new(IPAddress.Loopback, 25) } },
        house => Assert.Equal(
            ["Ann's?PC", "??????"],
            house.Journal.Of(JournalKind.Verdict).Where(told => told.Rule == "hello-name")
                .Select(told => told.Detail!.ToString().Split("recorded as ")[1])));
}
