namespace Gatepost.Delivery.Queue;

/// <summary>The outcome for one recipient, to be made durable.</summary>
public sealed record DeliveryOutcome
{
    public required string QueueId { get; init; }

    public required int Index { get; init; }

    public required Outcome Outcome { get; init; }

    public DateTimeOffset NextAttempt { get; init; }

    public LastReply? Last { get; init; }

    /// <summary>False if no host was asked, because the destination was known to be unreachable: then no attempt is counted.</summary>
    public bool IsAttempt { get; init; } = true;

    public bool DelayNotified { get; init; }
}
