namespace Gatepost.Replies;

/// <summary>What an explanation rests on, nearest to the cause first.</summary>
public enum Basis
{
    /// <summary>An entry of our own, recognised by its full text.</summary>
    Own,

    /// <summary>A provider's or product's known wording.</summary>
    Dialect,

    /// <summary>Words that mean the same in every server's mouth ("no such user").</summary>
    Words,

    /// <summary>The enhanced status.</summary>
    Status,

    /// <summary>The basic reply code.</summary>
    Code,

    /// <summary>Nothing that we know.</summary>
    Unknown,
}

/// <summary>How sure an explanation is.</summary>
public enum Confidence
{
    /// <summary>A guess by the first digit, or nothing at all.</summary>
    None,

    /// <summary>By the basic code, or by words that leave much open.</summary>
    Low,

    /// <summary>By the enhanced status, or by words that usually mean this.</summary>
    Medium,

    /// <summary>By plain words or a provider's known wording.</summary>
    High,

    /// <summary>Our own reply, word for word.</summary>
    Certain,
}

/// <summary>The words that decided, as they stand in the text given.</summary>
/// <param name="Start">Where they begin in the text, in characters.</param>
/// <param name="Text">The words themselves: always a part of the text; empty where something outside of it decided.</param>
public readonly record struct Evidence(int Start, string Text)
{
    public int Length => Text.Length;
}

/// <summary>One thing that one party can do.</summary>
/// <param name="Who">Exactly one party.</param>
/// <param name="What">A sentence, in the language asked for.</param>
public readonly record struct Step(Actors Who, string What);

/// <summary>What is known beside the text to be explained; all of it optional.</summary>
public sealed record ExplainHints
{
    /// <summary>Host name of the server that spoke; decides between providers with the same words.</summary>
    public string? RemoteHost { get; init; }

    /// <summary>A code read elsewhere in the document. Weighs like one in the text, but is never reported as if it stood there.</summary>
    public int? Code { get; init; }

    /// <summary>A status read elsewhere in the document (the Status field of a report).</summary>
    public EnhancedStatus? Status { get; init; }

    /// <summary>The text is prose of a notice rather than one reply: codes in mid-sentence are not taken for reply codes.</summary>
    public bool IsProse { get; init; }

    /// <summary>True where the text is known to be a Gatepost's own; null: where it carries a verdict id.</summary>
    public bool? IsOurs { get; init; }

    /// <summary>What became of the message, where more is known than the reply itself says: a queue that gave up, a notice of
    /// delay.</summary>
    public MessageOutcome? Outcome { get; init; }
}

/// <summary>The answer to "why was this refused, and what now?", for one text.</summary>
public sealed class Explanation
{
    private readonly ReplyDatabase knowledge;

    internal Explanation(ReplyDatabase knowledge) => this.knowledge = knowledge;

    /// <summary>The entry that explains it.</summary>
    public required ReplyEntry Entry { get; init; }

    /// <summary>Why; null where the text is no refusal (2yz, 3yz).</summary>
    public required Reason? Reason { get; init; }

    public required Basis Basis { get; init; }

    public required Confidence Confidence { get; init; }

    public required Evidence Evidence { get; init; }

    /// <summary>The basic code that stands in the text; null where none does.</summary>
    public int? Code { get; init; }

    /// <summary>The enhanced status that stands in the text; null where none does.</summary>
    public EnhancedStatus? Status { get; init; }

    /// <summary>Set where the code is no registered one and was read as a status that lost its dots: 522 as 5.2.2.</summary>
    public EnhancedStatus? DotsRestored { get; init; }

    /// <summary>Whose wording it is ("Gmail", "Postfix"); null where it is nobody's in particular.</summary>
    public string? Provider { get; init; }

    /// <summary>The provider's own page about it, where one is known.</summary>
    public string? HelpUrl { get; init; }

    public Actors Actors => Entry.Actors;

    /// <summary>What became of the message.</summary>
    public MessageOutcome Outcome { get; init; }

    /// <summary>Whether sending again can help, given the outcome.</summary>
    public Retry Retry => Advice.RetryFor(Entry.Retry, Outcome);

    /// <summary>True where the entry is our own and the text came from elsewhere: its words then speak of the server that refused, not of
    /// us.</summary>
    internal bool IsElsewhere { get; init; }

    public Permanence Permanence => Reason?.Permanence ?? Permanence.None;

    /// <summary>One sentence without codes.</summary>
    public string Meaning(Language language)
    {
        var words = knowledge.Words(Entry, language);
        return Advice.Meaning(words, Outcome, IsElsewhere);
    }

    /// <summary>What to do: the steps of those who can act, then the sender's where all the sender can do is to pass it on.</summary>
    public IReadOnlyList<Step> Steps(Language language) => Advice.Steps(knowledge.Words(Entry, language), Actors, Entry.Retry, Outcome);

    /// <summary>The steps of one party alone; empty where there is nothing it can do.</summary>
    public IReadOnlyList<string> StepsFor(Actors party, Language language) => knowledge.Words(Entry, language).For(party);

    /// <summary>Every party there is, the sender first.</summary>
    public static IReadOnlyList<Actors> Parties { get; } =
        [Actors.Sender, Actors.SenderAdmin, Actors.AddressOwner, Actors.Recipient, Actors.RecipientAdmin];
}
