namespace Gatepost.Delivery.Shaping;

/// <summary>Whether an offered message found room.</summary>
internal enum EnqueueResult
{
    Taken,

    /// <summary>No room in memory: it goes back to the queue and is found again.</summary>
    Full,

    /// <summary>The destination is known to be unreachable: it is deferred without a try.</summary>
    Suspended,
}
