using System.Text;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>Texts without a mail header: one event each, about the right recipient; and texts that say nothing about mail.</summary>
public sealed class PlainTextTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    public static TheoryData<string, string> PastedNotices => new()
    {
        { "en", "Delivery has failed to these recipients or groups:\n\nBob Builder (bob@contoso.example)\nThe email address you entered "
            + "couldn't be found.\n\nDiagnostic information for administrators:\nGenerating server: "
            + "AM6PR.example\nbob@contoso.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not "
            + "found by SMTP address lookup'" },
        { "ru", "Не удалось выполнить доставку следующим получателям или группам:\n\nBob Builder (bob@contoso.example)\nВведённый адрес "
            + "не найден.\n\nДиагностические сведения для администраторов:\nbob@contoso.example\nRemote Server returned '550 5.1.10 "
            + "RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
        { "de", "Fehler bei der Zustellung an folgende Empfänger oder Gruppen:\n\nBob Builder "
            + "(bob@contoso.example)\n\nDiagnoseinformationen für Administratoren:\nbob@contoso.example\nRemote Server returned '550 "
            + "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
        { "fr", "Échec de la remise pour ces destinataires ou groupes :\n\nBob Builder (bob@contoso.example)\n\nInformations de "
            + "diagnostic pour les administrateurs :\nbob@contoso.example\nRemote Server returned '550 5.1.10 "
            + "RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
        { "es", "Error de entrega a estos destinatarios o grupos:\n\nbob@contoso.example\n\nInformación de diagnóstico para "
            + "administradores:\nbob@contoso.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not "
            + "found'" },
        { "it", "Recapito non riuscito per i seguenti destinatari o gruppi:\n\nbob@contoso.example\n\nInformazioni di "
            + "diagnostica:\nbob@contoso.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
        { "pt", "Falha na entrega a estes destinatários ou grupos:\n\nbob@contoso.example\n\nInformações de diagnóstico para "
            + "administradores:\nbob@contoso.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not "
            + "found'" },
        { "pl", "Dostarczenie do następujących adresatów lub grup nie powiodło się:\n\nbob@contoso.example\n\nInformacje diagnostyczne "
            + "dla administratorów:\nbob@contoso.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient "
            + "not found'" },
        { "tr", "Bu alıcılara veya gruplara teslimat başarısız oldu:\n\nbob@contoso.example\n\nYöneticiler için tanılama "
            + "bilgileri:\nbob@contoso.example\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
        { "ja", "次の受信者またはグループへの配信に失敗しました:\n\nbob@contoso.example\n\n管理者向けの診断情報:\nbob@contoso.example\nRemote Server returned '550 5.1.10 "
            + "RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
        { "zh", "传递到以下收件人或组失败：邮件无法投递\n\nbob@contoso.example\n\n管理员诊断信息:\nbob@contoso.example\nRemote Server returned '550 5.1.10 "
            + "RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
        { "ko", "다음 받는 사람 또는 그룹에게 배달하지 못했습니다:\n\nbob@contoso.example\n\n관리자를 위한 진단 정보:\nbob@contoso.example\nRemote Server returned '550 "
            + "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'" },
    };

    [Theory]
    [MemberData(nameof(PastedNotices))]
    public void A_pasted_notice_is_one_document_about_its_recipient(string language, string text)
    {
        var report = Assert.Single(explainer.Read(text).Reports);

        Assert.Equal((language, "bob@contoso.example", 550, "5.1.10"),
            (language, report.Recipient, report.ReplyCode, report.EnhancedStatus?.ToString()));
        Assert.Equal(Reason.MailboxUnknown, report.Reason);
    }

    [Fact]
    public void A_ticket_with_greeting_and_signature_is_about_the_recipient_of_the_bounce_in_it()
    {
        var document = explainer.Read("""
            Hi support,

            what is this??

            This is the mail system at host mail.own.example.

            I'm sorry to have to inform you that your message could not
            be delivered to one or more recipients.

            <bob@shop.example>: host mx.shop.example[192.0.2.9] said: 552 5.2.2
                Mailbox is full (in reply to RCPT TO command)

            Kind regards
            Ann Miller
            Tel. +1 555 0100
            """);

        var report = Assert.Single(document.Reports);
        Assert.Equal(("bob@shop.example", "mailbox-full", 552), (report.Recipient, report.Reason.Word, report.ReplyCode));
        Assert.Equal("mx.shop.example", report.RemoteHost);
    }

    [Theory]
    [InlineData(
        "Traceback (most recent call last):\n  File \"send.py\", line 5\nsmtplib.SMTPRecipientsRefused: {'bob@example.org': (550, "
        + "b'5.1.1 <bob@example.org>: Recipient address rejected: User unknown')}", "bob@example.org", 550, "mailbox-unknown")]
    [InlineData(
        "Swift_TransportException\n\nExpected response code \"250\" but got code \"550\", with message \"550 5.7.1 Relaying "
        + "denied\"\n\nat /app/vendor/x.php:459", null, 550, "relay-denied")]
    [InlineData(
        "javax.mail.SendFailedException: Invalid Addresses;\n  nested exception is:\n\tcom.sun.mail.smtp.SMTPAddressFailedException: 552 "
        + "5.2.2 <bob@example.org> Mailbox full\n\tat com.sun.mail.smtp.SMTPTransport.rcptTo(SMTPTransport.java:1)", "bob@example.org", 552,
        "mailbox-full")]
    [InlineData(
        "System.Net.Mail.SmtpException: The SMTP server requires a secure connection or the client was not authenticated.\n\nThe server "
        + "response was: 530 5.7.0 Must issue a STARTTLS command first", null, 530, "tls-required")]
    [InlineData("2026/11/27 10:00:00 gomail: could not send email 1: 535 5.7.8 Authentication failed\n\ngoroutine 1 [running]:", null, 535,
        "auth-failed")]
    public void A_stack_trace_is_one_failure_and_nothing_tries_it_again(string text, string? recipient, int code, string reason)
    {
        var document = explainer.Read(text);

        Assert.Equal(DocumentKind.ProgramError, document.Kind);
        var report = Assert.Single(document.Reports);
        Assert.Equal((code, reason), (report.ReplyCode, report.Reason.Word));
        if (recipient is not null)
            Assert.Equal(recipient, report.Recipient);
        Assert.NotEqual(Retry.Automatic, report.Retry);
    }

    [Fact]
    public void Each_recipient_that_a_library_names_has_a_reply_of_its_own()
    {
        var reports =
            explainer.Read(
                "smtplib.SMTPRecipientsRefused: {'max@corp.example': (554, b'5.7.1 <max@corp.example>: Relay access denied'), "
                + "u'eva@corp.example': (452, b'4.2.2 Mailbox full')}").Reports;

        Assert.Equal([("max@corp.example", "relay-denied"), ("eva@corp.example", "mailbox-full")],
            reports.Select(report => (report.Recipient ?? "", report.Reason.Word)));
    }

    [Theory]
    [InlineData(
        "{\"event\":\"bounce\",\"email\":\"bob@example.org\",\"reason\":\"552 5.2.2 Mailbox "
        + "full\",\"status\":\"5.2.2\",\"type\":\"bounce\"}", "bob@example.org", "mailbox-full")]
    [InlineData(
        "[{\"event\":\"processed\",\"email\":\"ann@example.org\"},{\"event\":\"deferred\",\"email\":\"bob@example.org\",\"response\":\"450 4.2.2 Mailbox full\"}]", "bob@example.org", "mailbox-full")]
    [InlineData(
        "{\"Type\":\"Notification\",\"Message\":\"{\\\"notificationType\\\":\\\"Bounce\\\",\\\"bounce\\\":{\\\"bounceType\\\":\\\"Transient\\\",\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"bob@example.org\\\",\\\"action\\\":\\\"failed\\\",\\\"status\\\":\\\"5.2.2\\\",\\\"diagnosticCode\\\":\\\"smtp; 552 5.2.2 Mailbox full\\\"}]}}\"}", "bob@example.org", "mailbox-full")]
    [InlineData(
        "{\"event-data\":{\"event\":\"failed\",\"severity\":\"permanent\",\"recipient\":\"bob@example.org\",\"delivery-status\":{\"code\":550,\"message\":\"550 5.1.1 User unknown\"}}}", "bob@example.org", "mailbox-unknown")]
    [InlineData(
        "{\"RecordType\":\"SpamComplaint\",\"Email\":\"bob@example.org\",\"Description\":\"The subscriber explicitly marked this message "
        + "as spam.\"}", "bob@example.org", "complaint")]
    [InlineData("{\"event\":\"hard_bounce\",\"email\":\"bob@example.org\",\"reason\":\"550 5.1.1 User unknown\"}", "bob@example.org",
        "mailbox-unknown")]
    public void An_event_of_a_sending_service_names_its_recipient_and_cause(string json, string recipient, string reason)
    {
        var document = explainer.Read(json);

        Assert.Equal(DocumentKind.Event, document.Kind);
        var report = Assert.Single(document.Reports);
        Assert.Equal((recipient, reason), (report.Recipient, report.Reason.Word));
    }

    [Fact]
    public void Of_several_recipients_of_one_event_each_has_what_was_said_about_it()
    {
        var reports = explainer.Read("""
            {"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[
              {"emailAddress":"bob@example.org","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 User unknown"},
              {"emailAddress":"eva@example.org","status":"5.2.2","diagnosticCode":"smtp; 552 5.2.2 Mailbox full"}]},
             "mail":{"destination":["bob@example.org","eva@example.org","ok@example.org"]}}
            """).Reports;

        Assert.Equal([("bob@example.org", "mailbox-unknown"), ("eva@example.org", "mailbox-full")],
            reports.Select(report => (report.Recipient ?? "", report.Reason.Word)));
    }

    [Fact]
    public void Texts_that_no_mail_system_wrote_are_of_unknown_kind_and_claim_nothing()
    {
        string folder = Path.Combine(Repository.Root, "tests", "Gatepost.Tests", "Explain", "Ordinary");
        string[] texts = [.. File.ReadLines(Path.Combine(folder, "no-mail.txt")).Where(line => line.Length > 0 && line[0] != '#')];

        Assert.True(texts.Length >= 200);
        Assert.All(texts, text =>
        {
            var document = explainer.Read(text.Replace("\\n", "\n", StringComparison.Ordinal));
            Assert.True(document.Kind == DocumentKind.Unknown && document.Reports.Count == 0, text);
        });
    }

    public static TheoryData<string, string, string> Spellings
    {
        get
        {
            var spellings = new TheoryData<string, string, string>();
            foreach (var (charset, text) in (ReadOnlySpan<(string, string)>)[
                ("utf-8", "Ваше сообщение не может быть доставлено: почтовый ящик переполнен."),
                    ("koi8-r", "Ваше сообщение не может быть доставлено: почтовый ящик переполнен."),
                ("windows-1251", "Ваше сообщение не может быть доставлено: почтовый ящик переполнен."),
                    ("iso-2022-jp", "メールを配信できませんでした。メールボックスがいっぱいです。"),
                ("gb18030", "您的邮件无法送达：收件人的邮箱已满。"),
                    ("iso-8859-1", "Votre message n'a pas pu être remis : la boîte de réception est pleine.")])
                foreach (string encoding in (string[])["8bit", "quoted-printable", "base64"])
                    spellings.Add(charset, encoding, text);
            return spellings;
        }
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public void The_same_notice_is_read_the_same_in_every_charset_transfer_encoding_and_line_end(
        string charset, string encoding, string text)
    {
        var answers = new List<string>();
        foreach (string end in (string[])["\n", "\r\n", "\r"])
        {
            byte[] body = CharsetOf(charset).GetBytes($"{text}{end}{end}<bob@example.org>:{end}552 5.2.2 Mailbox full{end}");
            string head =
                $"Return-Path: <>{end}From: MAILER-DAEMON@example.net{end}To: ann@example.com{end}Subject: "
                + $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("Не доставлено"))}?={end}"
                + $"MIME-Version: 1.0{end}Content-Type: text/plain; charset={charset}{end}Content-Transfer-Encoding: {encoding}{end}{end}";
            byte[] sent = encoding switch
            {
                "base64" =>
                    Encoding.ASCII.GetBytes(Convert.ToBase64String(body, Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings(end)),
                "quoted-printable" =>
                    Encoding.ASCII.GetBytes(
                        string.Concat(
                            body.Select(octet => octet is (byte)'\r' or (byte)'\n' || (octet is > 32 and < 127 && octet != '=')
                                ? ((char)octet).ToString() : $"={octet:X2}"))),
                _ => body,
            };
            var document = explainer.Read((byte[])[.. Encoding.ASCII.GetBytes(head), .. sent]);
            var report = Assert.Single(document.Reports);
            answers.Add(
                $"{document.Kind} {report.Recipient} {report.Reason.Word} {report.ReplyCode} {report.EnhancedStatus} {report.Action}");
        }

        Assert.All(answers, answer => Assert.Equal("Bounce bob@example.org mailbox-full 552 5.2.2 Failed", answer));
    }

    private static Encoding CharsetOf(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
}
