using Gatepost.Smtp;

namespace Gatepost.Delivery.Bounces;

/// <summary>Knows the way to a sender, whether local or not; whoever composes the server answers it from the directory.</summary>
public interface INoticeRouter
{
    /// <summary>Where a report for <paramref name="sender"/> goes; empty where that address is gone, then no report is written.</summary>
    ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel);
}

/// <summary>By the DNS of the sender's domain; for servers that keep no mailboxes, and for tests.</summary>
public sealed class RouteByDns : INoticeRouter
{
    public ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel) =>
        new(sender.Domain.Length == 0 ? [] : [new Route(sender, new Destination(DestinationKind.Mx, sender.Domain.ToLowerInvariant()))]);
}
