using System.Threading.Channels;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Queue;

/// <summary>Durable queue of accepted mail. Implemented by Storage; one process owns it at a time.</summary>
/// <remarks>
/// States of a recipient: queued, leased (in memory only, so a crash frees it), held, gone. It is ours from the commit in
/// <see cref="IMessageDraft.CommitAsync"/> and no longer ours from the commit of a Delivered or Failed settlement.
/// The message row and its body go with the last recipient.
/// </remarks>
public interface IQueue
{
    /// <summary>
    /// New mail, already leased, right after its commit, one item for each destination of a message. Bounded: what does not fit is
    /// found by <see cref="DueAsync"/>.
    /// </summary>
    ChannelReader<QueuedMessage> Arrivals { get; }

    /// <summary>
    /// Completes when something may have become due sooner than known (release, retry now, overflow of <see cref="Arrivals"/>).
    /// </summary>
    Task WokenAsync(CancellationToken cancel);

    /// <summary>
    /// Destinations with recipients that are due, not leased and not held, longest waiting first, and when the next one falls due.
    /// </summary>
    ValueTask<(IReadOnlyList<DueDestination> Due, DateTimeOffset? Next)> DueAsync(DateTimeOffset now, int max, CancellationToken cancel);

    /// <summary>Leases due messages for one destination, oldest due first.</summary>
    ValueTask<IReadOnlyList<QueuedMessage>> LeaseAsync(
        Destination destination, DateTimeOffset now, int maxMessages, CancellationToken cancel);

    /// <summary>Head and body of a message, as they go out.</summary>
    /// <exception cref="IOException">The body cannot be read; the store is broken.</exception>
    Stream OpenBody(string queueId);

    /// <summary>Makes outcomes and the notices they cause durable in one commit and ends the leases. Completes when durable.</summary>
    /// <returns>The queue ids given to the notices, in order.</returns>
    /// <exception cref="IOException">The store is broken; the leases end anyway and the recipients stay as they were.</exception>
    ValueTask<IReadOnlyList<string>> SettleAsync(
        IReadOnlyList<DeliveryOutcome> settlements, IReadOnlyList<Notice> notices, CancellationToken cancel);

    /// <summary>Messages with the recipients that match, oldest first, from a position on.</summary>
    IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel);

    /// <summary>Held recipients are not tried until released. Leased ones are held once their attempt has ended in a deferral.</summary>
    ValueTask<int> HoldAsync(QueueFilter filter, CancellationToken cancel);

    ValueTask<int> ReleaseAsync(QueueFilter filter, CancellationToken cancel);

    /// <summary>Makes the recipients due now.</summary>
    ValueTask<int> RetryAsync(QueueFilter filter, CancellationToken cancel);

    /// <summary>Makes due now what waits beyond <paramref name="latest"/>, as it does after the clock was set back.</summary>
    /// <exception cref="IOException">The store is broken.</exception>
    ValueTask LimitWaitsAsync(DateTimeOffset now, DateTimeOffset latest) => default;

    /// <summary>Removes recipients without a notice. Never touches a leased one.</summary>
    ValueTask<int> DropAsync(QueueFilter filter, CancellationToken cancel);

    /// <summary>Leases matching recipients whatever their state, so that the caller can fail them with a bounce.</summary>
    ValueTask<IReadOnlyList<QueuedMessage>> LeaseMatchingAsync(QueueFilter filter, int maxMessages, CancellationToken cancel);
}
