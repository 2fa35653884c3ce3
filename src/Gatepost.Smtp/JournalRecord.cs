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
