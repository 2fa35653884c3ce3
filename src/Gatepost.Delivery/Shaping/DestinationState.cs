namespace Gatepost.Delivery.Shaping;

/// <summary>What is known of a destination when connections are shared out.</summary>
internal enum DestinationState
{
    /// <summary>It answered lately.</summary>
    Answers,

    /// <summary>Nothing is known.</summary>
    Unknown,

    /// <summary>It could not be reached the last time: the next attempt is a probe.</summary>
    Unreachable,
}
