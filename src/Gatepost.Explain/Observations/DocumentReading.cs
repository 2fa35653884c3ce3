namespace Gatepost.Explain.Observations;

/// <summary>What one document was read as, before any cause is judged.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Observations">One for each recipient.</param>
internal sealed record DocumentReading(DocumentKind Kind, List<Observation> Observations)
{
    /// <summary>Word of the note that explains a kind without reports; null if the reports do.</summary>
    public string? Note { get; init; }

    /// <summary>The summary of a report about many messages.</summary>
    public ReportDigest? Digest { get; init; }

    /// <summary>A bounce inside a person's message: reported, but not as a failure of this message.</summary>
    public List<Observation> Enclosed { get; init; } = [];

    public static DocumentReading Nothing(DocumentKind kind) => new(kind, []);
}
