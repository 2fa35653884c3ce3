using Gatepost.Delivery.Queue;
using Gatepost.Web.Control;
using Gatepost.Web.Panel.Access;

namespace Gatepost.Web.Panel.Tenants;

/// <summary>The operations of the control socket, from which each viewer gets a desk of their own.</summary>
/// <param name="server">What the running server offers.</param>
/// <param name="queue">What waits for delivery.</param>
public sealed class DeskOperations(IServerControl server, IQueue queue, TimeProvider time)
{
    internal IServerControl Server => server;

    internal IQueue Queue => queue;

    internal TimeProvider Time => time;

    public TenantDesk For(Viewer viewer) => new(this, viewer);
}
