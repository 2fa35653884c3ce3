using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>An event as the journal gives it back: replies as words, since an entry may have left the catalogue meanwhile.</summary>
public sealed record JournalRecord
{
    /// <summary>Position in the journal; grows with time.</summary>
    public required long Position { get; init; }

    public required JournalKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? Session { get; init; }

    public string? QueueId { get; init; }

    public bool Outbound { get; init; }

    public IPAddress? Peer { get; init; }

    public string? PeerName { get; init; }

    public Stage? Stage { get; init; }

    public string? Command { get; init; }

    /// <summary>The catalogue entry of the reply.</summary>
    public string? EntryId { get; init; }

    public int? Code { get; init; }

    public string? Status { get; init; }

    public string? ReplyText { get; init; }

    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public string? Rule { get; init; }

    public string? VerdictId { get; init; }

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public DateTimeOffset? NextAttempt { get; init; }

    public long? Size { get; init; }

    public Finding? Detail { get; init; }
}

/// <summary>Finds what the journal kept.</summary>
public interface IJournalReader
{
    /// <summary>Every event of every session, attempt and message the key belongs to, in order of time.</summary>
    /// <param name="key">A queue id, a session id, an address (or <c>@domain</c>), an IP address, or <c>G-...</c>.</param>
    /// <param name="after">Only events behind this position; 0 for all (for following live).</param>
    /// <param name="max">1 to 100,000 events.</param>
    ValueTask<IReadOnlyList<JournalRecord>> FindAsync(string key, long after, int max, CancellationToken cancel);

    /// <summary>Every event in a span of time, whoever it concerns, oldest first.</summary>
    /// <param name="since">The first instant that counts.</param>
    /// <param name="until">The first instant that counts no more.</param>
    /// <param name="after">Only events behind this position; 0 for all.</param>
    /// <param name="max">1 to 100,000 events.</param>
    ValueTask<IReadOnlyList<JournalRecord>> FindBetweenAsync(DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel);

    /// <summary>Events the bounded buffer had to drop since the journal was opened.</summary>
    long Dropped { get; }
}
