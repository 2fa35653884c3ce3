namespace Gatepost.Replies.Catalogue;

/// <summary>The answer to "why was this refused, and what now?", for one text.</summary>
public sealed class Explanation
{
    private readonly ReplyDatabase knowledge;

    internal Explanation(ReplyDatabase knowledge) => this.knowledge = knowledge;

    /// <summary>The text that may state facts of its case; empty if there is none, or they must not be shown.</summary>
    internal string Said { private get; init; } = "";

    /// <summary>What the text states of its case.</summary>
    private StatedFacts Facts => field ??= FactsRead ?? (Said.Length == 0 ? StatedFacts.None : knowledge.FactsIn(Said));

    /// <summary>The same where it was read already.</summary>
    internal StatedFacts? FactsRead { private get; init; }

    /// <summary>The entry that explains it.</summary>
    public required ReplyEntry Entry { get; init; }

    /// <summary>Why; null if the text is no refusal (2yz, 3yz).</summary>
    public required Reason? Reason { get; init; }

    public required Basis Basis { get; init; }

    /// <summary>Set where the code is no registered one and was read as a status that lost its dots: 522 as 5.2.2.</summary>
    public EnhancedStatus? DotsRestored { get; init; }

    /// <summary>The provider's own page about it, where one is known.</summary>
    public string? HelpUrl =>
        Entry.HelpUrl is { } url ? FactTemplate.Fill(url, Facts, knowledge.TextsIn(Language.English)) : null;

    /// <summary>Other causes that the same words or number may mean, the likeliest first; none for our own replies.</summary>
    public IReadOnlyList<Reason> Alternatives { get; internal init; } = [];

    /// <summary>One sentence about a cause that it may also be.</summary>
    public string MeaningOf(Reason alternative, Language language) => knowledge.Words(alternative, language, Facts).Meaning ?? "";

    /// <summary>How to tell that it is this cause; null where nothing tells.</summary>
    public string? TellOf(Reason cause, Language language) => knowledge.Words(cause, language, Facts).Tell;

    public Actors Actors => Entry.Actors;

    /// <summary>What became of the message.</summary>
    public MessageOutcome Outcome { get; init; }

    /// <summary>Whether sending again can help, given the outcome.</summary>
    public Retry Retry => Advice.RetryFor(Entry.Retry, Outcome);

    /// <summary>True if the entry is our own and the text came from elsewhere: its words then speak of the server that refused, not of
    /// us.</summary>
    internal bool IsElsewhere { get; init; }

    /// <summary>One sentence without codes.</summary>
    public string Meaning(Language language)
    {
        var words = knowledge.Words(Entry, language, Facts);
        return Advice.Meaning(words, Outcome, IsElsewhere);
    }

    /// <summary>What to do: the steps of those who can act, then the sender's where all the sender can do is to pass it on.</summary>
    public IReadOnlyList<Step> Steps(Language language) =>
        Advice.Steps(knowledge.Words(Entry, language, Facts), Actors, Entry.Retry, Outcome);
}
