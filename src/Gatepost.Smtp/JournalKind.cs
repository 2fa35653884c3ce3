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

    /// <summary>A recipient failed permanently.</summary>
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
