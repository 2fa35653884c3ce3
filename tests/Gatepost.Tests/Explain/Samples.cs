using System.Text;

namespace Gatepost.Tests.Explain;

/// <summary>Documents of each kind, written for these tests in the manner of the systems named.</summary>
internal static class Samples
{
    public const string Postfix = """
        Return-Path: <>
        From: MAILER-DAEMON@relay.test (Mail Delivery System)
        To: ann@relay.test
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="B1.1/relay.test"

        This is a MIME-encapsulated message.

        --B1.1/relay.test
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host relay.test.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

        For further assistance, please send mail to postmaster.

                           The mail system

        <bob@shop.test>: host mx.shop.test[192.0.2.25] said: 550 5.1.1
            <bob@shop.test>: Recipient address rejected: User unknown (in reply to
            RCPT TO command)

        <carol@shop.test>: host mx.shop.test[192.0.2.25] said: 552 5.2.2
            <carol@shop.test>: Mailbox is full (in reply to RCPT TO command)

        --B1.1/relay.test
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; relay.test
        Arrival-Date: Mon, 5 Jan 2026 10:00:00 +0000

        Final-Recipient: rfc822; bob@shop.test
        Original-Recipient: rfc822;bob@shop.test
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.shop.test
        Diagnostic-Code: smtp; 550 5.1.1 <bob@shop.test>: Recipient address rejected:
            User unknown

        Final-Recipient: rfc822; carol@shop.test
        Action: failed
        Status: 5.0.0
        Remote-MTA: dns; mx.shop.test
        Diagnostic-Code: smtp; 552 5.2.2 <carol@shop.test>: Mailbox is full

        --B1.1/relay.test
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        From: ann@relay.test
        To: bob@shop.test, carol@shop.test
        Subject: 554 5.7.1 relaying denied, user unknown

        421 4.7.0 mailbox full
        --B1.1/relay.test--
        """;

    public const string Exim = """
        Return-path: <>
        X-Failed-Recipients: bob@shop.test
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@host.test>
        To: ann@host.test
        Subject: Mail delivery failed: returning message to sender

        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          bob@shop.test
            host mx.shop.test [192.0.2.25]
            SMTP error from remote mail server after RCPT TO:<bob@shop.test>:
            550 5.1.1 No such user here

        ------ This is a copy of the message, including all the headers. ------

        Return-path: <ann@host.test>
        Received: from [192.0.2.1] by host.test
        To: bob@shop.test
        Subject: 452 over quota
        """;

    public const string Qmail = """
        Return-Path: <>
        From: MAILER-DAEMON@host.test
        To: ann@host.test
        Subject: failure notice

        Hi. This is the qmail-send program at host.test.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <bob@nowhere.test>:
        Sorry, I couldn't find any host named nowhere.test. (#5.1.2)

        <carol@shop.test>:
        192.0.2.25 does not like recipient.
        Remote host said: 550 5.1.1 No such user here
        Giving up on 192.0.2.25.

        --- Below this line is a copy of the message.

        Return-Path: <ann@host.test>
        To: bob@nowhere.test
        Subject: hi
        """;

    public const string Sendmail = """
        From: Mail Delivery Subsystem <MAILER-DAEMON@host.test>
        To: <ann@host.test>
        Subject: Returned mail: see transcript for details
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="x1/host.test"
        Auto-Submitted: auto-generated (failure)

        --x1/host.test

        The original message was received at Mon, 5 Jan 2026 10:00:00 GMT
        from localhost [127.0.0.1]

           ----- The following addresses had permanent fatal errors -----
        <bob@shop.test>
            (reason: 550-5.7.1 This mail is not wanted here,)

           ----- Transcript of session follows -----
        ... while talking to mx.shop.test.:
        >>> DATA
        <<< 550-5.7.1 This mail is not wanted here,
        <<< 550 5.7.1 it looks like spam to us.
        554 5.0.0 Service unavailable

        --x1/host.test
        Content-Type: message/delivery-status

        Reporting-MTA: dns; host.test

        Final-Recipient: RFC822; bob@shop.test
        Action: failed
        Status: 5.7.1
        Remote-MTA: DNS; mx.shop.test
        Diagnostic-Code: SMTP; 550-5.7.1 This mail is not wanted here,

        --x1/host.test
        Content-Type: text/rfc822-headers

        To: bob@shop.test
        Subject: 550 5.1.1 user unknown

        --x1/host.test--
        """;

    public const string OldSendmail = """
        From: Mail Delivery Subsystem <MAILER-DAEMON@host.test>
        To: ann@host.test
        Subject: Returned mail: Host unknown

           ----- Transcript of session follows -----
        550 nowhere.test (smtp)... 550 Host unknown
        554 <bob@nowhere.test>... 550 Host unknown (Authoritative answer from name server)
        While talking to mx.shop.test:
        >>> RCPT To:<carol@shop.test>
        <<< 550 No such user here
        550 <carol@shop.test>... User unknown

           ----- Unsent message follows -----
        From: ann@host.test
        To: bob@nowhere.test
        """;

    public const string Office365 = """
        From: <postmaster@corp.test>
        To: <ann@corp.test>
        Subject: Undeliverable: Hello
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="o1"

        --o1
        Content-Type: text/html; charset="utf-8"
        Content-Transfer-Encoding: quoted-printable

        <html><head><style>p { width: 550px }</style></head><body><p>Your message to <b>bob=
        @shop.test</b> couldn't be delivered.</p><p><i>bob</i> wasn't found at shop.test.</p=
        ><p>Remote Server returned &#39;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SM=
        TP address lookup&#39;</p></body></html>
        --o1
        Content-Type: message/delivery-status

        Reporting-MTA: dns;EXCH.corp.test

        Final-Recipient: rfc822;bob@shop.test
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

        --o1--
        """;

    public const string Exchange55 = """
        From: System Administrator <postmaster@corp.test>
        To: ann@host.test
        Subject: Undeliverable: hello
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="e5"

        --e5
        Content-Type: text/plain; charset="iso-8859-1"

        Your message

          To:      bob@corp.test
          Subject: hello
          Sent:    Mon, 5 Jan 2026 10:00:00 -0000

        did not reach the following recipient(s):

        bob@corp.test on Mon, 5 Jan 2026 10:00:02 -0000
            The recipient name is not recognized
            MSEXCH:IMS:Corp:SITE:EX 0 (000C05A6) Unknown Recipient

        --e5
        Content-Type: message/rfc822

        From: ann@host.test
        To: bob@corp.test
        Subject: 550 mailbox full

        --e5--
        """;

    public const string Gmail = """
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
        To: ann@gmail.test
        Subject: Delivery Status Notification (Delay)
        Content-Type: text/plain; charset=UTF-8
        Content-Transfer-Encoding: quoted-printable

        This is an automatically generated Delivery Status Notification

        THIS IS A WARNING MESSAGE ONLY.

        YOU DO NOT NEED TO RESEND YOUR MESSAGE.

        Delivery to the following recipient has been delayed:

             bob@shop.test

        Message will be retried for 2 more day(s)

        Technical details of temporary failure:=20
        The error that the other server returne=
        d was: 450 450 4.2.2 <bob@shop.test>... Mailbox is full (state 14).

        ----- Original message -----

        From: ann@gmail.test
        To: bob@shop.test
        """;

    public const string Courier = """
        From: postmaster@host.test
        To: ann@host.test
        Subject: NOTICE: mail delivery status.
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="=_c0"

        --=_c0
        Content-Type: text/plain; charset=us-ascii

        This is a delivery status notification from host.test,
        running the Courier mail server.

                                   UNDELIVERABLE MAIL

        Your message to the following recipients cannot be delivered:

        <bob@shop.test>:
            mx.shop.test [192.0.2.25]:
        >>> RCPT TO:<bob@shop.test>
        <<< 550 5.1.1 <bob@shop.test>... User unknown

        --=_c0
        Content-Type: message/delivery-status

        Reporting-MTA: dns; host.test

        Final-Recipient: rfc822; bob@shop.test
        Action: failed
        Status: 5.0.0
        Diagnostic-Code: smtp; 550 5.1.1 <bob@shop.test>... User unknown

        --=_c0--
        """;

    public const string Complaint = """
        From: feedback@isp.test
        To: abuse@host.test
        Subject: Abuse report
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="f1"

        --f1
        Content-Type: text/plain

        This is an abuse report.

        --f1
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: Test/1
        Version: 1
        Original-Rcpt-To: <bob@isp.test>

        --f1
        Content-Type: message/rfc822

        From: ann@host.test
        To: someone@isp.test
        Subject: offer

        --f1--
        """;

    public const string Vacation = """
        From: Bob <bob@shop.test>
        To: ann@host.test
        Subject: Out of office: hello
        Auto-Submitted: auto-replied

        I am away until Monday. Your message could not be read yet.
        """;

    public const string Challenge = """
        From: Bob <bob@shop.test>
        To: ann@host.test
        Subject: Please confirm your message
        Auto-Submitted: auto-replied
        X-TMDA-Confirm-Done: yes

        Your message to bob@shop.test was held. Please confirm that you are a person.
        """;

    public const string Letter = """
        From: Bob <bob@shop.test>
        To: ann@host.test
        Subject: Re: Undelivered Mail Returned to Sender
        In-Reply-To: <1@host.test>

        Your last mail bounced: 550 5.1.1 user unknown. Ask postmaster@shop.test, delivery failed for me too.
        """;

    public const string Receipt = """
        From: MAILER-DAEMON@relay.test (Mail Delivery System)
        To: ann@relay.test
        Subject: Successful Mail Delivery Report
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="r1"

        --r1
        Content-Type: text/plain

        <bob@shop.test>: delivery via mx.shop.test[192.0.2.25]:25: 250 2.0.0 Ok

        --r1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; relay.test

        Final-Recipient: rfc822; bob@shop.test
        Action: relayed
        Status: 2.0.0
        Diagnostic-Code: smtp; 250 2.0.0 Ok

        --r1--
        """;

    /// <summary>Every bounce above, by name.</summary>
    public static IReadOnlyDictionary<string, string> Bounces { get; } = new Dictionary<string, string>
    {
        ["postfix"] = Postfix,
        ["exim"] = Exim,
        ["qmail"] = Qmail,
        ["sendmail"] = Sendmail,
        ["old-sendmail"] = OldSendmail,
        ["office365"] = Office365,
        ["exchange55"] = Exchange55,
        ["gmail"] = Gmail,
        ["courier"] = Courier,
        ["complaint"] = Complaint,
        ["receipt"] = Receipt,
        ["vacation"] = Vacation,
    };

    public static byte[] Octets(string document, string lineEnd = "\n") => Encoding.UTF8.GetBytes(document.ReplaceLineEndings(lineEnd));
}
