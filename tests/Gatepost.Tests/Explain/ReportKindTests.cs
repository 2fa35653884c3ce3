using System.IO.Compression;
using System.Text;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// Documents that report no failure are named as what they are, each with what to do: complaints, receipts, challenges, summaries.
/// </summary>
public sealed class ReportKindTests
{
    private const string Aggregate = """
        <?xml version="1.0"?>
        <feedback><report_metadata><org_name>big.example</org_name><date_range><begin>1795564800</begin><end>1795651199</end></date_range></report_metadata>
        <policy_published><domain>example.com</domain><p>quarantine</p></policy_published>
        <record><row><source_ip>192.0.2.1</source_ip><count>120</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>
          <identifiers><header_from>example.com</header_from></identifiers><auth_results><dkim><domain>example.com</domain><result>pass</result></dkim></auth_results></record>
        <record><row><source_ip>198.51.100.7</source_ip><count>14</count><policy_evaluated><disposition>quarantine</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
          <identifiers><header_from>example.com</header_from></identifiers><auth_results><spf><domain>mailer.example</domain><result>pass</result></spf></auth_results></record>
        <record><row><source_ip>203.0.113.5</source_ip><count>3</count><policy_evaluated><disposition>quarantine</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
          <identifiers><header_from>example.com</header_from></identifiers><auth_results><spf><domain>example.com</domain><result>fail</result></spf></auth_results></record>
        </feedback>
        """;

    private const string Tls = """
        {"organization-name":"Big","date-range":{"start-datetime":"2026-11-26T00:00:00Z","end-datetime":"2026-11-26T23:59:59Z"},"report-id":"1",
         "policies":[{"policy":{"policy-type":"sts","policy-domain":"example.com"},"summary":{"total-successful-session-count":512,"total-failure-session-count":9},
         "failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.9","receiving-mx-hostname":"mx.example.com","failed-session-count":7}]}]}
        """;

    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Theory]
    [InlineData("plain")]
    [InlineData("gz")]
    [InlineData("zip")]
    [InlineData("mail")]
    public void An_aggregate_report_is_summarised_however_it_comes(string form)
    {
        var report =
            explainer.Read(
                form switch
                {
                    "gz" => Gzip(Aggregate),
                    "zip" => Zip(Aggregate),
                    "mail" => Mail(Zip(Aggregate)),
                    _ =>
                    Encoding.UTF8.GetBytes(Aggregate)
                });

        Assert.Equal(DocumentKind.DmarcReport, report.Kind);
        Assert.Empty(report.Reports);
        var digest = report.Digest!;
        Assert.Equal(("big.example", "example.com", "quarantine", 137L, 17L),
            (digest.Reporter, digest.Domain, digest.Policy, digest.Total, digest.Failed));
        Assert.Equal(
            [("198.51.100.7", "dmarc-unaligned", Actors.SenderAdmin), ("203.0.113.5", "dmarc-unauthenticated", Actors.SenderAdmin),
                ("192.0.2.1", "dmarc-pass", Actors.Nobody)],
            digest.Rows.Select(row => (row.Who, row.Problem, row.Actors)));
        Assert.All(Languages.All, language => Assert.NotEmpty(report.Note!.Steps(language)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_TLS_report_says_what_failed_at_which_host_and_counts_what_it_does_not_detail(bool packed)
    {
        var report = explainer.Read(packed ? Gzip(Tls) : Encoding.UTF8.GetBytes(Tls));

        Assert.Equal(DocumentKind.TlsReport, report.Kind);
        Assert.Equal(
            [("mx.example.com", 7L, "tls-certificate-expired"), ("example.com", 2L, "tls-validation-failure"),
                ("example.com", 512L, "tls-pass")],
            report.Digest!.Rows.Select(row => (row.Who, row.Count, row.Problem)));
        Assert.All(report.Digest.Rows, row => Assert.DoesNotContain(row.Problem, report.Note!.Meaning(row, Language.Russian)));
    }

    [Fact]
    public void A_bomb_is_not_unpacked_and_a_document_type_is_not_read()
    {
        byte[] bomb = Gzip("<feedback>" + new string(' ', 40 * 1024 * 1024) + "</feedback>");
        const string entities =
            "<?xml version=\"1.0\"?><!DOCTYPE feedback [<!ENTITY x SYSTEM "
            + "\"file:///etc/passwd\">]><feedback><report_metadata><org_name>&x;</org_name></report_metadata></feedback>";

        Assert.True(bomb.Length < 100_000);
        Assert.Null(explainer.Read(bomb).Digest);
        Assert.Null(explainer.Read(Encoding.UTF8.GetBytes(entities)).Digest);
        Assert.Null(explainer.Read(Encoding.UTF8.GetBytes("{\"organization-name\":\"x\",\"policies\":" + new string('[', 100_000))).Digest);
        Assert.Null(explainer.Read(Gzip(Aggregate)[..60]).Digest);
    }

    [Theory]
    [InlineData("abuse", "complaint", "at once")]
    [InlineData("not-spam", "complaint-not-spam", "Do not remove the address")]
    [InlineData("auth-failure", "complaint-auth-failure", "Source-IP")]
    [InlineData("fraud", "complaint-fraud", "password")]
    public void A_complaint_is_reported_by_its_type_for_each_recipient(string type, string entry, string advice)
    {
        var report = explainer.Read($"""
            From: fbl@loop.example
            To: abuse@example.com
            Subject: FW: Offer
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=feedback-report; boundary="ff"

            --ff
            Content-Type: text/plain

            A report about a message.
            --ff
            Content-Type: message/feedback-report

            Feedback-Type: {type}
            Original-Rcpt-To: <bob@example.org>
            Original-Rcpt-To: <carol@example.net>
            Source-IP: 192.0.2.25

            --ff--
            """);

        Assert.Equal(DocumentKind.Complaint, report.Kind);
        Assert.Equal(["bob@example.org", "carol@example.net"], report.Reports.Select(one => one.Recipient));
        Assert.All(report.Reports, one => Assert.Equal((Reason.Complaint, entry), (one.Reason, one.Entry.Id)));
        Assert.Contains(report.Reports[0].Steps(Language.English), step => step.What.Contains(advice, StringComparison.Ordinal));
        Assert.Equal($"Feedback-Type: {type}", report.Reports[0].Evidence[0].Text);
    }

    [Fact]
    public void Abuse_of_the_network_is_reported_to_its_operator()
    {
        var report = explainer.Read("""
            From: abuse@reporter.example
            To: abuse@example.com
            Subject: Abuse from 192.0.2.1
            X-XARF: PLAIN
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="x"

            --x
            Content-Type: text/plain

            Log-in attempts came from your network.
            --x
            Content-Type: text/plain; name="report.txt"

            Report-Type: login-attack
            Source: 192.0.2.1
            --x--
            """);

        var only = Assert.Single(report.Reports);
        Assert.Equal((DocumentKind.Complaint, "complaint-network", Actors.SenderAdmin), (report.Kind, only.Entry.Id, only.Actors));
    }

    [Theory]
    [InlineData("manual-action/MDN-sent-manually; displayed", "receipt-displayed")]
    [InlineData("automatic-action/MDN-sent-automatically; deleted", "receipt-deleted")]
    [InlineData("automatic-action/MDN-sent-automatically; processed/error", "receipt-failed")]
    [InlineData("manual-action/MDN-sent-manually; denied", "receipt-denied")]
    public void A_receipt_says_what_became_of_the_message(string disposition, string word)
    {
        var report = explainer.Read($"""
            From: bob@example.net
            To: ann@example.com
            Subject: Read: Offer
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=disposition-notification; boundary="mm"

            --mm
            Content-Type: text/plain

            The message has been displayed.
            --mm
            Content-Type: message/disposition-notification

            Final-Recipient: rfc822;bob@example.net
            Disposition: {disposition}

            --mm--
            """);

        Assert.Equal((DocumentKind.Receipt, 0, word), (report.Kind, report.Reports.Count, report.Note!.Word));
        Assert.All(Languages.All, language => Assert.NotEmpty(report.Note.Meaning(language)));
    }

    [Theory]
    [InlineData("staff-bounces@lists.example", "Your message to staff awaits moderator approval",
        "Your mail to 'staff' is being held until the list moderator can review it.", DocumentKind.Moderation)]
    [InlineData("staff-owner@lists.example", "Ваше сообщение в список staff", "Ваше сообщение ожидает одобрения модератора.",
        DocumentKind.Moderation)]
    [InlineData("bob@example.net", "Your message to bob", "I do not know you. Please prove that you are human: https://filter.example/x",
        DocumentKind.Challenge)]
    [InlineData("bob@example.ru", "Ваше письмо", "Подтвердите отправку: https://filter.example/x", DocumentKind.Challenge)]
    public void What_waits_for_a_person_is_distinguished_from_what_was_refused(string from, string subject, string text, DocumentKind kind)
    {
        var report =
            explainer.Read(
                $"Return-Path: <>\nFrom: {from}\nTo: ann@example.com\nSubject: {subject}\nAuto-Submitted: auto-replied\nMIME-Version: "
                + $"1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n");

        Assert.Equal((kind, 0), (report.Kind, report.Reports.Count));
        Assert.All(Languages.All, language => Assert.NotEmpty(report.Note!.Steps(language)));
    }

    [Fact]
    public void A_bounce_that_a_person_attaches_is_explained_but_is_no_failure_of_that_message()
    {
        string bounce = Samples.Postfix.ReplaceLineEndings("\n");
        string mail =
            $"Return-Path: <carol@example.org>\nFrom: carol@example.org\nTo: support@example.com\nSubject: please look\nMIME-Version: "
            + $"1.0\nContent-Type: multipart/mixed; boundary=\"zz\"\n\n--zz\nContent-Type: text/plain\n\nSee "
            + $"attachment.\n--zz\nContent-Type: message/rfc822\n\n{bounce}\n--zz--\n";

        var report = explainer.Read(mail);

        Assert.Equal((DocumentKind.OrdinaryMail, 0), (report.Kind, report.Reports.Count));
        Assert.Equal(["bob@shop.test", "carol@shop.test"], report.Enclosed.Select(one => one.Recipient));
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static byte[] Zip(string text)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("report.xml").Open())
            entry.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static byte[] Mail(byte[] attachment) => Encoding.ASCII.GetBytes(
        "From: noreply@big.example\nTo: dmarc@example.com\nSubject: Report domain: example.com\nMIME-Version: 1.0\nContent-Type: "
            + "application/zip; name=\"r.zip\"\nContent-Transfer-Encoding: base64\n\n"
        + Convert.ToBase64String(attachment, Base64FormattingOptions.InsertLineBreaks) + "\n");
}
