namespace Gatepost.Replies;

/// <summary>What becomes of reports to other domains.</summary>
public static partial class OurEvidence
{
    public static readonly EvidenceEntry<string> ReportUriUnusable = new("report-uri-unusable", "uri");

    public static readonly EvidenceEntry<string, string> ReportNotAgreed = new("report-not-agreed", "domain", "name");

    public static readonly EvidenceEntry<string, string> ReportLedElsewhere = new("report-led-elsewhere", "domain", "name");

    public static readonly EvidenceEntry<string, string> ReportNotWanted = new("report-not-wanted", "domain", "name");

    public static readonly EvidenceEntry<string, string> ReportRecordUnusable = new("report-record-unusable", "name", "record");

    public static readonly EvidenceEntry<string> ReportUnanswered = new("report-unanswered", "domain");

    public static readonly EvidenceEntry<string, long, long> ReportTooLarge = new("report-too-large", "place", "octets", "limit");

    public static readonly EvidenceEntry<string, string, string, string> ReportSent = new("report-sent", "kind", "domain", "day", "place");

    public static readonly EvidenceEntry<string, Finding> ReportFailed = new("report-failed", "place", "cause");

    public static readonly EvidenceEntry<string, string, string, Finding> ReportDropped =
        new("report-dropped", "kind", "domain", "day", "cause");

    public static readonly EvidenceEntry<long> ReportRowsUncounted = new("report-rows-uncounted", "count");

    public static readonly EvidenceEntry<string, string, string> ReportTooOld = new("report-too-old", "kind", "domain", "day");

    public static readonly FixedEvidence ReportsNeedServer = new("reports-need-server");

    public static readonly EvidenceEntry<string, string> OptionNoDay = new("option-no-day", "option", "given");
}
