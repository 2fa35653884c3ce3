using System.IO.Compression;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Gatepost.Dns;
using Gatepost.Explain;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Dmarc.Reports;
using Gatepost.Replies.Catalogue;
using Xunit;
using DmarcReport = Gatepost.MailAuth.Dmarc.Reports.DmarcReport;

namespace Gatepost.Tests.MailAuth;

/// <summary>DMARC aggregate reports that we write (RFC 9990), and where they go.</summary>
public sealed class DmarcReportTests
{
    private static readonly XNamespace Dmarc = "urn:ietf:params:xml:ns:dmarc-2.0";

    private static DmarcReportRow Row(string source, string disposition = "reject", bool dkim = false, bool spf = false) => new()
    {
        Source = IPAddress.Parse(source),
        Disposition = disposition,
        DkimAligned = dkim,
        SpfAligned = spf,
        HeaderFrom = "example.com",
        EnvelopeFrom = "bounce.example.net",
        SpfDomain = "bounce.example.net",
        SpfResult = "softfail",
        Signatures = [new DmarcReportSignature("example.com", "s1", "fail")],
    };

    private static byte[] Write(params (DmarcReportRow, long)[] rows) => new DmarcReport
    {
        Id = "abc.1",
        Organization = "mx.demo.test",
        Contact = "postmaster@demo.test",
        Begin = DateTimeOffset.FromUnixTimeSeconds(1795737600),
        End = DateTimeOffset.FromUnixTimeSeconds(1795823999),
        Generator = "Gatepost 0.1",
        Published = DmarcRecord.Parse("example.com", "v=DMARC1; p=reject; sp=quarantine; adkim=s; t=y; rua=mailto:a@example.com"),
        Rows = rows,
    }.ToXml();

    [Fact]
    public void The_elements_stand_in_the_order_of_the_schema_with_the_defaults_of_what_is_not_published()
    {
        var root = XDocument.Parse(Encoding.UTF8.GetString(Write((Row("192.0.2.1"), 12)))).Root!;
        Assert.Equal(Dmarc + "feedback", root.Name);
        Assert.Equal(["version", "report_metadata", "policy_published", "record"], root.Elements().Select(one => one.Name.LocalName));
        Assert.Equal(
            ["org_name", "email", "report_id", "date_range", "generator"],
            root.Element(Dmarc + "report_metadata")!.Elements().Select(one => one.Name.LocalName));
        Assert.Equal(
            ["domain=example.com", "discovery_method=treewalk", "p=reject", "sp=quarantine", "np=quarantine", "adkim=s", "aspf=r",
                "testing=y"],
            root.Element(Dmarc + "policy_published")!.Elements().Select(one => $"{one.Name.LocalName}={one.Value}"));
        var record = root.Element(Dmarc + "record")!;
        Assert.Equal(["row", "identifiers", "auth_results"], record.Elements().Select(one => one.Name.LocalName));
        Assert.Equal(
            ["domain=example.com", "selector=s1", "result=fail", "domain=bounce.example.net", "scope=mfrom", "result=softfail"],
            record.Element(Dmarc + "auth_results")!.Descendants().Where(one => !one.HasElements)
                .Select(one => $"{one.Name.LocalName}={one.Value}"));
    }

    [Fact]
    public void What_we_write_is_read_back_whole_packed_or_not()
    {
        byte[] xml = Write((Row("192.0.2.1"), 12), (Row("2001:db8::7", "pass", dkim: true), 30));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(xml);
        foreach (byte[] form in (byte[][])[xml, packed.ToArray()])
        {
            var digest = new Explainer(ReplyDatabase.BuiltIn).Read(form).Digest!;
            Assert.Equal(("mx.demo.test", "example.com"), (digest.Reporter, digest.Domain));
            Assert.Equal(42, digest.Rows.Sum(row => row.Count));
            Assert.Contains(digest.Rows, row => row is { Who: "192.0.2.1", Count: 12, Problem: "dmarc-signature-broken" });
            Assert.Contains(digest.Rows, row => row is { Who: "2001:db8::7", Count: 30, Problem: "dmarc-pass" });
        }
    }

    [Fact]
    public void What_strangers_wrote_cannot_break_the_report()
    {
        var hostile = Row("192.0.2.1") with
        {
            HeaderFrom = "a\u0000b<x>&\"\uFFFE",
            Signatures = [new DmarcReportSignature("]]><evil/>", "\u0007", "fail")],
        };
        var root = XDocument.Parse(Encoding.UTF8.GetString(Write((hostile, 1)))).Root!;
        Assert.Empty(root.Descendants("evil"));
        Assert.Contains(root.Descendants(Dmarc + "header_from"), one => one.Value.StartsWith("a?b<x>&", StringComparison.Ordinal));
    }

    [Fact]
    public void Broken_and_hostile_reports_are_read_without_an_error()
    {
        byte[] good = Write((Row("192.0.2.1"), 12), (Row("192.0.2.2"), 3));
        var (random, explainer) = (new Random(11), new Explainer(ReplyDatabase.BuiltIn));
        for (int round = 0; round < 1_000; round++)
        {
            byte[] broken = [.. good[..random.Next(good.Length)]];
            for (int i = 0; i < 3 && broken.Length > 0; i++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            _ = explainer.Read(broken);
        }

        // A bomb: 64 MB of zeros in 64 KB.
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] piece = new byte[1024 * 1024];
            for (int i = 0; i < 64; i++)
                gzip.Write(piece);
        }

        long before = GC.GetTotalAllocatedBytes();
        Assert.Null(explainer.Read(bomb.ToArray()).Digest);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 200L * 1024 * 1024);
        byte[] entities = Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\"?><!DOCTYPE feedback [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><feedback><x>&b;</x></feedback>");
        Assert.Null(explainer.Read(entities).Digest);
    }

    [Theory]
    [InlineData("mailto:a@example.com", "a@example.com", null)]
    [InlineData("mailto:a@example.com!10m", "a@example.com", 10L << 20)]
    [InlineData("MAILTO:a%2Bb@example.com!50K", "a+b@example.com", 50L << 10)]
    [InlineData("mailto:a@example.com?subject=x", "a@example.com", null)]
    [InlineData("mailto:a@example.com!", null, null)]
    [InlineData("mailto:a@example.com!10x", null, null)]
    [InlineData("mailto:a@example.com!99999999999999t", null, null)]
    [InlineData("mailto:a@example.com%0d%0aBcc:x@example.net", null, null)]
    [InlineData("https://example.com/", null, null)]
    [InlineData("mailto:example.com", null, null)]
    public void A_destination_may_have_a_size_and_nothing_else(string uri, string? address, long? most)
    {
        var read = ReportAddress.Parse(uri);
        Assert.Equal(address, read?.Address);
        Assert.Equal(most, read?.MostOctets);
    }

    private static readonly ZoneFile Zone = ZoneFile.Parse("""
        _dmarc.example.com TXT "v=DMARC1; p=none"
        example.com._report._dmarc.agreed.example TXT "v=DMARC1"
        example.com._report._dmarc.moved.example TXT "v=DMARC1; rua=mailto:other@moved.example"
        example.com._report._dmarc.evil.example TXT "v=DMARC1; rua=mailto:victim@victim.example"
        example.com._report._dmarc.silent.example SERVFAIL
        """);

    [Theory]
    [InlineData("mailto:a@example.com", "a@example.com", "")]
    [InlineData("mailto:a@mail.example.com", "a@mail.example.com", "")]
    [InlineData("mailto:a@agreed.example", "a@agreed.example", "")]
    [InlineData("mailto:a@moved.example", "other@moved.example", "")]
    [InlineData("mailto:a@evil.example", "", "report-led-elsewhere")]
    [InlineData("mailto:a@victim.example", "", "report-not-agreed")]
    [InlineData("mailto:a@victim.example,mailto:a@example.com", "a@example.com", "report-not-agreed")]
    [InlineData("https://example.com/", "", "report-uri-unusable")]
    public async Task A_destination_elsewhere_must_have_agreed(string rua, string expected, string refused)
    {
        var found = await ReportDestinations.FindAsync(DmarcRecord.Parse("example.com", $"v=DMARC1; p=none; rua={rua}"), Zone, default);
        Assert.Equal(expected, string.Join(' ', found.Addresses.Select(one => one.Address)));
        Assert.Equal(refused, string.Join(' ', found.Refused.Select(one => one.Id)));
        Assert.False(found.IsUnanswered);
    }

    [Fact]
    public async Task Silence_of_DNS_is_no_refusal()
    {
        var record = DmarcRecord.Parse("example.com", "v=DMARC1; p=none; rua=mailto:a@silent.example");
        var found = await ReportDestinations.FindAsync(record, Zone, default);
        Assert.Empty(found.Addresses);
        Assert.True(found.IsUnanswered);
    }
}
