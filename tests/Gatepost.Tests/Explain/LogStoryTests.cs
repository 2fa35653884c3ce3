using Gatepost.Commands.Answers;
using Gatepost.Explain;
using Gatepost.Explain.Observations;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Explain;

/// <summary>
/// Logs as stories: lines of one message joined, wrapped logs unwrapped, the programs around the server known; and the summary of any
/// number of them.
/// </summary>
public sealed class LogStoryTests
{
    private readonly Explainer explainer = new(ReplyDatabase.BuiltIn);

    [Fact]
    public void Lines_of_one_queue_id_are_one_story_whose_end_counts()
    {
        var reports = explainer.Read("""
            Nov 27 10:00:00 mx postfix/smtp[1]: 4AbCdE: host mx.far.example[192.0.2.9] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command)
            Nov 27 10:00:01 mx postfix/smtp[1]: 4AbCdE: to=<bob@far.example>, relay=mx.far.example[192.0.2.9]:25, delay=1, dsn=4.2.2, status=deferred (host mx.far.example[192.0.2.9] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command))
            Nov 27 11:00:01 mx postfix/smtp[1]: 4AbCdE: to=<bob@far.example>, relay=mx.far.example[192.0.2.9]:25, delay=3601, dsn=5.2.2, status=bounced (host mx.far.example[192.0.2.9] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command))
            Nov 27 11:00:02 mx postfix/smtp[1]: 5FgHiJ: to=<eva@far.example>, relay=none, delay=1, dsn=5.1.1, status=bounced (host mx.far.example[192.0.2.9] said: 550 5.1.1 User unknown)
            """).Reports;

        Assert.Equal([("bob@far.example", DeliveryAction.Failed, 552), ("eva@far.example", DeliveryAction.Failed, 550)],
            reports.Select(report => (report.Recipient ?? "", report.Action, report.ReplyCode ?? 0)));
        Assert.Equal(("Nov 27 10:00:01", "Nov 27 11:00:01"), (reports[0].FirstTime, reports[0].Time));
    }

    [Fact]
    public void A_message_whose_time_ran_out_is_given_up_for_everybody_it_still_waited_for()
    {
        var reports = explainer.Read("""
            Nov 27 10:00:01 mx postfix/smtp[1]: 4AbCdE: to=<bob@far.example>, relay=none, delay=9, dsn=4.4.1, status=deferred (connect to mx.far.example[192.0.2.9]:25: Connection refused)
            Nov 27 10:00:02 mx postfix/smtp[1]: 4AbCdE: to=<eva@near.example>, relay=mx.near.example[192.0.2.8]:25, delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok)
            Nov 30 10:00:01 mx postfix/qmgr[2]: 4AbCdE: from=<ann@example.com>, status=expired, returned to sender
            """).Reports;

        Assert.Equal([("bob@far.example", DeliveryAction.Failed, MessageOutcome.GivenUp)],
            reports.Where(report => report.Reason != Reason.Delivered)
                .Select(report => (report.Recipient ?? "", report.Action, report.Outcome)));
        Assert.Equal(("Nov 27 10:00:01", "Nov 30 10:00:01"), (reports[0].FirstTime, reports[0].Time));
    }

    [Fact]
    public void A_wrong_name_at_log_in_is_no_dead_address()
    {
        var report = Assert.Single(explainer.Read("Nov 27 10:00:02 mx dovecot: auth: passwd-file(bob,192.0.2.9): unknown user").Reports);

        Assert.Equal("auth-failed", report.Reason.Word);
    }

    [Theory]
    [InlineData(
        "{\"log\":\"Mar 30 22:10:02 a1 postfix/smtp[13]: AB12: to=\\u003ck@far.example\\u003e, relay=mx.far.example[203.0.113.9]:25, "
        + "delay=1, dsn=5.2.2, status=bounced (host mx.far.example[203.0.113.9] said: 552 5.2.2 \\\"Over quota\\\" (in reply to RCPT TO "
        + "command))\\n\",\"stream\":\"stdout\"}")]
    [InlineData(
        "{\"__REALTIME_TIMESTAMP\":\"1\",\"SYSLOG_IDENTIFIER\":\"postfix/smtp\",\"MESSAGE\":\"AB12CD: to=<k@far.example>, "
        + "relay=mx.far.example[203.0.113.9]:25, dsn=5.2.2, status=bounced (host mx.far.example[203.0.113.9] said: 552 5.2.2 Over "
        + "quota)\"}")]
    public void A_log_inside_JSON_is_read_as_the_log_it_is(string line)
    {
        var document = explainer.Read(line);

        var report = Assert.Single(document.Reports);
        Assert.Equal((DocumentKind.MailLog, "k@far.example", 552, "mailbox-full"),
            (document.Kind, report.Recipient, report.ReplyCode, report.Reason.Word));
    }

    [Theory]
    [InlineData(
        "2026-11-26 10:11:12 1AbCdE-000001-2x H=host.example.net [192.0.2.9] F=<carl@example.net> rejected by local_scan(): Rejected: "
        + "hits=9.1 required=5.0 trigger=5.0", "spam-detected")]
    [InlineData("2026-03-01 10:00:01 1mqjmk-00004h-Q9 Frozen (delivery error message)", "delivery-expired")]
    [InlineData("[26/Nov/2026 10:11:12] Failed SMTP login from 192.0.2.9 with SASL method LOGIN.", "auth-failed")]
    [InlineData("Nov 26 10:11:12 mx postfix/postscreen[812]: NOQUEUE: reject: CONNECT from [192.0.2.9]:50122: all screening ports busy",
        "rate-limited")]
    [InlineData(
        "Nov 26 10:11:12 mx postfix/postscreen[812]: PREGREET 14 after 0.05 from [192.0.2.9]:50122: EHLO x\\r\\n", "protocol-error")]
    [InlineData(
        "Nov 26 10:11:12 mx postfix/postscreen[812]: NOQUEUE: reject: RCPT from [192.0.2.9]:50122: 450 4.3.2 Service currently "
        + "unavailable; from=<a@far.example>, to=<bob@own.example>, proto=ESMTP, helo=<x>", "greylisted")]
    [InlineData(
        "Nov 26 10:11:12 mx dovecot: imap-login: Aborted login (auth failed, 3 attempts in 12 secs): user=<bob>, method=PLAIN, "
        + "rip=192.0.2.9", "auth-failed")]
    [InlineData("Nov 26 10:11:12 mx opendkim[9]: 4AB: s=mail d=example.com SSL error:04091068 bad signature data", "sender-auth-failed")]
    public void Programs_around_the_server_are_known(string line, string reason)
    {
        var document = explainer.Read(line);

        Assert.Equal(DocumentKind.MailLog, document.Kind);
        Assert.Equal(reason, Assert.Single(document.Reports).Reason.Word);
    }

    [Fact]
    public void A_summary_counts_causes_by_destination_with_first_and_last_time_and_keeps_few_in_memory()
    {
        var groups = new SummaryGroups();
        for (int i = 0; i < 5000; i++)
            groups.Add(
                explainer.ReadLine(
                    $"2026-11-27T10:{i / 100 % 60:00}:00 mx postfix/smtp[1]: 4AbCdE{i}: to=<u{i}@d{i % 3}.example>, relay=none, "
                    + $"dsn=5.2.2, status=bounced (host mx.d.example[192.0.2.1] said: 552 5.2.2 Mailbox full)"));
        for (int i = 0; i < 3000; i++)
            groups.Add(
                explainer.ReadLine(
                    $"Nov 27 10:00:00 mx postfix/smtp[1]: 5AbCdE{i}: to=<u@many{i}.example>, relay=none, dsn=5.1.1, status=bounced (host "
                    + $"mx.d.example[192.0.2.1] said: 550 5.1.1 User unknown)"));

        Assert.Equal(8000, groups.Reports);
        Assert.True(groups.Ordered.Count <= 2002);
        var largest = groups.Ordered.Where(group => group.Example.Reason == Reason.MailboxFull).ToList();
        Assert.Equal([1667, 1667, 1666], largest.Select(group => group.Count));
        Assert.Equal(("2026-11-27T10:00:00", "2026-11-27T10:49:00"), (largest[0].First, largest[0].Last));
        Assert.Equal(8000, groups.Ordered.Sum(group => group.Count));
    }

    [Theory]
    [InlineData("en", "300  mailbox-full  d1.example", "The recipient: ")]
    [InlineData("ru", "300  mailbox-full  d1.example", "Получатель: ")]
    public void At_a_terminal_more_than_twenty_reports_are_summarised(string language, string group, string step)
    {
        string log =
            string.Concat(
                Enumerable.Range(0, 600)
                .Select(
                    i =>
                        $"Nov 27 10:00:00 mx postfix/smtp[1]: 4AbCdE{i}: to=<u{i}@d{i % 2}.example>, relay=none, dsn=5.2.2, "
                        + $"status=bounced (host mx.d.example[192.0.2.1] said: 552 5.2.2 Mailbox full)\n"));
        using var output = new StringWriter();
        var texts = new AnswerTexts(ReplyDatabase.BuiltIn.TextsIn(language == "ru" ? Language.Russian : Language.English));
        var writer = new ShortOrSummary(new BriefAnswers(output, texts), new SummaryAnswers(output, texts));
        writer.Begin();
        writer.Write(explainer.Read(log));
        writer.End();

        Assert.Contains(group, output.ToString());
        Assert.Contains(step, output.ToString());
        Assert.True(output.ToString().Split('\n').Length < 30);
    }

    [Fact]
    public void A_long_log_is_summarised_block_by_block()
    {
        var lines = Enumerable.Range(0, 12_000)
            .Select(
                i =>
                    $"Nov 27 10:00:00 mx postfix/smtp[1]: 4AbCdE{i}: to=<u{i}@far.example>, relay=none, dsn=5.2.2, status=bounced (host "
                    + $"mx.d.example[192.0.2.1] said: 552 5.2.2 Mailbox full)");
        var groups = new SummaryGroups();
        foreach (var block in new LogBlocks(explainer).Read(lines, "mail.log"))
            groups.Add(block);

        Assert.Equal((12_000, 1), (groups.Reports, groups.Ordered.Count));
    }
    [Fact]
    public void A_message_that_is_tried_in_several_blocks_counts_once_and_not_at_all_once_it_is_delivered()
    {
        var lines = Enumerable.Range(0, 12_000).Select(i =>
            $"2026-11-27T{i / 500:00}:00:00 mx postfix/smtp[1]: 4AbCdE{i % 1000}: to=<u{i % 1000}@far.example>, "
                + $"relay=mx.far.example[192.0.2.1]:25, "
                + "dsn=4.2.2, status=deferred (host mx.far.example[192.0.2.1] said: 452 4.2.2 Mailbox full)")
            .Append("2026-11-28T00:00:00 mx postfix/smtp[1]: 4AbCdE7: to=<u7@far.example>, relay=mx.far.example[192.0.2.1]:25, dsn=2.0.0, "
                + "status=sent (250 2.0.0 Ok)");
        var groups = new SummaryGroups();
        foreach (var block in new LogBlocks(explainer).Read(lines, "mail.log"))
            groups.Add(block);

        var group = Assert.Single(groups.Ordered);
        Assert.Equal((999, 999, "2026-11-27T00:00:00", "2026-11-27T23:00:00"), (groups.Reports, group.Count, group.First, group.Last));
    }

    [Fact]
    public void Refusals_before_there_is_a_message_are_counted_one_by_one()
    {
        string log = string.Concat(Enumerable.Range(0, 30).Select(i =>
            $"Nov 27 10:00:{i:00} mx postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[203.0.113.5]: 554 5.7.1 <v{i}@far.example>: "
                + $"Relay "
                + $"access denied; from=<x@other.example> to=<v{i}@far.example> proto=ESMTP helo=<pc>\n"));

        Assert.Equal(30, explainer.Read(log).Reports.Count);
    }

    [Fact]
    public void Failed_log_ins_of_a_long_log_are_counted_one_by_one()
    {
        var lines = Enumerable.Range(0, 300).Select(i =>
            $"Nov 27 10:00:00 mx dovecot: imap-login: Aborted login (auth failed, 3 attempts in 12 secs): user=<bob{i}>, rip=192.0.2.9");
        var groups = new SummaryGroups();
        foreach (var block in new LogBlocks(explainer).Read(lines, "mail.log"))
            groups.Add(block);

        Assert.Equal((300, "auth-failed"), (groups.Reports, Assert.Single(groups.Ordered).Example.Reason.Word));
    }

    [Fact]
    public void A_log_from_standard_input_is_summarised_as_it_comes_and_other_input_is_read_whole()
    {
        string log = string.Concat(Enumerable.Range(0, 20_000).Select(i =>
            $"Nov 27 10:00:00 mx postfix/smtp[1]: 4AbCdE{i}: to=<u{i}@far.example>, relay=none, dsn=5.2.2, status=bounced (host mx said: "
                + $"552 "
                + "5.2.2 Mailbox full)\n"));
        var groups = new SummaryGroups();
        foreach (var block in Source(log).Read([]))
            groups.Add(block);

        Assert.Equal(20_000, groups.Reports);
        Assert.Equal("mailbox-full", Assert.Single(Assert.Single(Source("552 5.2.2 Mailbox full\n").Read(["-"])).Reports).Reason.Word);
        Assert.Equal(2, Source(Samples.Postfix).Read(["-"]).Single().Reports.Count);

        DocumentSource Source(string text) =>
            new(explainer, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))) { LogsInBlocks = true };
    }
}
