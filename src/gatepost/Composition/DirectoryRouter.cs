using Gatepost.Delivery.Bounces;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Composition;

/// <summary>Sends reports to senders the way mail for them would go: into their mailbox here, or out.</summary>
internal sealed class DirectoryRouter(Func<IDirectory> directory) : INoticeRouter
{
    public async ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel) =>
        (await Machine.ResolveAsync(directory(), sender, cancel)).Routes;
}
