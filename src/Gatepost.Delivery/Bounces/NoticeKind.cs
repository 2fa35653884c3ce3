namespace Gatepost.Delivery.Bounces;

/// <summary>What a report is about.</summary>
internal enum NoticeKind
{
    Failed,
    Delayed,
    Succeeded,
}
