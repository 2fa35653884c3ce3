using Gatepost.Smtp;

namespace Gatepost.Delivery.Bounces;

/// <summary>By the DNS of the sender's domain; for servers that keep no mailboxes, and for tests.</summary>
public sealed class RouteByDns : INoticeRouter
{
    public ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel) =>
        new(sender.Domain.Length == 0 ? [] : [new Route(sender, new Destination(DestinationKind.Mx, sender.Domain.ToLowerInvariant()))]);
}
