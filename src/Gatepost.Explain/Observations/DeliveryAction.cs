namespace Gatepost.Explain.Observations;

/// <summary>What happened to the message for one recipient (RFC 3464 §2.3.3).</summary>
public enum DeliveryAction
{
    /// <summary>Not said.</summary>
    Unknown,

    /// <summary>Given up.</summary>
    Failed,

    /// <summary>Still waiting; the sending server goes on trying. No failure.</summary>
    Delayed,

    /// <summary>Arrived.</summary>
    Delivered,

    /// <summary>Handed on to a system that reports nothing further.</summary>
    Relayed,

    /// <summary>Arrived and sent on to several addresses.</summary>
    Expanded,
}
