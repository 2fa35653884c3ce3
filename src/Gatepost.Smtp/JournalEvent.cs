using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>One event of a session or an attempt: recorded, kept, found again, written as JSON. Only what is known is set.</summary>
public sealed record JournalEvent
{
    /// <summary>Position in the journal; grows with time. 0 before it is there.</summary>
    public long Position { get; init; }

    public required JournalKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The session's or the attempt's id.</summary>
    public string? Session { get; init; }

    public string? QueueId { get; init; }

    /// <summary>True if we were the client.</summary>
    public bool Outbound { get; init; }

    public IPAddress? Peer { get; init; }

    /// <summary>HELO name, or the host's name where we are the client.</summary>
    public string? PeerName { get; init; }

    public Stage? Stage { get; init; }

    /// <summary>The command as read or sent, made harmless, secrets removed; 512 characters at most.</summary>
    public string? Command { get; init; }

    /// <summary>The reply as it was said. The journal returns only its words: an entry may have left the catalogue in between.</summary>
    public Reply? Reply { get; init; }

    /// <summary>The catalogue entry of the reply.</summary>
    public string? Entry { get => Reply?.Entry.Id ?? field; init; }

    /// <summary>The code of the reply.</summary>
    public int? Code { get => Reply?.Code ?? field; init; }

    /// <summary>The enhanced status of the reply, as 5.1.1.</summary>
    public string? Status { get => Reply?.Status?.ToString() ?? field; init; }

    /// <summary>The text of the reply; lines are separated by a line feed.</summary>
    public string? Text { get => Reply?.Text ?? field; init; }

    /// <summary>The cause that the entry of the reply means, as <c>mailbox-full</c>; null for a reply that refuses nothing.</summary>
    public string? Reason { get => Reply?.Entry.Reason?.Word ?? field; init; }

    /// <summary>Empty for the null sender; null if unknown.</summary>
    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public string? Rule { get; init; }

    public string? VerdictId { get; init; }

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Message-ID of the message without its angle brackets, made harmless, 250 characters at most; null if unknown.</summary>
    public string? MessageId { get; init; }

    /// <summary>The account the client has logged in to, or tried; null if it has not.</summary>
    public string? Login { get; init; }

    /// <summary>The client's host name as DNS confirms it; null if it was not looked up.</summary>
    public string? ReverseName { get; init; }

    /// <summary>Octets of the message.</summary>
    public long? Size { get; init; }

    /// <summary>Why, or anything else there is to say.</summary>
    public Finding? Detail { get; init; }
}
