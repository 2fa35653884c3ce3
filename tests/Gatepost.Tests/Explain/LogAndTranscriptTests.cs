using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

public sealed class LogAndTranscriptTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Theory]
    [InlineData(
        "Jan  5 10:00:00 relay postfix/smtp[12]: 4XyZ1: to=<bob@shop.test>, relay=mx.shop.test[192.0.2.25]:25, delay=1, delays=0/0/1/0, "
        + "dsn=5.1.1, status=bounced (host mx.shop.test[192.0.2.25] said: 550 5.1.1 <bob@shop.test>: User unknown (in reply to RCPT TO "
        + "command))", "bob@shop.test 550 5.1.1 mailbox-unknown", DeliveryAction.Failed)]
    [InlineData(
        "Jan  5 10:00:00 relay postfix/smtp[12]: 4XyZ1: to=<bob@shop.test>, relay=none, delay=1, dsn=4.4.1, status=deferred (connect to "
        + "mx.shop.test[192.0.2.25]:25: Connection refused)", "bob@shop.test - 4.4.1 host-unreachable", DeliveryAction.Delayed)]
    [InlineData(
        "Jan  5 10:00:00 mx postfix/smtpd[12]: NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 <bob@other.test>: Relay access "
        + "denied; from=<ann@host.test> to=<bob@other.test> proto=ESMTP helo=<x>", "bob@other.test 554 5.7.1 relay-denied",
        DeliveryAction.Failed)]
    [InlineData(
        "Jan  5 10:00:00 mx postfix/postscreen[12]: NOQUEUE: reject: RCPT from [192.0.2.9]:4711: 550 5.7.1 Service unavailable; client "
        + "[192.0.2.9] blocked using list.test; from=<a@b.test>, to=<bob@shop.test>, proto=ESMTP, helo=<x>",
        "bob@shop.test 550 5.7.1 client-blocked", DeliveryAction.Failed)]
    [InlineData(
        "2026-01-05 10:00:00 1tAbCd-000001-AB ** bob@shop.test R=dnslookup T=remote_smtp H=mx.shop.test [192.0.2.25]: SMTP error from "
        + "remote mail server after RCPT TO:<bob@shop.test>: 550 5.1.1 No such user", "bob@shop.test 550 5.1.1 mailbox-unknown",
        DeliveryAction.Failed)]
    [InlineData("2026-01-05 10:00:00 1tAbCd-000001-AB == bob@shop.test R=dnslookup T=remote_smtp defer (111): Connection refused",
        "bob@shop.test - - host-unreachable", DeliveryAction.Delayed)]
    [InlineData("2026-01-05 10:00:00 H=(x) [192.0.2.9] F=<a@b.test> rejected RCPT <bob@other.test>: relay not permitted",
        "bob@other.test - - relay-denied", DeliveryAction.Unknown)]
    [InlineData(
        "Jan  5 10:00:00 host sm-mta[12]: 605A0: to=<bob@shop.test>, delay=00:00:01, mailer=esmtp, relay=mx.shop.test. [192.0.2.25], "
        + "dsn=5.1.1, stat=User unknown", "bob@shop.test - 5.1.1 mailbox-unknown", DeliveryAction.Failed)]
    [InlineData(
        "Jan  5 10:00:00 host sm-mta[12]: 605A0: ruleset=check_rcpt, arg1=<bob@other.test>, relay=x.test [192.0.2.9], reject=550 5.7.1 "
        + "<bob@other.test>... Relaying denied", "bob@other.test 550 5.7.1 relay-denied", DeliveryAction.Failed)]
    [InlineData(
        "Jan  5 10:00:00 host smtpd[12]: 00 mta delivery evpid=1 from=<ann@host.test> to=<bob@shop.test> rcpt=<-> source=\"192.0.2.1\" "
        + "relay=\"192.0.2.25 (mx.shop.test)\" delay=1s result=\"PermFail\" stat=\"552 5.2.2 Mailbox full\"",
        "bob@shop.test 552 5.2.2 mailbox-full", DeliveryAction.Failed)]
    [InlineData(
        "@4000000065981234abcdef01 delivery 7: failure: "
        + "192.0.2.25_does_not_like_recipient./Remote_host_said:_550_5.1.1_No_such_user/Giving_up_on_192.0.2.25./",
        " 550 5.1.1 mailbox-unknown", DeliveryAction.Failed)]
    [InlineData("[NOTICE] [1F-2.1] [outbound] bounced recipient=<bob@shop.test> host=mx.shop.test response=\"550 5.1.1 No such user\"",
        "bob@shop.test 550 5.1.1 mailbox-unknown", DeliveryAction.Failed)]
    public void A_line_of_any_log_is_read(string line, string expected, DeliveryAction action)
    {
        var report = explainer.ReadLine(line, out var kind);

        Assert.Equal(DocumentKind.MailLog, kind);
        Assert.Equal(expected, BounceReadingTests.Short(report));
        Assert.Equal(action, report.Action);
        Assert.All(report.Evidence, words => Assert.Contains(words.Text, line));
    }

    [Fact]
    public void A_log_of_many_lines_yields_its_troubles_in_order()
    {
        const string log = """
            Jan  5 10:00:00 relay postfix/smtp[1]: A1: to=<ann@shop.test>, relay=mx.shop.test[192.0.2.25]:25, dsn=2.0.0, status=sent (250 2.0.0 Ok)
            Jan  5 10:00:01 relay postfix/qmgr[1]: A2: from=<x@relay.test>, size=1, nrcpt=1 (queue active)
            Jan  5 10:00:02 relay postfix/smtp[1]: A2: to=<bob@shop.test>, relay=mx.shop.test[192.0.2.25]:25, dsn=5.1.1, status=bounced (host mx.shop.test[192.0.2.25] said: 550 5.1.1 No such user (in reply to RCPT TO command))
            @4000000065981234abcdef01 starting delivery 7: msg 12 to remote carol@shop.test
            @4000000065981234abcdef02 delivery 7: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/
            """;

        var document = explainer.Read(log);

        Assert.Equal(DocumentKind.MailLog, document.Kind);
        Assert.Equal(["bob@shop.test", "carol@shop.test"], document.Reports.Select(report => report.Recipient));
        Assert.Equal("4.4.1", document.Reports[1].EnhancedStatus?.ToString());
    }

    [Fact]
    public void Exchange_message_tracking_is_read_by_its_own_columns()
    {
        const string log = """
            #Software: Microsoft Exchange Server
            #Log-type: Message Tracking Log
            #Fields: date-time,client-ip,server-hostname,source,event-id,recipient-address,recipient-status
            2026-01-05T10:00:00Z,192.0.2.1,EX1.corp.test,SMTP,RECEIVE,bob@corp.test,
            2026-01-05T10:00:01Z,192.0.2.1,EX1.corp.test,ROUTING,FAIL,bob@corp.test;carol@corp.test,"550 5.1.1 RESOLVER.ADR.RecipNotFound, not found;550 5.2.2 Mailbox full"
            """;

        var document = explainer.Read(log);

        Assert.Equal(["bob@corp.test 550 5.1.1 mailbox-unknown", "carol@corp.test 550 5.2.2 mailbox-full"],
            document.Reports.Select(BounceReadingTests.Short));
    }

    [Fact]
    public void Exchange_protocol_log_is_read_as_the_dialogue_it_is()
    {
        const string log = """
            #Software: Microsoft Exchange Server
            #Log-type: SMTP Send Protocol Log
            #Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
            2026-01-05T10:00:00Z,Out,S1,1,192.0.2.1:1,192.0.2.25:25,>,RCPT TO:<bob@shop.test>,
            2026-01-05T10:00:01Z,Out,S1,2,192.0.2.1:1,192.0.2.25:25,<,"550 5.1.1 No such user, sorry",
            """;

        Assert.Equal("bob@shop.test 550 5.1.1 mailbox-unknown", BounceReadingTests.Short(Assert.Single(explainer.Read(log).Reports)));
    }

    [Theory]
    [InlineData(
        "=== Connected to mx.shop.test.\n<-  220 mx.shop.test\n -> EHLO me\n<-  250 mx\n -> MAIL FROM:<ann@host.test>\n<-  250 ok\n -> "
        + "RCPT TO:<bob@shop.test>\n<** 550 5.1.1 No such user\n -> QUIT\n<-  221 bye\n")]
    [InlineData(
        "* Connected to mx.shop.test (192.0.2.25) port 25\n< 220 mx.shop.test\n> EHLO me\n< 250 mx\n> MAIL FROM:<ann@host.test>\n< 250 "
        + "ok\n> RCPT TO:<bob@shop.test>\n< 550 5.1.1 No such user\n* RCPT failed: 550\n")]
    [InlineData(
        "Trying mx.shop.test...\n220 mx.shop.test\nEHLO me\n250 mx\nMAIL FROM:<ann@host.test>\n250 ok\nRCPT TO:<bob@shop.test>\n550 "
        + "5.1.1 No such user\nQUIT\n221 bye\n")]
    [InlineData(
        "Transcript of session follows.\n\n Out: 220 mx.shop.test ESMTP\n In:  EHLO me\n Out: 250 mx\n In:  MAIL FROM:<ann@host.test>\n "
        + "Out: 250 ok\n In:  RCPT TO:<bob@shop.test>\n Out: 550 5.1.1 No such user\n In:  QUIT\n Out: 221 bye\n\nFor other details, see "
        + "the local mail logfile\n")]
    [InlineData(
        "C: EHLO me\nS: 250 mx\nC: MAIL FROM:<ann@host.test>\nS: 250 ok\nC: RCPT TO:<bob@shop.test>\nS: 550-5.1.1 No such\nS: 550 5.1.1 "
        + "user\nC: DATA\nS: 554 no valid recipients\n")]
    public void A_dialogue_in_any_notation_is_followed_to_the_recipient_that_was_refused(string transcript)
    {
        var document = explainer.Read(transcript);

        Assert.Equal(DocumentKind.Transcript, document.Kind);
        var report = Assert.Single(document.Reports);
        Assert.Equal("bob@shop.test 550 5.1.1 mailbox-unknown", BounceReadingTests.Short(report));
        Assert.Equal(Stage.RcptTo, report.Stage);
    }

    [Theory]
    [InlineData("550", 550, null, null)]
    [InlineData("5.1.1", null, "5.1.1", "mailbox-unknown")]
    [InlineData("550 5.2.2", 550, "5.2.2", "mailbox-full")]
    [InlineData("441", 441, null, "host-unreachable")]
    [InlineData("101", 101, null, null)]
    public void A_bare_code_is_explained(string code, int? reply, string? status, string? reason)
    {
        var document = explainer.Read(code);

        Assert.Equal(DocumentKind.Code, document.Kind);
        var report = Assert.Single(document.Reports);
        Assert.Equal(reply, report.ReplyCode);
        Assert.Equal(status, report.EnhancedStatus?.ToString());
        Assert.NotEqual("", report.Meaning(Language.English));
        Assert.NotEqual("", report.Meaning(Language.Russian));
        if (reason is not null)
            Assert.Equal(reason, report.Reason.Word);
    }

    [Fact]
    public void Several_replies_are_several_answers_and_lines_of_one_reply_are_one()
    {
        var document = explainer.Read("550-5.1.1 No such\n550 5.1.1 user here\n\n452 4.2.2 Mailbox full\n554 5.7.1 Relay access denied\n");

        Assert.Equal(["mailbox-unknown", "mailbox-full", "relay-denied"], document.Reports.Select(report => report.Reason.Word));
    }

    [Theory]
    [InlineData("550 5.4.6 Unable to send: Hourly sending quota exceeded", "quota-exceeded")]
    [InlineData("450 4.7.1 <bob@shop.test>: Recipient address rejected: Policy Rejection- Quota Exceeded", "quota-exceeded")]
    [InlineData("550 5.1.1 Protocol error", "protocol-error")]
    [InlineData("451 4.7.1 Service unavailable - try again later", "system-error")]
    [InlineData("522 5.7.1 <bob@shop.test>: Recipient address rejected: Requested mail action aborted: exceeded storage allocation",
        "mailbox-full")]
    public void The_traps_of_the_seed_are_read_by_their_words(string line, string reason) =>
        Assert.Equal(reason, explainer.ReadLine(line).Reason.Word);
}
