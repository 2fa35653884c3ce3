using Gatepost.Delivery.Queue;

namespace Gatepost.Delivery.Attempts;

/// <summary>The way to one destination. Used by several workers at once; keeps what can be used again between messages.</summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>Tries one message for all its recipients. What goes wrong is in the result, cancellation included (<see cref="AttemptResult.BrokenOffBy"/>).</summary>
    ValueTask<AttemptResult> TryAsync(QueuedMessage message, string attempt, CancellationToken cancel);

    /// <summary>Lets go of what has been idle since before <paramref name="before"/>.</summary>
    ValueTask TidyAsync(DateTimeOffset before);
}
