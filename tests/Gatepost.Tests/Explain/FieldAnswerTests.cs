using System.Text;
using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>What people paste: lines that were once answered wrongly or vaguely, and whole documents with the frame around them.</summary>
public sealed class FieldAnswerTests
{
    private static readonly Explainer Explainer = new(ReplyDatabase.BuiltIn);

    [Theory]
    [InlineData(
        "550-5.7.27 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to "
            + "authenticate with SPF. Authentication results: SPF [example.com] with ip: [192.0.2.7] = Did not pass",
        "sender-auth-failed")]
    [InlineData(
        "550 5.7.520 Access denied, Your organization does not allow external forwarding. Please contact your "
            + "administrator for further assistance. AS(7555)",
        "policy-refused")]
    [InlineData("535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [EXAMPLE.PROD.OUTLOOK.COM]", "auth-failed")]
    [InlineData("451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35", "configuration-error")]
    [InlineData("550 5.4.300 Message expired -> 451 4.7.323 tlsa-invalid: The domain failed DANE validation", "tls-failed")]
    [InlineData(
        "421 4.7.0 [TS03] All messages from 192.0.2.7 will be permanently deferred; Retrying will NOT succeed.",
        "reputation-bad")]
    [InlineData(
        "554 5.7.1 mx.example.net 192.0.2.7 Comcast: this server is not accepting messages from your IP, found on one "
            + "or more DNSBLs",
        "client-blocked")]
    [InlineData("521 5.2.1 (IPBL100) Blocked. Your IP 192.0.2.7 is on our block list", "client-blocked")]
    [InlineData("550 header based manually Blocked Senders - https://community.mimecast.com/docs/DOC-1369#550", "recipient-refused")]
    [InlineData("550 Message was not accepted -- mailbox is full. https://help.mail.ru", "mailbox-full")]
    [InlineData("535 5.7.0 NEOBHODIM parol prilozheniya / Application password is REQUIRED", "auth-failed")]
    [InlineData("451 4.7.1 The recipient has exceeded their message rate limit. Try again later.", "rate-limited")]
    [InlineData("554 5.7.1 You have exceeded your hourly sending limit, try again later", "quota-exceeded")]
    [InlineData("550 Mail rejected: SPF check failed for domain example.com", "sender-auth-failed")]
    [InlineData(
        "554-kundenserver.de (mxeue101) Nemesis ESMTP Service not available. 554-No SMTP service 554-Bad DNS PTR "
            + "resource record. 554 For explanation visit https://postmaster.1und1.de",
        "rdns-missing")]
    [InlineData("550 5.7.1 Service refused, please try later. LPN007_510", "reputation-bad")]
    [InlineData("550 5.7.1 Command rejected", "policy-refused")]
    [InlineData("450 4.3.2 Service currently unavailable", "greylisted")]
    [InlineData("postfix/postscreen[123]: PREGREET 14 after 0.08 from [192.0.2.7]:4711: EHLO example\\r\\n", "protocol-error")]
    [InlineData("#550 5.4.1 All recipient addresses rejected : Access denied ##", "mailbox-unknown")]
    [InlineData("CNAME_lookup_failed_temporarily._(#4.4.3)/", "dns-failure")]
    [InlineData(
        "2026-11-28 10:00:00 1abcde-000001-AB == bob@example.org R=dnslookup T=remote_smtp defer (-53): retry time not "
            + "reached for any host",
        "delivery-expired")]
    [InlineData(
        "Nov 28 10:00:00 mail postfix/smtp[1]: 4ABC123: to=<bob@example.org>, relay=none, delay=30, status=deferred "
            + "(connect to mx.example.org[192.0.2.9]:25: Connection timed out)",
        "host-unreachable")]
    [InlineData(
        "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain "
            + "example.com. Mail sent from your domain has been temporarily rate limited.",
        "rate-limited")]
    [InlineData(
        "452 4.2.2 The recipient's inbox is out of storage space and inactive. Please direct the recipient to "
            + "https://support.google.com/mail/?p=OverQuotaTemp",
        "mailbox-full")]
    [InlineData(
        "550 5.7.1 Our system has detected that this message is likely suspicious due to the very low reputation of "
            + "the sending domain.",
        "reputation-bad")]
    [InlineData(
        "550 5.7.515 Access denied, sending domain EXAMPLE.COM does not meet the required authentication level. Spf= "
            + "Fail , Dkim= Fail , DMARC= Fail",
        "sender-auth-failed")]
    [InlineData("550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.", "reputation-bad")]
    [InlineData(
        "550 5.7.511 Access denied, banned sender[192.0.2.7]. To request removal from this list please forward this "
            + "message to delist@microsoft.com",
        "client-blocked")]
    [InlineData("550 5.7.501 Service unavailable. Client blocked from sending from unregistered domains.", "sender-refused")]
    [InlineData("550 5.7.1 Policy rejection on the target address", "recipient-refused")]
    [InlineData("535 5.7.8 Error: authentication failed: This user does not have access rights to this service", "auth-failed")]
    [InlineData(
        "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using Barracuda Reputation; "
            + "https://www.barracudacentral.org/reputation?pr=1&ip=192.0.2.7",
        "client-blocked")]
    [InlineData("connect to mx.example.org[2001:db8::9]:25: Network is unreachable", "host-unreachable")]
    [InlineData("Cannot start TLS: handshake failure: SSL routines:unsupported protocol", "tls-failed")]
    [InlineData(
        "lost connection with mx.example.org[192.0.2.9] while sending end of data -- message may be sent more than once",
        "host-unreachable")]
    [InlineData("553 5.1.3 <bob@example.org>: Protocol error, user unknown", "mailbox-unknown")]
    public void A_line_of_the_field_is_read_as_what_it_is_about(string line, string reason) =>
        Assert.Equal(reason, Explainer.ReadLine(line).Reason.Word);

    [Theory]
    [InlineData("qmail: Remote host said: 452 4.2.2 Mailbox full. I'm not going to try again; this message has been in the queue too long.",
        MessageOutcome.GivenUp)]
    [InlineData("421 4.7.0 [TS03] All messages from 192.0.2.7 will be permanently deferred; Retrying will NOT succeed.",
        MessageOutcome.GivenUp)]
    [InlineData(
        "== bob@example.org R=dnslookup T=remote_smtp defer (-53): retry time not reached for any host", MessageOutcome.StillTrying)]
    [InlineData("550 5.7.1 Service refused, please try later. LPN007_510", MessageOutcome.Refused)]
    [InlineData("SMTP Error: Could not connect to SMTP host. Connection refused (111)", MessageOutcome.NotSent)]
    public void A_line_of_the_field_is_over_or_not(string line, MessageOutcome outcome) =>
        Assert.Equal(outcome, Explainer.ReadLine(line).Outcome);

    /// <summary>Reason, code and recipient of one pasted document; an empty recipient is not asked for.</summary>
    [Theory]
    [InlineData("mailbox-unknown", 550, "bob@example.org",
        "Traceback (most recent call last):\n  File \"send.py\", line 9, in <module>\n    server.sendmail(a, b, text)\n"
        + "smtplib.SMTPRecipientsRefused: {'bob@example.org': (550, b'5.1.1 <bob@example.org>: User unknown')}\n")]
    [InlineData("relay-denied", 554, "",
        "Error: Can't send mail - all recipients were rejected: 554 5.7.1 <bob@example.org>: Relay access denied\n"
        + "    at SMTPConnection._formatError (/app/node_modules/nodemailer/lib/smtp-connection/index.js:809:19) {\n"
        + "  code: 'EENVELOPE', response: '554 5.7.1 <bob@example.org>: Relay access denied', responseCode: 554 }\n")]
    [InlineData("auth-failed", 535, "",
        "Expected response code \"235\" but got code \"535\", with message \"535 5.7.8 Error: authentication failed\" "
        + "in vendor/symfony/mailer/Transport/Smtp/SmtpTransport.php:359")]
    [InlineData("mailbox-unknown", 550, "",
        "Expected response code \"250\" but got code \"550\", with message \"550 5.1.1 no such user here\". (Swift_TransportException)")]
    [InlineData("host-unreachable", null, "",
        "SMTP -> ERROR: Failed to connect to server: Connection refused (111)\nSMTP connect() failed. Mailer Error\n")]
    [InlineData("mailbox-unknown", 550, "",
        "com.sun.mail.smtp.SMTPAddressFailedException: 550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown\n"
        + "\tat com.sun.mail.smtp.SMTPTransport.rcptTo(SMTPTransport.java:1804)\n")]
    [InlineData("auth-required", null, "",
        "System.Net.Mail.SmtpException: The SMTP server requires a secure connection or the client was not authenticated. "
        + "The server response was: 5.7.0 Authentication Required.\n   at System.Net.Mail.MailCommand.CheckResponse()\n")]
    [InlineData("mailbox-unknown", 550, "bob@example.org",
        "Delivery has failed to these recipients or groups:\n\nbob@example.org (bob@example.org)\nThe email address you entered couldn't "
        + "be found. Please check the address.\n\nDiagnostic information for administrators:\n\nGenerating server: "
        + "mx1.example.net\n\nbob@example.org\nRemote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'\n")]
    [InlineData("relay-denied", null, "",
        "Cannot Send Mail\nA copy has been placed in your Outbox. The recipient \"bob@example.org\" was rejected by the server because it "
        + "does not allow relaying.\n")]
    [InlineData("mailbox-full", 552, "bob@example.org",
        "Hello support,\n\nI got this today, what does it mean?\n\n> This is the mail system at host mx.example.net.\n>\n> I'm sorry to "
        + "have to inform you that your message could not\n> be delivered to one or more recipients.\n>\n> <bob@example.org>: host "
        + "mx.example.org[192.0.2.9] said: 552 5.2.2 Mailbox\n>     full (in reply to RCPT TO command)\n\nThanks, Ann\n")]
    [InlineData("client-blocked", 554, "",
        "An error occurred while sending mail. The mail server responded: 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked "
        + "using zen.spamhaus.org. Please check the message recipient and try again.")]
    [InlineData("mailbox-unknown", 550, "",
        "The message could not be sent because one of the recipients was rejected by the server. The rejected e-mail address was "
        + "'bob@example.org'. Server Response: '550 5.1.1 User unknown', Port: 587, Secure(SSL): Yes, Server Error: 550, "
        + "Error Number: 0x800CCC79")]
    [InlineData("mailbox-full", null, "bob@example.org",
        "{\"eventType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Transient\",\"bounceSubType\":\"MailboxFull\",\"bouncedRecipients\":"
        + "[{\"emailAddress\":\"bob@example.org\",\"action\":\"failed\",\"status\":\"5.2.2\",\"diagnosticCode\":\"smtp; 552 5.2.2 "
            + "full\"}]}}")]
    public void A_pasted_document_is_one_document(string reason, int? code, string recipient, string pasted)
    {
        var read = Explainer.Read(Encoding.UTF8.GetBytes(pasted));
        var report = Assert.Single(read.Enclosed.Count > 0 ? read.Enclosed : read.Reports);

        Assert.Equal(reason, report.Reason.Word);
        if (code is not null)
            Assert.Equal(code, report.ReplyCode);
        if (recipient.Length > 0)
            Assert.Equal(recipient, report.Recipient);
    }
}
