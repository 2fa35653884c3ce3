using Gatepost.Delivery.Queue;

namespace Gatepost.Delivery.Attempts;

/// <summary>Delivers to one destination. Used by several workers together; keeps connections between messages.</summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>
    /// Tries one message for all its recipients. What goes wrong is in the result, cancellation included
    /// (<see cref="AttemptResult.BrokenOffBy"/>).
    /// </summary>
    ValueTask<AttemptResult> DeliverAsync(QueuedMessage message, string attempt, CancellationToken cancel);

    /// <summary>Closes connections idle since before <paramref name="before"/>.</summary>
    ValueTask CloseIdleAsync(DateTimeOffset before);
}
