using System.Net;
using Gatepost.Replies;

namespace Gatepost.Smtp;

/// <summary>What happened.</summary>
public enum JournalKind
{
    /// <summary>A client connected to us, or we to a host (<see cref="JournalEvent.Outbound"/>).</summary>
    Connected,

    /// <summary>A reply crossed the wire: given to a command, or received for one.</summary>
    Reply,

    /// <summary>A gatekeeper judged.</summary>
    Verdict,

    /// <summary>TLS began, or failed.</summary>
    Tls,

    /// <summary>A message became ours.</summary>
    Accepted,

    /// <summary>A recipient was delivered or relayed.</summary>
    Delivered,

    /// <summary>A recipient stays in the queue until <see cref="JournalEvent.NextAttempt"/>.</summary>
    Deferred,

    /// <summary>A recipient failed for good.</summary>
    Failed,

    /// <summary>A bounce or delay notice was written.</summary>
    Bounced,

    /// <summary>An administrator, the clock or the configuration changed the queue (hold, release, drop, expire).</summary>
    QueueChanged,

    /// <summary>The connection ended.</summary>
    Closed,

    /// <summary>Something about the server itself: started, reloaded, store broken, journal overflow.</summary>
    Server,
}

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

/// <summary>Takes every reply that crosses a wire and everything that explains it.</summary>
public interface IJournal
{
    /// <summary>Never blocks and never throws; what does not fit the bounded buffer is dropped and counted.</summary>
    void Record(JournalEvent happened);

    /// <summary>Whether so much waits to be written that events will be dropped if it goes on so. Whoever causes it by being refused is made to wait a little.</summary>
    bool IsCrowded => false;
}
