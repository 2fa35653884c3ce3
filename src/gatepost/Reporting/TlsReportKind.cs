using System.Net;
using Gatepost.Delivery.Tls.Reports;
using Gatepost.Dns;
using Gatepost.Policy.Reputation;
using Gatepost.Replies;

namespace Gatepost.Reporting;

/// <summary>Reports about TLS with the mail servers of a domain (RFC 8460).</summary>
internal sealed class TlsReportKind(IStateLog state, IResolver dns, TimeProvider time) : IReportKind, ITlsResults
{
    public string Word => "tls";

    public DailyRows Rows { get; } = new("tls-row", state, time);

    public required Func<ReportOptions> Options { get; init; }

    public required Func<string> HostName { get; init; }

    /// <summary>The address that reports are from.</summary>
    public required Func<string> From { get; init; }

    public bool IsOn => Options().Tls;

    public void Note(TlsResult result)
    {
        if (IsOn)
            Rows.Add(result.Domain, FieldsOf(result));
    }

    public async Task<ReportPlan> PlanAsync(ReportDay day, CancellationToken cancel)
    {
        string name = TlsReportRecord.NameOf(day.Domain);
        var answer = await dns.TxtAsync(name, cancel);
        if (answer.Outcome == DnsOutcome.Unanswered)
            return new ReportPlan([], [], IsUnanswered: true);
        if (TlsReportRecord.Of(answer.Records) is not { } record)
            return new ReportPlan([], [OurEvidence.ReportNotWanted.Say(day.Domain, name)]);
        var targets = TlsReportRecord.Destinations(record).Select(TargetOf).OfType<ReportTarget>().ToList();
        return new ReportPlan(targets, targets.Count > 0 ? [] : [OurEvidence.ReportRecordUnusable.Say(name, SafeText.Of(record, 300))]);
    }

    public byte[] Write(ReportDay day, string id) => new TlsReport
    {
        Id = id,
        Organization = HostName(),
        Contact = From(),
        Day = day.Day,
        Results = Rows.Of(day, fields => ResultOf(day.Domain, fields)),
    }.ToJson();

    /// <summary>RFC 8460 §5.1 and §5.3. It must arrive where TLS fails, because that is what it reports (§5.3; RFC 8689 §6).</summary>
    public ReportForm FormOf(ReportDay day, string id) => new(
        $"{day.FileName(HostName())}!{id}.json.gz", "application/tlsrpt+gzip", "tlsrpt",
        [("TLS-Report-Domain", day.Domain), ("TLS-Report-Submitter", HostName()), ("TLS-Required", "No")]);

    private static ReportTarget? TargetOf(Uri uri)
    {
        if (uri.Scheme == Uri.UriSchemeHttps)
            return new ReportTarget(uri.AbsoluteUri);
        return MailAuth.Dmarc.Reports.ReportAddress.Parse(uri.OriginalString) is { } mail ? new ReportTarget(mail.Address) : null;
    }

    private static string[] FieldsOf(TlsResult result) =>
    [
        result.Policy.Type, result.Policy.Domain, string.Join('\n', result.Policy.Lines), string.Join('\n', result.Policy.Hosts),
        result.Failure?.Type ?? "", result.Failure?.Host ?? "", result.Failure?.Address?.ToString() ?? "", result.Failure?.Reason ?? "",
    ];

    /// <summary>Null for a row of another version.</summary>
    private static TlsResult? ResultOf(string domain, string[] fields)
    {
        if (fields is not [var type, var policyDomain, var lines, var hosts, var failure, var host, var address, var reason])
            return null;
        var policy = new TlsReportPolicy(type, policyDomain, Split(lines), Split(hosts));
        return new TlsResult(domain, policy, failure.Length == 0 ? null : new TlsFailure(
            failure, host.Length > 0 ? host : null, IPAddress.TryParse(address, out var ip) ? ip : null, reason.Length > 0 ? reason
                : null));
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.Split('\n');
}
