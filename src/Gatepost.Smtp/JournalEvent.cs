using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>One event of a session or an attempt. Only what is known is set.</summary>
public sealed record JournalEvent
{
    public required JournalKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The session's or the attempt's id.</summary>
    public string? Session { get; init; }

    public string? QueueId { get; init; }

    /// <summary>True where we were the client.</summary>
    public bool Outbound { get; init; }

    public IPAddress? Peer { get; init; }

    /// <summary>HELO name, or the host's name where we are the client.</summary>
    public string? PeerName { get; init; }

    public Stage? Stage { get; init; }

    /// <summary>The command as read or sent, made harmless, secrets removed; 512 characters at most.</summary>
    public string? Command { get; init; }

    public Reply? Reply { get; init; }

    /// <summary>Empty for the null sender; null where unknown.</summary>
    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public string? Rule { get; init; }

    public string? VerdictId { get; init; }

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Octets of the message.</summary>
    public long? Size { get; init; }

    /// <summary>Why, or anything else there is to say.</summary>
    public Finding? Detail { get; init; }
}
