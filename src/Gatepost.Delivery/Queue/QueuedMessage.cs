using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Queue;

/// <summary>A message as the queue holds it. The body is read apart, by <see cref="IQueue.OpenBody"/>.</summary>
public sealed record QueuedMessage
{
    public required string QueueId { get; init; }

    /// <summary>Null is the null sender: no bounce is ever written for it.</summary>
    public required Mailbox? Sender { get; init; }

    public required DateTimeOffset Arrived { get; init; }

    /// <summary>Octets, head included.</summary>
    public required long Size { get; init; }

    public BodyType Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    public string? EnvelopeId { get; init; }

    /// <summary>The session it arrived in; null for mail of our own.</summary>
    public string? Session { get; init; }

    /// <summary>The login that submitted it; null where none.</summary>
    public string? User { get; init; }

    /// <summary>The client's address; null for mail of our own.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>The recipients this lease is for: all with one destination, all due.</summary>
    public required IReadOnlyList<QueuedRecipient> Recipients { get; init; }

    /// <summary>Head and body together where they are still in memory after arrival; null otherwise. Saves the hot path a read.</summary>
    public ReadOnlyMemory<byte>? InMemory { get; init; }
}

public enum RecipientState
{
    /// <summary>Waits for its next attempt.</summary>
    Queued,

    /// <summary>Not tried until an administrator releases it.</summary>
    Held,
}

/// <summary>One final address of one accepted recipient. Complete in itself.</summary>
public sealed record QueuedRecipient
{
    /// <summary>Unique within the message; stable.</summary>
    public required int Index { get; init; }

    /// <summary>Where the copy goes.</summary>
    public required Mailbox Address { get; init; }

    /// <summary>What the client said in RCPT; differs from <see cref="Address"/> after an alias.</summary>
    public required Mailbox Accepted { get; init; }

    public required Destination Destination { get; init; }

    public DsnNotify Notify { get; init; }

    public string? OriginalRecipient { get; init; }

    public RecipientState State { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset NextAttempt { get; init; }

    public DateTimeOffset? LastAttempt { get; init; }

    /// <summary>Whether the one delay notice was written.</summary>
    public bool DelayNotified { get; init; }

    /// <summary>The last reply or condition: what must never be lost. Null before the first attempt.</summary>
    public LastReply? Last { get; init; }
}

/// <summary>The last word about a recipient, as the queue row keeps it.</summary>
/// <param name="EntryId">The catalogue entry it was recognised as.</param>
/// <param name="Code">As said; 100 to 199 for conditions.</param>
/// <param name="Status">As said; null where none.</param>
/// <param name="Text">As said, lines separated by <c>\n</c>, harmless.</param>
/// <param name="Host">Who said it: <c>mx.example.org</c>; null where nobody was reached.</param>
/// <param name="Address">The IP address tried; null where none.</param>
/// <param name="Stage">What it answered.</param>
public sealed record LastReply(string EntryId, int Code, string? Status, string Text, string? Host, string? Address, Stage Stage);
