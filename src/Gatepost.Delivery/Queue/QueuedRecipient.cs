using Gatepost.Smtp;

namespace Gatepost.Delivery.Queue;

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
