using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Gatepost.Delivery.Http;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Dns;
using Gatepost.Explain;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Dmarc.Reports;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Reporting;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>What is counted for reports to other domains, and when it is sent to whom.</summary>
public sealed class DailyReportTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-11-27T12:00:00Z"));
    private readonly MemoryState state = new();
    private readonly List<(SubmitRequest Request, MimeMessage Message)> mails = [];
    private readonly List<Finding> log = [];
    private ReportOptions options = new() { Dmarc = true };
    private SubmitOutcome outcome = SubmitOutcome.Kept;

    private static readonly ZoneFile Zone = ZoneFile.Parse("""
        _smtp._tls.far.example TXT "v=TLSRPTv1; rua=mailto:tls@far.example"
        _smtp._tls.silent.example SERVFAIL
        _dmarc.author.example TXT "v=DMARC1; p=reject; rua=mailto:dmarc@author.example"
        """);

    private static readonly TlsResult Good = new("far.example", new(TlsReportPolicy.None, "far.example", [], []));

    private sealed class MemoryState : IStateLog
    {
        public Dictionary<(string Kind, string Key), StateRecord> Records { get; } = [];

        public Task KeepAsync(StateRecord what)
        {
            if (what.Until <= what.At)
                Records.Remove((what.Kind, what.Key));
            else
                Records[(what.Kind, what.Key)] = what;
            return Task.CompletedTask;
        }

        public IEnumerable<StateRecord> Load(string kind, DateTimeOffset now) =>
            [.. Records.Values.Where(record => record.Kind == kind && record.Until > now)];
    }

    private (TlsReportKind Tls, DmarcReportKind Dmarc, DailyReports Daily) Start()
    {
        var tls = new TlsReportKind(state, Zone, time)
        {
            Options = () => options,
            HostName = () => "mx.demo.test",
            From = () => "postmaster@demo.test",
        };
        var dmarc = new DmarcReportKind(state, Zone, time)
        {
            Options = () => options,
            HostName = () => "mx.demo.test",
            From = () => "postmaster@demo.test",
            Version = "0.1",
        };
        var sending = new ReportSending
        {
            HostName = () => "mx.demo.test",
            From = () => "postmaster@demo.test",
            Texts = () => ReplyDatabase.BuiltIn.TextsIn(Language.English),
            Http = new GuardedHttp(Zone, _ => true),
            SubmitAsync = async (message, cancel) =>
            {
                mails.Add((message.Request, await MimeMessage.LoadAsync(message.Body.AsStream(), cancel)));
                return new Submitted(outcome, "Q1", "451 later", []);
            },
        };
        return (tls, dmarc, new DailyReports([tls, dmarc], sending, state, time, () => "mx.demo.test", log.Add));
    }

    private static DmarcReportRow Row() => new()
    {
        Source = IPAddress.Parse("192.0.2.1"),
        Disposition = "reject",
        DkimAligned = false,
        SpfAligned = false,
        HeaderFrom = "author.example",
        EnvelopeFrom = "",
    };

    private static byte[] Unpacked(MimePart part)
    {
        using var octets = new MemoryStream();
        part.Content!.DecodeTo(octets);
        octets.Position = 0;
        using var gzip = new GZipStream(octets, CompressionMode.Decompress);
        using var whole = new MemoryStream();
        gzip.CopyTo(whole);
        return whole.ToArray();
    }

    private Task<ReportAnswer> SendAsync(DailyReports daily) => daily.RunAsync(new ReportRequest(ReportVerb.Send), default);

    [Fact]
    public async Task A_day_is_sent_once_after_its_end_as_the_standard_wants_the_mail_and_outlives_a_restart()
    {
        var (tls, _, daily) = Start();
        for (int i = 0; i < 3; i++)
            tls.Note(Good);
        await daily.FlushAsync();
        Assert.Equal(3, Assert.Single((await SendAsync(daily)).Lines).Count);
        Assert.Empty(mails);

        time.Advance(TimeSpan.FromDays(1));
        (tls, _, daily) = Start();
        Assert.Empty((await SendAsync(daily)).Lines);
        var (request, message) = Assert.Single(mails);
        Assert.Equal(("postmaster@demo.test", "tls@far.example", DsnNotify.Never), (request.Sender, request.Recipients[0], request.Notify));
        Assert.StartsWith("Report Domain: far.example Submitter: mx.demo.test Report-ID: <", message.Subject);
        Assert.Equal(("far.example", "mx.demo.test", "No"), (message.Headers["TLS-Report-Domain"], message.Headers["TLS-Report-Submitter"],
            message.Headers["TLS-Required"]));
        var body = Assert.IsType<MultipartReport>(message.Body);
        Assert.Equal("tlsrpt", body.ReportType);
        var part = Assert.IsType<MimePart>(body[1]);
        Assert.Equal("application/tlsrpt+gzip", part.ContentType.MimeType);
        Assert.Matches(@"^mx\.demo\.test!far\.example!1795737600!1795823999![0-9a-f]+\.json\.gz$", part.FileName);
        var json = JsonDocument.Parse(Unpacked(part)).RootElement;
        Assert.Equal(3, json.GetProperty("policies")[0].GetProperty("summary").GetProperty("total-successful-session-count").GetInt32());
        Assert.Contains(log, line => line.Id == "report-sent");
        Assert.Empty(state.Records);
        await SendAsync(daily);
        Assert.Single(mails);
    }

    [Fact]
    public async Task A_DMARC_report_goes_with_the_file_name_of_the_standard_and_is_read_back()
    {
        var (_, dmarc, daily) = Start();
        dmarc.Note(DmarcRecord.Parse("author.example", "v=DMARC1; p=reject; rua=mailto:dmarc@author.example"), Row());
        dmarc.Note(DmarcRecord.Parse("author.example", "v=DMARC1; p=reject; rua=mailto:dmarc@author.example"), Row());
        dmarc.Note(DmarcRecord.Parse("nowhere.example", "v=DMARC1; p=reject"), Row());
        time.Advance(TimeSpan.FromDays(1));
        await SendAsync(daily);
        var message = Assert.Single(mails).Message;
        var part = Assert.IsType<MimePart>(Assert.IsType<Multipart>(message.Body)[1]);
        Assert.Equal(
            ("application/gzip", "mx.demo.test!author.example!1795737600!1795823999.xml.gz"), (part.ContentType.MimeType, part.FileName));
        Assert.StartsWith("Report Domain: author.example Submitter: mx.demo.test Report-ID: <", message.Subject);
        Assert.Null(message.Headers["TLS-Required"]);
        var digest = new Explainer(ReplyDatabase.BuiltIn).Read(Unpacked(part)).Digest!;
        Assert.Equal(("mx.demo.test", "author.example", 2), (digest.Reporter, digest.Domain, digest.Total));
    }

    [Fact]
    public async Task Too_large_for_its_destination_is_not_sent()
    {
        var (_, dmarc, daily) = Start();
        dmarc.Note(DmarcRecord.Parse("author.example", "v=DMARC1; p=reject; rua=mailto:dmarc@author.example!100"), Row());
        time.Advance(TimeSpan.FromDays(1));
        await SendAsync(daily);
        Assert.Empty(mails);
        Assert.Contains(log, line => line.Id == "report-too-large");
    }

    [Fact]
    public async Task A_failure_is_tried_hourly_and_dropped_with_a_note_after_a_day()
    {
        var (tls, _, daily) = Start();
        tls.Note(Good);
        outcome = SubmitOutcome.TryLater;
        time.Advance(TimeSpan.FromDays(1));
        Assert.Contains("451 later", Assert.Single((await SendAsync(daily)).Lines).Failure!.ToString());
        for (int hour = 0; hour < 23; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            await SendAsync(daily);
        }

        Assert.Equal(24, mails.Count);
        Assert.Single(mails.Select(one => one.Message.MessageId).Distinct());
        Assert.Equal("report-dropped", log[^1].Id);
        Assert.Empty((await SendAsync(daily)).Lines);
        Assert.Equal(24, mails.Count);
    }

    [Fact]
    public async Task Who_asks_for_none_gets_none_and_silence_of_DNS_is_tried_again()
    {
        var (tls, _, daily) = Start();
        tls.Note(Good with { Domain = "quiet.example" });
        tls.Note(Good with { Domain = "silent.example" });
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("silent.example", Assert.Single((await SendAsync(daily)).Lines).Domain);
        Assert.Empty(mails);
    }

    [Fact]
    public async Task Switched_off_nothing_is_counted_and_days_without_end_do_not_pile_up()
    {
        options = new ReportOptions { Tls = false };
        var (tls, dmarc, daily) = Start();
        tls.Note(Good);
        dmarc.Note(DmarcRecord.Parse("author.example", "v=DMARC1; p=none; rua=mailto:a@author.example"), Row());
        Assert.Empty((await SendAsync(daily)).Lines);

        options = new ReportOptions();
        for (int i = 0; i < 6_000; i++)
            tls.Note(Good with { Domain = $"d{i}.example" });
        Assert.Equal(5_000, tls.Rows.Days().Count);
        Assert.Equal(1_000, tls.Rows.Dropped);
        options = new ReportOptions { Tls = false };
        time.Advance(TimeSpan.FromDays(6));
        await SendAsync(daily);
        Assert.Empty(tls.Rows.Days());
        Assert.Empty(mails);
    }
}
