
namespace Gatepost.Replies;

/// <summary>What an entry, a reason, a status or a code means and what each party can do, in one language.</summary>
public sealed record Words
{
    /// <summary>One sentence without codes.</summary>
    public string? Meaning { get; init; }

    /// <summary>The same sentence while a queue still tries, where it would be untrue then; null if the meaning serves for
    /// both.</summary>
    public string? MeaningQueued { get; init; }

    /// <summary>The same sentence about another server: without "here", "ours" and "us". Null if the meaning serves for both.</summary>
    public string? MeaningElsewhere { get; init; }

    /// <summary>A sentence of the facts that the text states, said behind any meaning that has no places for them; empty if it states
    /// none.</summary>
    public string? Facts { get; init; }

    /// <summary>How to distinguish this cause from others with the same reply, as a part of a sentence; null if there is no way.</summary>
    public string? Tell { get; init; }

    /// <summary>Steps of the person who wrote the message, once it came back or where it is not known.</summary>
    public IReadOnlyList<string> ForSender { get; init; } = [];

    /// <summary>The same while a queue still tries; <see cref="ForSender"/> where there are none.</summary>
    public IReadOnlyList<string> ForSenderQueued { get; init; } = [];

    /// <summary>Steps for the administrator of the sending server or domain.</summary>
    public IReadOnlyList<string> ForSenderAdmin { get; init; } = [];

    /// <summary>Steps of whom the message was meant for.</summary>
    public IReadOnlyList<string> ForRecipient { get; init; } = [];

    /// <summary>Steps for the administrator of the receiving server or domain.</summary>
    public IReadOnlyList<string> ForRecipientAdmin { get; init; } = [];

    /// <summary>Steps for the owner of the sending IP address.</summary>
    public IReadOnlyList<string> ForAddressOwner { get; init; } = [];

    /// <summary>The steps of one party.</summary>
    public IReadOnlyList<string> For(Actors party) => party switch
    {
        Actors.Sender => ForSender,
        Actors.SenderAdmin => ForSenderAdmin,
        Actors.Recipient => ForRecipient,
        Actors.RecipientAdmin => ForRecipientAdmin,
        Actors.AddressOwner => ForAddressOwner,
        _ => [],
    };

    /// <summary>The steps of one party.</summary>
    /// <param name="party">Exactly one.</param>
    /// <param name="queued">True while a queue still tries.</param>
    public IReadOnlyList<string> For(Actors party, bool queued) =>
        party == Actors.Sender && queued && ForSenderQueued.Count > 0 ? ForSenderQueued : For(party);

    /// <summary>These words, with gaps filled from more general ones: an entry's from its reason's.</summary>
    internal Words Over(Words? general) => general is null ? this : new Words
    {
        Meaning = Meaning ?? general.Meaning,
        MeaningQueued = MeaningQueued ?? (Meaning is null ? general.MeaningQueued : null),
        MeaningElsewhere = MeaningElsewhere ?? (Meaning is null ? general.MeaningElsewhere : null),
        Facts = Facts ?? general.Facts,
        Tell = Tell ?? general.Tell,
        ForSender = Either(ForSender, general.ForSender),
        ForSenderQueued = ForSenderQueued.Count > 0 || ForSender.Count > 0 ? ForSenderQueued : general.ForSenderQueued,
        ForSenderAdmin = Either(ForSenderAdmin, general.ForSenderAdmin),
        ForRecipient = Either(ForRecipient, general.ForRecipient),
        ForRecipientAdmin = Either(ForRecipientAdmin, general.ForRecipientAdmin),
        ForAddressOwner = Either(ForAddressOwner, general.ForAddressOwner),
    };

    /// <summary>These words with the facts that a text states in their places. A step that says nothing without its fact is left
    /// out.</summary>
    internal Words With(StatedFacts facts, Texts texts)
    {
        string? Sentence(string? text) => text is null ? null : FactTemplate.Fill(text, facts, texts);
        string stated = Sentence(Facts) is { Length: > 0 } sentence ? " " + sentence : "";
        string? Meant(string? text) => text is null || FactTemplate.Is(text) ? Sentence(text) : text + stated;
        IReadOnlyList<string> Steps(IReadOnlyList<string> steps) => !steps.Any(FactTemplate.Is) ? steps
            : [.. steps.Select(step => FactTemplate.Fill(step, facts, texts)).Where(step => step.Length > 0)];
        return this with
        {
            Meaning = Meant(Meaning),
            MeaningQueued = Meant(MeaningQueued),
            MeaningElsewhere = Meant(MeaningElsewhere),
            Facts = stated.TrimStart(),
            Tell = Sentence(Tell),
            ForSender = Steps(ForSender),
            ForSenderQueued = Steps(ForSenderQueued),
            ForSenderAdmin = Steps(ForSenderAdmin),
            ForRecipient = Steps(ForRecipient),
            ForRecipientAdmin = Steps(ForRecipientAdmin),
            ForAddressOwner = Steps(ForAddressOwner),
        };
    }

    private static IReadOnlyList<string> Either(IReadOnlyList<string> mine, IReadOnlyList<string> general) =>
        mine.Count > 0 ? mine : general;

    /// <summary>The keys of a words section, as they are in the file.</summary>
    internal static readonly string[] Keys =
        ["meaning", "meaning-queued", "meaning-elsewhere", "facts", "tell", "for-sender", "for-sender-queued", "for-sender-admin",
            "for-recipient",
            "for-recipient-admin", "for-address-owner"];

    internal Words With(string key, IReadOnlyList<string> steps) => key switch
    {
        "meaning" => this with { Meaning = string.Join(' ', steps) },
        "meaning-queued" => this with { MeaningQueued = string.Join(' ', steps) },
        "meaning-elsewhere" => this with { MeaningElsewhere = string.Join(' ', steps) },
        "facts" => this with { Facts = string.Join(' ', steps) },
        "tell" => this with { Tell = string.Join(' ', steps) },
        "for-sender" => this with { ForSender = steps },
        "for-sender-queued" => this with { ForSenderQueued = steps },
        "for-sender-admin" => this with { ForSenderAdmin = steps },
        "for-recipient" => this with { ForRecipient = steps },
        "for-recipient-admin" => this with { ForRecipientAdmin = steps },
        "for-address-owner" => this with { ForAddressOwner = steps },
        _ => this,
    };
}
