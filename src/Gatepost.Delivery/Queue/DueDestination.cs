using Gatepost.Smtp;

namespace Gatepost.Delivery.Queue;

/// <summary>A destination that has due recipients.</summary>
/// <param name="Destination">Where to.</param>
/// <param name="Earliest">When its first recipient became due.</param>
public readonly record struct DueDestination(Destination Destination, DateTimeOffset Earliest);
