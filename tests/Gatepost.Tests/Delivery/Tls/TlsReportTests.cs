using System.Net;
using System.Text;
using System.Text.Json;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Explain;
using Gatepost.Replies.Catalogue;
using Xunit;
using TlsReport = Gatepost.Delivery.Tls.Reports.TlsReport;

namespace Gatepost.Tests.Delivery.Tls;

/// <summary>Who wants reports about TLS, and what is in them (RFC 8460).</summary>
public sealed class TlsReportTests
{
    [Theory]
    [InlineData("v=TLSRPTv1; rua=mailto:reports@example.com", "mailto:reports@example.com")]
    [InlineData(
        "v=TLSRPTv1;rua=mailto:a@example.com,https://reports.example.com/v1", "mailto:a@example.com https://reports.example.com/v1")]
    [InlineData("v=TLSRPTv1; RUA = mailto:a@example.com , mailto:b@example.com ;", "mailto:a@example.com mailto:b@example.com")]
    [InlineData("v=TLSRPTv1; x=1; rua=mailto:a@example.com", "mailto:a@example.com")]
    [InlineData("v=TLSRPTv1; rua=http://a.example/,mailto:a@example.com", "mailto:a@example.com")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com", "")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com!10m", "")]
    [InlineData("v=TLSRPTv1; rua=", "")]
    [InlineData("v=TLSRPTv1; =x; rua=mailto:a@example.com", "")]
    [InlineData("v=TLSRPTv1", "")]
    [InlineData("v=TLSRPTv2; rua=mailto:a@example.com", "")]
    [InlineData("v=TLSRPTv1x; rua=mailto:a@example.com", "")]
    [InlineData("rua=mailto:a@example.com; v=TLSRPTv1", "")]
    [InlineData("v=TLSRPTv1; rua=https://user:secret@a.example/", "")]
    public void A_record_is_read_by_its_grammar_or_not_at_all(string record, string destinations) =>
        Assert.Equal(destinations, string.Join(' ', TlsReportRecord.Destinations(record).Select(uri => uri.OriginalString)));

    [Fact]
    public void Two_records_are_none_and_other_texts_do_not_count()
    {
        const string One = "v=TLSRPTv1; rua=mailto:a@example.com";
        Assert.Equal(One, TlsReportRecord.Of(["v=spf1 -all", One]));
        Assert.Null(TlsReportRecord.Of([One, One]));
        Assert.Null(TlsReportRecord.Of([]));
    }

    [Fact]
    public void Any_text_is_read_without_an_error_and_never_gives_more_than_five_destinations()
    {
        var random = new Random(7);
        const string Letters = "v=TLSRPT1;rua,mailto:https/@.!é\0 \t%";
        for (int round = 0; round < 20_000; round++)
        {
            string tail = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Letters[random.Next(Letters.Length)]));
            string record = (round % 2 == 0 ? "v=TLSRPTv1; rua=mailto:a@b.c" : "v=TLSRPTv1;") + tail;
            Assert.InRange(TlsReportRecord.Destinations(record).Count, 0, TlsReportRecord.MostDestinations);
        }

        Assert.Empty(TlsReportRecord.Destinations("v=TLSRPTv1; rua=mailto:" + new string('a', 65_536)));
    }

    [Fact]
    public void A_report_has_the_fields_of_the_standard_and_is_read_back_whole()
    {
        var sts = new TlsReportPolicy(
            TlsReportPolicy.Sts, "example.com", ["version: STSv1", "mode: enforce", "mx: *.example.com", "max_age: 86400"],
                ["*.example.com"]);
        var none = new TlsReportPolicy(TlsReportPolicy.None, "example.com", [], []);
        byte[] json = new TlsReport
        {
            Id = "abc",
            Organization = "mx.demo.test",
            Contact = "postmaster@demo.test",
            Day = new DateOnly(2026, 11, 27),
            Results =
            [
                (new TlsResult("example.com", sts), 5326),
                (new TlsResult("example.com", sts, new(TlsFailure.Expired, "mx1.example.com", IPAddress.Parse("2001:db8::1"), "why")), 100),
                (new TlsResult("example.com", sts, new(TlsFailure.NoStartTls, "mx2.example.com", IPAddress.Parse("192.0.2.1"), null)), 200),
                (new TlsResult("example.com", none), 3),
            ],
        }.ToJson();

        var root = JsonDocument.Parse(json).RootElement;
        Assert.Equal("2026-11-27T00:00:00Z", root.GetProperty("date-range").GetProperty("start-datetime").GetString());
        Assert.Equal("2026-11-27T23:59:59Z", root.GetProperty("date-range").GetProperty("end-datetime").GetString());
        Assert.Equal(("mx.demo.test", "postmaster@demo.test", "abc"), (root.GetProperty("organization-name").GetString(),
            root.GetProperty("contact-info").GetString(), root.GetProperty("report-id").GetString()));
        var policies = root.GetProperty("policies").EnumerateArray().ToList();
        Assert.Equal(["sts", "no-policy-found"], policies.Select(one => one.GetProperty("policy").GetProperty("policy-type").GetString()));
        Assert.Equal("*.example.com", policies[0].GetProperty("policy").GetProperty("mx-host")[0].GetString());
        Assert.Equal((5326, 300), (policies[0].GetProperty("summary").GetProperty("total-successful-session-count").GetInt64(),
            policies[0].GetProperty("summary").GetProperty("total-failure-session-count").GetInt64()));
        var failure = policies[0].GetProperty("failure-details")[0];
        Assert.Equal(("certificate-expired", "mx1.example.com", "2001:db8::1", 100), (failure.GetProperty("result-type").GetString(),
            failure.GetProperty("receiving-mx-hostname").GetString(), failure.GetProperty("receiving-ip").GetString(),
            failure.GetProperty("failed-session-count").GetInt64()));

        var digest = new Explainer(ReplyDatabase.BuiltIn).Read(json).Digest!;
        Assert.Equal(("mx.demo.test", "example.com"), (digest.Reporter, digest.Domain));
        Assert.Contains(digest.Rows, row => row is { Problem: "tls-certificate-expired", Count: 100, Who: "mx1.example.com" });
        Assert.Contains(digest.Rows, row => row is { Problem: "tls-starttls-not-supported", Count: 200 });
        Assert.Equal(5329, digest.Rows.Where(row => row.Problem == "tls-pass").Sum(row => row.Count));
        Assert.DoesNotContain("\n", Encoding.UTF8.GetString(json));
    }
}
