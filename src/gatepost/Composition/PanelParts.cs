using Gatepost.Policy.Auth;
using Gatepost.Web.Panel;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Tenants;

namespace Gatepost.Composition;

/// <summary>The web panel over the parts of the running server.</summary>
internal sealed class PanelParts : IAsyncDisposable
{
    private readonly SignInLinks links;
    private readonly PanelServer server;

    private PanelParts(PanelSite site, ServerReload reload)
    {
        links = site.Links;
        server = new PanelServer(site, name => reload.Certificates.Configured?.Find(name) ?? reload.Certificates.SelfSigned.Find(name));
    }

    /// <summary>Null if the configuration names no address for it.</summary>
    public static PanelParts? Build(
        ServerReload reload, ServerControl control, ServerFiles files, Authenticator logins, DirectoryParts directory, TimeProvider time)
    {
        if (reload.Settings.Panel.Addresses.Count == 0)
            return null;
        var options = () => reload.Settings.Panel;
        return new PanelParts(
            new PanelSite
            {
                Operations = new DeskOperations(control, files.Store, time),
                Catalogue = () => reload.Delivery.Replies,
                Options = options,
                Accounts = new PanelAccounts(logins, () => directory.Current, options, files.Journal, time),
                Sessions = new PanelSessions(files.State, time),
                Links = new SignInLinks(time),
                Audit = new AuditTrail(files.State, time),
                Time = time,
            },
            reload);
    }

    /// <exception cref="IOException">The address is taken.</exception>
    public Task StartAsync(CancellationToken cancel) => server.StartAsync(cancel);

    /// <summary>For one sign-in within the hour.</summary>
    public Uri MakeLink() => new(server.Root, "sign-in/link/" + links.Make());

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
