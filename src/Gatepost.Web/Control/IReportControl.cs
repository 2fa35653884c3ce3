using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>What can be done with reports to other domains.</summary>
public enum ReportVerb
{
    List,

    /// <summary>The first that fits, as it would be sent now.</summary>
    Show,

    /// <summary>Those of finished days, now.</summary>
    Send,
}

/// <summary>Reports about TLS and DMARC that this server sends to other domains.</summary>
public interface IReportControl
{
    Task<ReportAnswer> RunAsync(ReportRequest request, CancellationToken cancel);
}

/// <param name="Verb">What to do.</param>
/// <param name="Kind"><c>tls</c> or <c>dmarc</c>; null for both.</param>
/// <param name="Domain">Whom they are about; null for all.</param>
/// <param name="Day">In UTC; null for all.</param>
public sealed record ReportRequest(ReportVerb Verb, string? Kind = null, string? Domain = null, DateOnly? Day = null);

/// <param name="Lines">What there is to report; after sending, what is left.</param>
/// <param name="Text">The report that was to be shown; null otherwise.</param>
public sealed record ReportAnswer(IReadOnlyList<ReportLine> Lines, string? Text);

/// <param name="Kind"><c>tls</c> or <c>dmarc</c>.</param>
/// <param name="Domain">Whom it is about.</param>
/// <param name="Day">In UTC.</param>
/// <param name="Count">Sessions or messages.</param>
public sealed record ReportLine(string Kind, string Domain, DateOnly Day, long Count)
{
    /// <summary>When it is sent; null while this kind is switched off.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>That failed.</summary>
    public int Tries { get; init; }

    /// <summary>Why the last one did; null if none failed since the start.</summary>
    public Finding? Failure { get; init; }
}
