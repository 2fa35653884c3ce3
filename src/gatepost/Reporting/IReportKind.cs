using Gatepost.Replies;

namespace Gatepost.Reporting;

/// <summary>One kind of report to other domains.</summary>
internal interface IReportKind
{
    /// <summary><c>tls</c> or <c>dmarc</c>.</summary>
    string Word { get; }

    DailyRows Rows { get; }

    /// <summary>Whether it is collected and sent.</summary>
    bool IsOn { get; }

    /// <summary>Where a domain wants the report of a day.</summary>
    Task<ReportPlan> PlanAsync(ReportDay day, CancellationToken cancel);

    /// <summary>The report, readable.</summary>
    /// <param name="id">Of the report: letters, digits and dots.</param>
    byte[] Write(ReportDay day, string id);

    /// <summary>The same as mail and for the web.</summary>
    ReportForm FormOf(ReportDay day, string id);
}

/// <summary>Where a report goes.</summary>
/// <param name="Destinations"><c>mailto:</c> and <c>https:</c>; empty if the domain wants none.</param>
/// <param name="Why">Why there is none, or fewer than the domain names; empty otherwise.</param>
/// <param name="IsUnanswered">Whether DNS was silent, so that it is to be asked again.</param>
internal sealed record ReportPlan(IReadOnlyList<ReportTarget> Destinations, IReadOnlyList<Finding> Why, bool IsUnanswered = false);

/// <param name="Uri">An address of mail without its scheme, or an HTTPS URL.</param>
/// <param name="MostOctets">Of the encoded report; null without limit.</param>
internal sealed record ReportTarget(string Uri, long? MostOctets = null)
{
    public bool IsWeb => Uri.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
}

/// <summary>How a report is sent.</summary>
/// <param name="FileName">Of the attachment, packed.</param>
/// <param name="MediaType">Of the attachment and of the web request.</param>
/// <param name="ReportType">Of <c>multipart/report</c>; null for <c>multipart/mixed</c>.</param>
/// <param name="Fields">Further header fields.</param>
internal sealed record ReportForm(
    string FileName, string MediaType, string? ReportType, IReadOnlyList<(string Name, string Value)> Fields);
