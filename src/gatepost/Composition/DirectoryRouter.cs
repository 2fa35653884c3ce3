using Gatepost.Delivery.Bounces;
using Gatepost.MailAuth.Srs;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Composition;

/// <summary>Sends reports to senders the way mail for them would go: into their mailbox here, or out.</summary>
/// <param name="directory">The current one.</param>
/// <param name="srs">Undoes senders that we rewrote: mail that we forwarded comes back in a loop under them.</param>
/// <param name="returnDomain">A domain of rewritten senders beside those of the directory.</param>
internal sealed class DirectoryRouter(Func<IDirectory> directory, SrsRewriter srs, Func<string?> returnDomain) : INoticeRouter
{
    public async ValueTask<IReadOnlyList<Route>> RouteAsync(Mailbox sender, CancellationToken cancel)
    {
        var found = await ReturnAddress.ResolveAsync(directory(), srs, returnDomain(), sender, cancel)
            ?? await Machine.ResolveAsync(directory(), sender, cancel);
        return found.Routes;
    }
}
