using System.Text;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Xunit;

namespace Gatepost.Tests.Explain;

public sealed class BounceReadingTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Fact]
    public void A_report_of_Postfix_names_each_recipient_with_its_own_codes_cause_and_host()
    {
        var document = explainer.Read(Samples.Postfix);

        Assert.Equal(DocumentKind.Bounce, document.Kind);
        Assert.Equal(["bob@shop.test 550 5.1.1 mailbox-unknown", "carol@shop.test 552 5.2.2 mailbox-full"], document.Reports.Select(Short));
        Assert.All(document.Reports, report => Assert.Equal("mx.shop.test", report.RemoteHost));
        Assert.All(document.Reports, report => Assert.Equal(DeliveryAction.Failed, report.Action));
    }

    [Theory]
    [InlineData("exim", "bob@shop.test 550 5.1.1 mailbox-unknown")]
    [InlineData("qmail", "bob@nowhere.test - 5.1.2 domain-not-found|carol@shop.test 550 5.1.1 mailbox-unknown")]
    [InlineData("sendmail", "bob@shop.test 550 5.7.1 spam-detected")]
    [InlineData("old-sendmail", "bob@nowhere.test 550 - domain-not-found|carol@shop.test 550 - mailbox-unknown")]
    [InlineData("office365", "bob@shop.test 550 5.1.10 mailbox-unknown")]
    [InlineData("exchange55", "bob@corp.test - - mailbox-unknown")]
    [InlineData("gmail", "bob@shop.test 450 4.2.2 mailbox-full")]
    [InlineData("courier", "bob@shop.test 550 5.1.1 mailbox-unknown")]
    [InlineData("complaint", "bob@isp.test - - complaint")]
    [InlineData("receipt", "bob@shop.test 250 2.0.0 delivered")]
    public void Every_kind_yields_recipient_codes_and_cause(string sample, string expected) =>
        Assert.Equal(expected.Split('|'), explainer.Read(Samples.Bounces[sample]).Reports.Select(Short));

    [Fact]
    public void A_delay_is_no_failure_and_needs_no_resending()
    {
        var report = Assert.Single(explainer.Read(Samples.Gmail).Reports);

        Assert.Equal(DeliveryAction.Delayed, report.Action);
        Assert.Equal(Retry.Automatic, report.Retry);
    }

    [Fact]
    public void An_automatic_reply_a_challenge_and_a_letter_about_a_bounce_are_no_bounces()
    {
        var vacation = explainer.Read(Samples.Vacation);
        Assert.Equal(DocumentKind.AutoReply, vacation.Kind);
        Assert.Equal("bob@shop.test - - auto-reply", Short(Assert.Single(vacation.Reports)));

        Assert.Empty(explainer.Read(Samples.Challenge).Reports);
        Assert.Empty(explainer.Read(Samples.Letter).Reports);
        Assert.Equal(DocumentKind.OrdinaryMail, explainer.Read(Samples.Letter).Kind);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Line_ends_make_no_difference(string sample)
    {
        string[] Read(string lineEnd) =>
            [.. explainer.Read(Samples.Octets(Samples.Bounces[sample], lineEnd))
                .Reports.Select(report => Short(report) + string.Join('|', report.Evidence.Select(words => words.Text)))];

        Assert.Equal(Read("\n"), Read("\r\n"));
        Assert.Equal(Read("\n"), Read("\r"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Evidence_is_in_the_document_at_the_place_it_names(string sample)
    {
        byte[] octets = Samples.Octets(Samples.Bounces[sample], "\r\n");
        string text = Encoding.UTF8.GetString(octets);
        string decoded = text.Replace("=\r\n", "", StringComparison.Ordinal);
        foreach (var report in explainer.Read(octets).Reports)
        {
            Assert.NotEmpty(report.Evidence);
            foreach (var words in report.Evidence)
            {
                Assert.NotEqual("", words.Text);
                Assert.Contains(words.Text, decoded);
                if (text.Contains(words.Text, StringComparison.Ordinal) && sample is not ("office365" or "gmail"))
                    Assert.Equal(words.Text, Encoding.UTF8.GetString(octets, words.Offset, Encoding.UTF8.GetByteCount(words.Text)));
            }
        }
    }

    [Fact]
    public void The_returned_original_is_never_read_for_a_cause()
    {
        var report = Assert.Single(
            explainer.Read(Samples.Exim.Replace("550 5.1.1 No such user here", "something odd", StringComparison.Ordinal)).Reports);

        Assert.Null(report.ReplyCode);
        Assert.Null(report.EnhancedStatus);
        Assert.Equal("unknown", report.Reason.Word);
    }

    [Fact]
    public void A_relays_own_code_and_the_quoted_one_are_both_kept_and_the_nearer_one_counts()
    {
        var report =
            Assert.Single(
                explainer.Read(
                    Samples.Courier.Replace("550 5.1.1 <bob@shop.test>... User unknown",
                        "554 4.4.7 Message expired: gave up.<421 4.4.2 Connection timed out>", StringComparison.Ordinal)).Reports);

        Assert.Equal(421, report.ReplyCode);
        Assert.Equal("4.4.2", report.EnhancedStatus?.ToString());
        Assert.Equal("delivery-expired", report.Reason.Word);
        Assert.Contains(report.Replies, reply => reply.Text.StartsWith("554 4.4.7", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bounce_that_somebody_passed_on_is_read_inside_its_envelope()
    {
        string forwarded =
            "From: Carol <carol@host.test>\nTo: ann@host.test\nSubject: Fwd: look\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
            + "boundary=\"w\"\n\n--w\nContent-Type: text/plain\n\nSee below.\n\n--w\nContent-Type: message/rfc822\n\n"
            + Samples.Postfix.ReplaceLineEndings("\n") + "\n--w--\n";

        Assert.Equal(2, explainer.Read(forwarded).Reports.Count);
    }

    [Fact]
    public void A_notification_of_a_sending_service_is_read_though_mail_broke_its_lines()
    {
        const string notification = """
            From: notifier <no-reply@service.test>
            To: ann@host.test
            Subject: Notification
            Content-Type: text/plain

            {"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"bob@shop.test","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user
             unknown"}]},"mail":{"source":"ann@host.test"}}
            """;

        Assert.Equal("bob@shop.test 550 5.1.1 mailbox-unknown", Short(Assert.Single(explainer.Read(notification).Reports)));
    }

    public static TheoryData<string> Names => [.. Samples.Bounces.Keys];

    internal static string Short(Report report) =>
        $"{report.Recipient} {report.ReplyCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} "
        + $"{report.EnhancedStatus?.ToString() ?? "-"} {report.Reason.Word}";
}
