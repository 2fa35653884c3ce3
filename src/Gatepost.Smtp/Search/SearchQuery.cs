namespace Gatepost.Smtp.Search;

/// <summary>What a word of a query is.</summary>
public enum SearchKind
{
    /// <summary>A queue id, a session's or attempt's id, or the <c>G-...</c> of a refusal.</summary>
    Id,

    /// <summary>A whole address, of either side.</summary>
    Address,

    /// <summary>The domain of an address, without @.</summary>
    Domain,

    /// <summary>The other side's IP address.</summary>
    Ip,

    /// <summary>A network that the other side's IP address is in, as <c>192.0.2.0/24</c>.</summary>
    Network,

    /// <summary>HELO name, reverse name, the next host; or a domain they are in.</summary>
    Host,

    /// <summary>The account of a log-in, accepted or failed.</summary>
    Login,

    /// <summary>A Message-ID without its angle brackets.</summary>
    MessageId,

    Rule,

    /// <summary>The catalogue entry of a reply.</summary>
    Entry,

    /// <summary>The cause of a reply.</summary>
    Reason,

    /// <summary>Three digits.</summary>
    Code,

    /// <summary>An enhanced status, as <c>5.1.1</c>.</summary>
    Status,

    /// <summary>One of <see cref="StoryOutcome"/>, in lower case.</summary>
    Outcome,

    /// <summary>Characters in a host name, login, address, Message-ID or reply.</summary>
    Text,
}

/// <summary>Which side of a message an address is looked for on.</summary>
public enum SearchSide
{
    Either,
    Sender,
    Recipient,
}

/// <summary>One thing an event can be found by.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">In lower case or not: compared without case.</param>
/// <param name="Side">For addresses and domains.</param>
public sealed record SearchKey(SearchKind Kind, string Value, SearchSide Side = SearchSide.Either);

/// <summary>One word of a query; it is found where one of its keys is.</summary>
/// <param name="Written">As the person wrote it.</param>
/// <param name="Keys">At least one: <c>example.com</c> may be a host or the domain of an address.</param>
public sealed record SearchWord(string Written, IReadOnlyList<SearchKey> Keys);

/// <summary>What is looked for: stories in which every word is found within the time.</summary>
public sealed record SearchQuery
{
    public const int MaxLimit = 1000;

    /// <summary>Words; none finds all that happened in the time.</summary>
    public IReadOnlyList<SearchWord> Words { get; init; } = [];

    /// <summary>The first instant that counts; null for the beginning of the journal.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The first instant that counts no more; null for now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Stories on a page, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>Where the page before ended; null for the first.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A part of the answer, newest first.</summary>
/// <param name="Stories">At most as many as asked for; fewer, even none, if the work of one page was used up first.</param>
/// <param name="Cursor">For the next page; null if the journal has been read to its beginning.</param>
/// <param name="LookedBackTo">Everything from then on has been looked at; null if all of the journal or of the time has.</param>
public sealed record SearchPage(IReadOnlyList<Story> Stories, string? Cursor, DateTimeOffset? LookedBackTo);

/// <summary>Finds stories in the journal.</summary>
public interface IStorySearch
{
    /// <exception cref="FormatException">The cursor is none that this journal gave for this query.</exception>
    ValueTask<SearchPage> SearchAsync(SearchQuery query, CancellationToken cancel);
}
