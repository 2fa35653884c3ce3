using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// Who decides, of all that was said: the server that refused, before the one that reports, before the text that stands in every notice.
/// </summary>
public sealed class LadderTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Fact]
    public void A_full_mailbox_that_was_not_emptied_in_time_is_a_full_mailbox_and_both_are_reported()
    {
        var report = Only("""
            Return-Path: <>
            From: MAILER-DAEMON@mail.host.test
            To: ann@host.test
            Subject: failure notice

            Hi. This is the qmail-send program at mail.host.test.
            I'm afraid I wasn't able to deliver your message to the following addresses.

            <bob@shop.test>:
            192.0.2.44 does not like recipient.
            Remote host said: 450 4.2.2 <bob@shop.test>... mailbox is full
            Giving up on 192.0.2.44.
            I'm not going to try again; this message has been in the queue too long.
            """);

        Assert.Equal((Reason.MailboxFull, MessageOutcome.GivenUp, 450), (report.Reason, report.Outcome, report.ReplyCode));
        Assert.Equal(Because.RemoteWords, report.Because);
        Assert.Contains(report.Statements, statement => statement.Standing == Standing.Decides && statement.Speaker == Speaker.Remote);
        Assert.Contains(report.Statements, statement =>
            statement.Standing == Standing.Consequence && statement.Text.Contains("in the queue too long", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Steps(Language.English), step =>
            step.What.Contains("tries again by itself", StringComparison.Ordinal));
    }

    [Fact]
    public void The_frame_of_a_log_line_does_not_hide_what_the_other_server_said()
    {
        var report = explainer.ReadLine(
            "host mx.shop.test[192.0.2.44] refused to talk to me: 220-mx 421 4.2.1 too many connections from your host");

        Assert.Equal((Reason.RateLimited, 421), (report.Reason, report.ReplyCode));
    }

    [Theory]
    [InlineData("after MAIL FROM:<ann@host.test> SIZE=1033:\n    550 5.1.7 no domain host.test exists")]
    [InlineData("after MAIL FROM:<ann@host.test>:\n    553 5.1.0 host.test does not exist")]
    [InlineData("after end of data:\n    550 5.2.0 the From: <ann@host.test> has an invalid domain, use a real one")]
    public void What_is_said_about_the_senders_domain_declares_no_recipient_dead(string said)
    {
        var report = Only($"""
            Return-Path: <>
            From: Mail Delivery System <MAILER-DAEMON@mail.host.test>
            To: ann@host.test
            Subject: Mail delivery failed: returning message to sender

            This message was created automatically by mail delivery software.
            The following address(es) failed:

              bob@shop.test
                host mx.shop.test [192.0.2.44]
                SMTP error from remote mail server {said}

            """);

        Assert.Equal(("bob@shop.test", Permanence.Soft), (report.Recipient, report.Permanence));
        Assert.Contains(report.Reason, (Reason[])[Reason.SenderDomainNotFound, Reason.SenderRefused]);
    }

    [Fact]
    public void A_session_report_is_judged_by_the_reply_that_refused()
    {
        var report = Only("""
            From: MAILER-DAEMON@mail.host.test
            To: postmaster@host.test
            Subject: Postfix SMTP server: errors from client.test[192.0.2.9]

            Transcript of session follows.

             Out: 220 mail.host.test ESMTP
             In:  MAIL FROM:<carl@client.test>
             Out: 250 2.1.0 Ok
             In:  RCPT TO:<bob@host.test>
             Out: 250 2.1.5 Ok
             In:  DATA
             Out: 354 End data with <CR><LF>.<CR><LF>
             Out: 451 4.3.0 Error: queue file write error
             In:  QUIT
             Out: 221 2.0.0 Bye

            For other details, see the local mail logfile
            """);

        Assert.Equal((Reason.SystemFull, 451), (report.Reason, report.ReplyCode));
    }

    [Theory]
    [InlineData("Expected response code \"250\" but got code \"550\", with message \"550 5.1.1 User unknown\"", 550)]
    [InlineData("5.3.0 - Other mail system problem 550-'Unknown user bob@shop.test'", 550)]
    [InlineData("Server response: 454 4.7.1 <bob@shop.test>: Relay access denied, Port: 465, Secure (SSL): Yes", 454)]
    [InlineData("connect ECONNREFUSED 192.0.2.1:587", 0)]
    public void The_code_is_that_of_the_reply_that_failed(string text, int code)
    {
        var report = explainer.ReadLine(text);

        Assert.Equal(code, report.ReplyCode ?? 0);
        Assert.NotEqual(Retry.Automatic, report.Retry);
    }

    [Fact]
    public void The_refused_client_is_not_the_host_that_spoke() =>
        Assert.Null(explainer.ReadLine("554 5.7.1 Service unavailable; Client host 192.0.2.7 blocked using zen.spamhaus.org").RemoteHost);

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public void Where_several_causes_share_a_text_all_are_reported_and_how_to_distinguish_them(string name)
    {
        var language = Languages.All.Single(known => known.Code() == name);
        var report = explainer.ReadLine("550 5.3.2 Service currently unavailable");

        Assert.Equal([Reason.RateLimited, Reason.RdnsMissing], report.Alternatives);
        Assert.All(report.Alternatives, reason => Assert.False(string.IsNullOrEmpty(report.TellOf(reason, language))));
        Assert.True(explainer.ReadLine("550 5.7.1").Alternatives.Count >= 3);
    }

    [Fact]
    public void The_link_in_the_reply_comes_before_any_general_page() =>
        Assert.Equal(
            "https://www.spamhaus.org/query/ip/192.0.2.7", explainer.ReadLine(
                "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; "
                + "https://www.spamhaus.org/query/ip/192.0.2.7").HelpUrl);

    [Theory]
    [InlineData("hello world")]
    [InlineData(
        "This program comes with a License. You may copy it under the terms of that License only. Archives and macros are part of the "
        + "program.")]
    public void A_text_of_another_kind_gets_no_answer(string text)
    {
        var document = explainer.Read(text);

        Assert.Equal((DocumentKind.Unknown, 0), (document.Kind, document.Reports.Count));
    }

    private Report Only(string message) => Assert.Single(explainer.Read(message.ReplaceLineEndings("\n")).Reports);

    [Theory]
    [InlineData("connect to example.com[192.0.2.1]: Connection timed out", "host-unreachable")]
    [InlineData("temporary failure", "local-delivery-failed")]
    [InlineData("451 4.3.0 Temporary failure", "system-error")]
    [InlineData("550 Sorry, you are sending from an address that has been blacklisted", "sender-refused")]
    [InlineData("503 5.5.1 Error: authentication not enabled", "protocol-error")]
    [InlineData("host mx.example.net[192.0.2.1] said: 550 5.7.1 Access denied (in reply to MAIL FROM command)", "sender-refused")]
    [InlineData("host mx.example.net[192.0.2.1] said: 550 5.7.1 Access denied (in reply to RCPT TO command)", "access-denied")]
    public void Who_speaks_and_at_which_stage_decides_what_the_same_words_mean(string said, string reason) =>
        Assert.Equal(reason, explainer.ReadLine(said, out _).Reason.Word);
}
