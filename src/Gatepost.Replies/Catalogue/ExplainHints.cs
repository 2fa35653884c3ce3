namespace Gatepost.Replies.Catalogue;

/// <summary>What is known beside the text to be explained; all of it optional.</summary>
public sealed record ExplainHints
{
    /// <summary>Host name of the server that spoke; decides between providers with the same words.</summary>
    public string? RemoteHost { get; init; }

    /// <summary>A code read elsewhere in the document. Weighs like one in the text, but is never reported as if it were there.</summary>
    public int? Code { get; init; }

    /// <summary>A status read elsewhere in the document (the Status field of a report).</summary>
    public EnhancedStatus? Status { get; init; }

    /// <summary>The text is prose of a notice rather than one reply: codes in mid-sentence are not taken for reply codes.</summary>
    public bool IsProse { get; init; }

    /// <summary>True if the text is known to be a Gatepost's own; null: where it carries a verdict id.</summary>
    public bool? IsOurs { get; init; }

    /// <summary>False if what the text states of its case is not the reader's to learn, as with the target of a forward.</summary>
    public bool TellsFacts { get; init; } = true;

    /// <summary>What the text states of its case, where that was read already; null to read it when it is asked for.</summary>
    public StatedFacts? Facts { get; init; }

    /// <summary>What became of the message, where more is known than the reply itself says: a queue that gave up, a notice of
    /// delay.</summary>
    public MessageOutcome? Outcome { get; init; }
}
