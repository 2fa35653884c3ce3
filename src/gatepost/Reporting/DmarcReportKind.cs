using System.Net;
using Gatepost.Dns;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Dmarc.Reports;
using Gatepost.Policy.Reports;
using Gatepost.Policy.Reputation;

namespace Gatepost.Reporting;

/// <summary>
/// Aggregate reports about mail in a domain's name (RFC 9990). Our own domains get theirs like all others: by our own mail.
/// </summary>
internal sealed class DmarcReportKind(IStateLog state, IResolver dns, TimeProvider time) : IReportKind, IDmarcResults
{
    /// <summary>Fields of a row before its signatures, which are three each.</summary>
    private const int OwnFields = 11;

    public string Word => "dmarc";

    public DailyRows Rows { get; } = new("dmarc-row", state, time);

    public required Func<ReportOptions> Options { get; init; }

    public required Func<string> HostName { get; init; }

    /// <summary>The address that reports are from.</summary>
    public required Func<string> From { get; init; }

    /// <summary>Our version.</summary>
    public required string Version { get; init; }

    public bool IsOn => Options().Dmarc;

    public void Note(DmarcRecord published, DmarcReportRow row)
    {
        if (IsOn && published.AggregateReports.Count > 0)
            Rows.Add(published.Domain, FieldsOf(published, row));
    }

    public async Task<ReportPlan> PlanAsync(ReportDay day, CancellationToken cancel)
    {
        if (PublishedIn(day) is not { } record)
            return new ReportPlan([], []);
        var found = await ReportDestinations.FindAsync(record, dns, cancel);
        return new ReportPlan(
            [.. found.Addresses.Select(one => new ReportTarget(one.Address, one.MostOctets))], found.Refused, found.IsUnanswered);
    }

    public byte[] Write(ReportDay day, string id) => new DmarcReport
    {
        Id = id,
        Organization = HostName(),
        Contact = From(),
        Begin = day.Begin,
        End = day.End - TimeSpan.FromSeconds(1),
        Generator = $"Gatepost {Version}",
        Published = PublishedIn(day) ?? DmarcRecord.Parse(day.Domain, ""),
        Rows = Rows.Of(day, RowOf),
    }.ToXml();

    /// <summary>RFC 9990 §3.5.2.</summary>
    public ReportForm FormOf(ReportDay day, string id) => new(day.FileName(HostName()) + ".xml.gz", "application/gzip", null, []);

    /// <summary>The policy of most of the day's messages: a domain may change it (RFC 9990 §3.3).</summary>
    private DmarcRecord? PublishedIn(ReportDay day) => Rows.Of(day, fields => fields[0])
        .GroupBy(row => row.What, StringComparer.Ordinal).OrderByDescending(texts => texts.Sum(row => row.Count))
        .Select(texts => DmarcRecord.Parse(day.Domain, texts.Key)).FirstOrDefault();

    private static string[] FieldsOf(DmarcRecord published, DmarcReportRow row) =>
    [
        published.Text, row.Source.ToString(), row.Disposition, row.DkimAligned ? "1" : "", row.SpfAligned ? "1" : "", row.Reason ?? "",
        row.HeaderFrom, row.EnvelopeFrom, row.SpfDomain ?? "", row.SpfResult ?? "", row.IsSpfOfHelo ? "1" : "",
        .. row.Signatures.SelectMany(one => (string[])[one.Domain, one.Selector, one.Result]),
    ];

    /// <summary>Null for a row of another version.</summary>
    private static DmarcReportRow? RowOf(string[] fields) =>
        fields.Length < OwnFields || (fields.Length - OwnFields) % 3 != 0 || !IPAddress.TryParse(fields[1], out var source) ? null
        : new DmarcReportRow
        {
            Source = source,
            Disposition = fields[2],
            DkimAligned = fields[3].Length > 0,
            SpfAligned = fields[4].Length > 0,
            Reason = fields[5].Length > 0 ? fields[5] : null,
            HeaderFrom = fields[6],
            EnvelopeFrom = fields[7],
            SpfDomain = fields[8].Length > 0 ? fields[8] : null,
            SpfResult = fields[9].Length > 0 ? fields[9] : null,
            IsSpfOfHelo = fields[10].Length > 0,
            Signatures = [.. fields.Skip(OwnFields).Chunk(3).Select(one => new DmarcReportSignature(one[0], one[1], one[2]))],
        };
}
