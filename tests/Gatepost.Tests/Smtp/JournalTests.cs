using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class JournalTests
{
    [Fact]
    public Task The_whole_session_is_reported_in_order() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: RCPT TO:<nobody@host.example>
        S: 554 5.7.1 <nobody@host.example>: Relay access denied
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: text
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        () =>
            new TestServer
            {
                Gate = new ScriptedGate().At(Stage.RcptTo, session =>
                session.Candidate!.Address.LocalPart == "bob" ? Verdict.Pass("known", Finding.Read("bob lives here")) : Refused(session))
            },
        house =>
        {
            string[] told =
                [
                    .. house.Journal.Events.Select(
                        happened =>
                            $"{happened.Kind} {happened.Stage} {happened.Command} {happened.Reply?.Code} {happened.Sender} {happened.Recipient} {happened.QueueId} {happened.Rule}".TrimEnd())];
            Assert.Equal(
                [
                    "Connected",
                    "Reply Connect  220",
                    "Reply Hello EHLO client.example 250",
                    "Reply MailFrom MAIL FROM:<ann@partner.example> 250 ann@partner.example",
                    "Verdict RcptTo   ann@partner.example bob@host.example  known",
                    "Reply RcptTo RCPT TO:<bob@host.example> 250 ann@partner.example bob@host.example",
                    "Verdict RcptTo  554 ann@partner.example nobody@host.example  nobody-lives-here",
                    "Reply RcptTo RCPT TO:<nobody@host.example> 554 ann@partner.example nobody@host.example  nobody-lives-here",
                    "Reply Data DATA 354 ann@partner.example",
                    "Accepted    ann@partner.example bob@host.example Q1",
                    "Reply Message (end of data) 250 ann@partner.example  Q1",
                    "Reply  QUIT 221",
                    "Closed",
                ],
                told);
            Assert.Single(house.Journal.Events.Select(happened => happened.Session).Distinct());
            Assert.Equal(
                "ended closed by us, commands 6, messages taken 1, errors 0, refusals 1, received 134 octets, sent 370 octets",
                string.Join(", ", house.Journal.Events[^1].Facts.Select(fact => $"{fact.Label} {fact.Text}")));
            Assert.Null(house.Journal.Events[^1].Detail);
        });

    [Fact]
    public Task Hostile_octets_in_a_command_cannot_forge_or_paint_a_log() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        R: FOO \x1b[31m\x9b\xc2\x85\xe2\x80\xaebar\t\r\n
        S: 500 5.5.2 Error: control character in command line
        R: BAR \xe2\x80\xae\xc2\x9b\xff\xd0\xaf\r\n
        S: 500 5.5.2 Error: command not recognized
        """,
        afterwards: house =>
            Assert.Equal(["FOO ?[31m???bar ", "BAR ???Я"], house.Journal.Events.Select(happened => happened.Command).OfType<string>()));

    [Fact]
    public Task A_reply_shows_letters_outside_ASCII_only_to_those_who_asked_for_them() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<анна@partner.example>
        S: 553 5.6.7 <\x{430}\x{43D}\x{43D}\x{430}@partner.example>: Non-ASCII address; say SMTPUTF8 with MAIL
        C: MAIL FROM:<анна@partner.example> SMTPUTF8
        S: 250 2.1.0 Ok
        C: RCPT TO:<борис@host.example>
        S: 554 5.7.1 <борис@host.example>: Relay access denied
        """,
        () => new TestServer { Gate = new ScriptedGate().At(Stage.RcptTo, Refused) });

    [Fact]
    public Task An_international_message_is_marked_as_such() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO (evil)
        S: 250-*
        C: MAIL FROM:<анна@partner.example> SMTPUTF8
        S: 250 2.1.0 Ok
        C: RCPT TO:<борис@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        """,
        () => new TestServer { Peer = new IPEndPoint(IPAddress.Parse("2001:db8::7"), 1) },
        house => Assert.StartsWith(
            "Received: from ?evil? (unknown [IPv6:2001:db8::7])\r\n\tby mx.host.example (Gatepost) with UTF8SMTP id Q1\r\n\tfor "
                + "<борис@host.example>;\r\n", house.Store.Messages[0].Head, StringComparison.Ordinal));

    [Fact]
    public Task The_modern_style_is_spoken_where_it_is_wanted() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: FOO
        S: 500 5.5.2 Error: command not recognized
        """,
        () => new TestServer { Options = new SmtpServerOptions { HostName = "mx.host.example", Style = ReplyStyle.Modern } },
        house =>
            Assert.All(house.Journal.Of(JournalKind.Reply), told =>
                Assert.True(told.Reply!.Style == ReplyStyle.Modern || ReferenceEquals(told.Reply.Entry.Classic, told.Reply.Entry.Modern))));

    private static Verdict Refused(Session session) =>
        Verdict.Refuse("nobody-lives-here", RecipientReplies.RelayDenied.Say(("recipient", session.Candidate!.Address)),
            Finding.Read("as the test wants it"));
}
