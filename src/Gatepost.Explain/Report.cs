using Gatepost.Explain.Observations;
using Gatepost.Explain.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;

namespace Gatepost.Explain;

/// <summary>Who gave a reply that a document quotes.</summary>
public enum Speaker
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>The server that wrote the bounce or the log.</summary>
    Reporter,

    /// <summary>The server it talked to, nearer to the cause.</summary>
    Remote,

    /// <summary>A notice as a whole, with the sentences that each of its kind has.</summary>
    StandingText,

    /// <summary>The subject of a notice.</summary>
    Subject,
}

/// <summary>One reply quoted in a document, however it is explained.</summary>
/// <param name="Speaker">Who gave it.</param>
/// <param name="Code">As written in the document, or null.</param>
/// <param name="Status">As written in the document, or null.</param>
/// <param name="Text">On one line, folds undone.</param>
public sealed record QuotedReplyText(Speaker Speaker, int? Code, EnhancedStatus? Status, string Text);

/// <summary>The answer for one recipient: why, who can act, whether to try again, and the words it was read from.</summary>
public sealed class Report
{
    private readonly ReplyDatabase knowledge;

    internal Report(ReplyDatabase knowledge) => this.knowledge = knowledge;

    /// <summary>The recipient; null if none is named.</summary>
    public string? Recipient { get; init; }

    /// <summary>The cause in one word. <see cref="Reason.Unknown"/> if the document does not say it.</summary>
    public required Reason Reason { get; init; }

    /// <summary>The entry of the catalogue that explains it.</summary>
    public required ReplyEntry Entry { get; init; }

    /// <summary>The enhanced status nearest to the cause. It is in the document, or is null.</summary>
    public EnhancedStatus? EnhancedStatus { get; init; }

    /// <summary>The reply code nearest to the cause. It is in the document, or is null.</summary>
    public int? ReplyCode { get; init; }

    public DeliveryAction Action { get; init; }

    /// <summary>The host that gave the reply, where it is named.</summary>
    public string? RemoteHost { get; init; }

    /// <summary>The command it was the answer to (RCPT, DATA), if the document says so.</summary>
    public Stage? Stage { get; init; }

    /// <summary>What decided.</summary>
    public Basis Basis { get; init; }

    public Confidence Confidence { get; init; }

    /// <summary>The deciding words first, then the codes; every one is in the document.</summary>
    public IReadOnlyList<Quotation> Evidence { get; init; } = [];

    /// <summary>Every reply quoted about this recipient: the far server's and the relay's own are two facts.</summary>
    public IReadOnlyList<QuotedReplyText> Replies { get; init; } = [];

    /// <summary>All that was said about this recipient, the nearest to the cause first, and why each decided or did not.</summary>
    public IReadOnlyList<Statement> Statements { get; init; } = [];

    /// <summary>Which rung of the ladder decided.</summary>
    public Because Because { get; init; }

    /// <summary>
    /// The time as written in the document, ISO 8601 where a mail's Date gives it; null if there is none. Of several lines about the
    /// same, the last.
    /// </summary>
    public string? Time { get; init; }

    /// <summary>Time of the first of several lines about the same; null for a single one.</summary>
    public string? FirstTime { get; init; }

    /// <summary>The text that was explained, on one line; empty if only codes decided.</summary>
    public string Said { get; init; } = "";

    /// <summary>What became of the message: is it over, and does anything try again by itself?</summary>
    public MessageOutcome Outcome { get; init; }

    /// <summary>
    /// Id of a verdict of a Gatepost (<c>G-J39PFDYT</c>), which <c>gatepost trace</c> opens at the server that gave it; null if none is
    /// named.
    /// </summary>
    public string? VerdictId { get; init; }

    /// <summary>Id of the message at the Gatepost that wrote the report, which <c>gatepost trace</c> opens there; null in every other
    /// document.</summary>
    public string? QueueId { get; init; }

    /// <summary>Id by which a log of any server names the message; null in every other document. Lines of one id are about
    /// one message.</summary>
    public string? LogId { get; init; }

    /// <summary>True if code or status say something else than the words: the words count.</summary>
    public bool NumberMisleads { get; init; }

    public Permanence Permanence => Reason.Permanence;

    public Actors Actors => IsOwnEntry ? Entry.Actors : Reason.Actors;

    /// <summary>Whether sending again can help, given the outcome: a queue tries by itself, a program never does.</summary>
    public Retry Retry => Advice.RetryFor(Usual, Outcome);

    /// <summary>False for a cause that does not go away with time: a queue retries without success until it is repaired.</summary>
    public bool TimeHelps => Advice.TimeHelps(Usual);

    private Retry Usual => IsOwnEntry ? Entry.Retry : Reason.Retry;

    /// <summary>True if the entry explains this very reason, rather than the reason alone.</summary>
    private bool IsOwnEntry => Entry.Reason == Reason || Entry.Reason is null;

    /// <summary>The provider or product whose wording it is, and its own page about it; null if unknown.</summary>
    public Explanation Explanation =>
        field ??= knowledge.Explain(Said, new ExplainHints
        {
            RemoteHost = RemoteHost,
            Code = ReplyCode,
            Status = EnhancedStatus,
            Facts = Facts,
        });

    public string? Provider => Entry.Provider is not null && Explanation.Entry == Entry ? Entry.Provider : null;

    /// <summary>Where to read on: the link of the reply itself, or else the provider's page about it.</summary>
    public string? HelpUrl =>
        Facts.Link ?? (Entry.HelpUrl is not null && Explanation.Entry == Entry ? Explanation.HelpUrl : null);

    /// <summary>A second cause that other words of the same text name; null if there is none.</summary>
    internal Reason? OtherCause { private get; init; }

    /// <summary>Other causes that the same words or number may mean, the likeliest first; none if the cause is certain.</summary>
    public IReadOnlyList<Reason> Alternatives => Confidence == Confidence.Certain || !IsOwnEntry ? []
        : OpenCauses.Of(Entry, Reason, OtherCause, isPlain: Confidence >= Confidence.High);

    /// <summary>One sentence about a cause that it may also be.</summary>
    public string MeaningOf(Reason alternative, Language language) => knowledge.Words(alternative, language, Facts).Meaning ?? "";

    /// <summary>How to find out that it is this cause; null if there is no way.</summary>
    public string? TellOf(Reason cause, Language language) => knowledge.Words(cause, language, Facts).Tell;

    /// <summary>What the deciding text states of its case: domain, address, list, limit, link.</summary>
    public StatedFacts Facts => field ??= Said.Length == 0 ? StatedFacts.None : knowledge.FactsIn(Said);

    /// <summary>One sentence without codes.</summary>
    public string Meaning(Language language) => Advice.Meaning(WordsIn(language), Outcome, elsewhere: true);

    /// <summary>What to do: the steps of those who can act, then the sender's where all the sender can do is to pass it on.</summary>
    public IReadOnlyList<Step> Steps(Language language) => Advice.Steps(WordsIn(language), Actors, Usual, Outcome);

    private Words WordsIn(Language language) =>
        IsOwnEntry ? knowledge.Words(Entry, language, Facts) : knowledge.Words(Reason, language, Facts);
}

/// <summary>All that was read from one document.</summary>
/// <param name="File">Its name as given; null for text.</param>
/// <param name="Kind">What it was recognised as.</param>
/// <param name="Reports">One for each recipient, in the order of the document; empty for mail that is no bounce.</param>
public sealed record DocumentReport(string? File, DocumentKind Kind, IReadOnlyList<Report> Reports)
{
    /// <summary>Number of the message in an mbox, from 1; null for other documents.</summary>
    public int? Message { get; init; }

    /// <summary>What the document is and what to do, where it reports no failure; null if the reports say it.</summary>
    public DocumentNote? Note { get; init; }

    /// <summary>A report about many messages in short; null for other documents.</summary>
    public ReportDigest? Digest { get; init; }

    /// <summary>
    /// The bounce that a person's message quotes or attaches. It is no failure of this message, so it is not in <see cref="Reports"/>.
    /// </summary>
    public IReadOnlyList<Report> Enclosed { get; init; } = [];

    /// <summary>Why the file could not be read; null if it was.</summary>
    public string? Error { get; init; }
}
