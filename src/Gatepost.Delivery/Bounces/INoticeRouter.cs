using Gatepost.Smtp;

namespace Gatepost.Delivery.Bounces;

/// <summary>Finds the routes to a sender, local or not; the program answers from the directory.</summary>
public interface INoticeRouter
{
    /// <summary>Where a report for <paramref name="sender"/> goes; empty if that address is gone, then no report is written.</summary>
    ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel);
}
