namespace Gatepost.Replies;

/// <summary>What an entry, a reason, a status or a code means and what each party can do, in one language.</summary>
public sealed record Words
{
    /// <summary>One sentence without codes.</summary>
    public string? Meaning { get; init; }

    /// <summary>Steps of whoever wrote the message.</summary>
    public IReadOnlyList<string> ForSender { get; init; } = [];

    /// <summary>Steps of whoever runs the sending server or domain.</summary>
    public IReadOnlyList<string> ForSenderAdmin { get; init; } = [];

    /// <summary>Steps of whom the message was meant for.</summary>
    public IReadOnlyList<string> ForRecipient { get; init; } = [];

    /// <summary>Steps of whoever runs the receiving server or domain.</summary>
    public IReadOnlyList<string> ForRecipientAdmin { get; init; } = [];

    /// <summary>Steps of whoever owns the sending IP address.</summary>
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

    /// <summary>These words, with gaps filled from more general ones: an entry's from its reason's.</summary>
    internal Words Over(Words? general) => general is null ? this : new Words
    {
        Meaning = Meaning ?? general.Meaning,
        ForSender = Either(ForSender, general.ForSender),
        ForSenderAdmin = Either(ForSenderAdmin, general.ForSenderAdmin),
        ForRecipient = Either(ForRecipient, general.ForRecipient),
        ForRecipientAdmin = Either(ForRecipientAdmin, general.ForRecipientAdmin),
        ForAddressOwner = Either(ForAddressOwner, general.ForAddressOwner),
    };

    private static IReadOnlyList<string> Either(IReadOnlyList<string> mine, IReadOnlyList<string> general) => mine.Count > 0 ? mine : general;

    /// <summary>The keys of a words section, as they stand in the file.</summary>
    internal static readonly string[] Keys = ["meaning", "for-sender", "for-sender-admin", "for-recipient", "for-recipient-admin", "for-address-owner"];

    internal Words With(string key, IReadOnlyList<string> steps) => key switch
    {
        "meaning" => this with { Meaning = string.Join(' ', steps) },
        "for-sender" => this with { ForSender = steps },
        "for-sender-admin" => this with { ForSenderAdmin = steps },
        "for-recipient" => this with { ForRecipient = steps },
        "for-recipient-admin" => this with { ForRecipientAdmin = steps },
        "for-address-owner" => this with { ForAddressOwner = steps },
        _ => this,
    };
}
