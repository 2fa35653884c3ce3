namespace Gatepost.Replies;

/// <summary>Which of an entry's two forms is spoken.</summary>
public enum ReplyStyle
{
    /// <summary>Code, status and text as hosting providers' servers say them today.</summary>
    Classic,

    /// <summary>What the standards ask for.</summary>
    Modern,
}

/// <summary>Where an entry comes from; also how near to the cause an explanation by it is.</summary>
public enum EntryKind
{
    /// <summary>A reply our own server gives.</summary>
    Own,

    /// <summary>A condition our own client met; it never crosses a wire (connection refused, no route, ...).</summary>
    Condition,

    /// <summary>What another server or provider says, known by its words.</summary>
    Dialect,

    /// <summary>An enhanced status of the registry, where nothing closer was recognised.</summary>
    Status,

    /// <summary>A basic reply code, where nothing closer was recognised.</summary>
    Basic,

    /// <summary>Not a reply at all.</summary>
    Unintelligible,
}

/// <summary>Code, status and words of a reply in one of its two styles.</summary>
/// <param name="Code">200 to 599 on the wire; for <see cref="EntryKind.Condition"/> the pseudo code clients print (101, 111, 441,
/// ...).</param>
/// <param name="Status">Null if the standard wants none: greeting, HELO and EHLO replies, 3yz (RFC 2034 §4).</param>
/// <param name="Text">Words with <c>{placeholders}</c>; lines are separated by <c>\n</c>.</param>
public sealed record ReplyForm(int Code, EnhancedStatus? Status, string Text);

/// <summary>One reply of the catalogue. Only an entry can <see cref="Say"/> a reply, so a reply without an entry cannot be made.</summary>
/// <remarks>Meaning and remedies are data, found in the words files under <see cref="Id"/>.</remarks>
public sealed class ReplyEntry
{
    private Reply? withoutArguments;
    private ReplyTemplate? classicTemplate, modernTemplate;

    /// <summary>Kebab case, unique in the catalogue: <c>sender-domain-not-found</c>.</summary>
    public required string Id { get; init; }

    public EntryKind Kind { get; init; } = EntryKind.Own;

    /// <summary>The form hosting providers' servers speak today.</summary>
    public required ReplyForm Classic { get; init; }

    /// <summary>The form the standards ask for; the classic one where they agree.</summary>
    public ReplyForm Modern { get => field ?? Classic; init; }

    /// <summary>Why; null for replies that are no refusal.</summary>
    public Reason? Reason { get; init; }

    /// <summary>Who can act; the reason's own answer unless said otherwise.</summary>
    public Actors? ActorsOverride { internal get; init; }

    public Actors Actors => ActorsOverride ?? Reason?.Actors ?? Actors.Nobody;

    /// <summary>Whether to try again; the reason's own answer unless said otherwise.</summary>
    public Retry? RetryOverride { internal get; init; }

    public Retry Retry => RetryOverride ?? Reason?.Retry ?? Retry.No;

    /// <summary>Other causes with the same words or the same number, the likeliest first.</summary>
    public IReadOnlyList<Reason> Also { get; init; } = [];

    /// <summary>Where this is laid down: an RFC with section, a provider's page, a line of its source.</summary>
    public string? Source { get; init; }

    /// <summary>Whose wording it is ("Gmail"); null for our own and for what many providers use.</summary>
    public string? Provider { get; init; }

    /// <summary>The provider's own page about it, where one is known.</summary>
    public string? HelpUrl { get; init; }

    /// <summary>Makes the reply with its placeholders filled in. Values are made harmless: no control characters, 255 characters at
    /// most.</summary>
    /// <param name="arguments">One value for each placeholder; a missing one is a bug and throws.</param>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    /// <exception cref="InvalidOperationException">The entry is another server's, and only explains what that server said.</exception>
    public Reply Say(params ReadOnlySpan<(string Name, object? Value)> arguments)
    {
        if (Kind is not (EntryKind.Own or EntryKind.Condition))
            throw new InvalidOperationException($"{Id} is not ours to say");
        return arguments.IsEmpty ? withoutArguments ??= Reply.Compose(this, ReplyStyle.Classic, [])
            : Reply.Compose(this, ReplyStyle.Classic, arguments.ToArray());
    }

    /// <summary>The form of that style.</summary>
    public ReplyForm In(ReplyStyle style) => style == ReplyStyle.Classic ? Classic : Modern;

    internal ReplyTemplate TemplateOf(ReplyStyle style) => style == ReplyStyle.Classic
        ? classicTemplate ??= new ReplyTemplate(Classic, Id)
        : modernTemplate ??= new ReplyTemplate(Modern, Id);

    /// <summary>The entry of a text of which nothing is known.</summary>
    public static ReplyEntry Unrecognised { get; } = new()
    {
        Id = "unrecognised",
        Kind = EntryKind.Unintelligible,
        Classic = new(0, null, ""),
        Reason = Reason.Unknown,
    };

    public override string ToString() => Id;
}
