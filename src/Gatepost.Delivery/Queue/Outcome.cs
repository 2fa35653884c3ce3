namespace Gatepost.Delivery.Queue;

/// <summary>What became of one recipient in one attempt.</summary>
public enum Outcome
{
    /// <summary>Done: the recipient leaves the queue.</summary>
    Delivered,

    /// <summary>Stays; tried again at <see cref="DeliveryOutcome.NextAttempt"/>.</summary>
    Deferred,

    /// <summary>Failed permanently: the recipient leaves the queue; a bounce goes in the same commit where one is due.</summary>
    Failed,

    /// <summary>Given back untried: no attempt is counted, the lease ends.</summary>
    Untried,
}
