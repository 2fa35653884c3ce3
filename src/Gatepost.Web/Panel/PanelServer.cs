using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Gatepost.Web.Panel.Rendering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using IPNetwork = System.Net.IPNetwork;

namespace Gatepost.Web.Panel;

/// <summary>The panel on a Kestrel of its own: what strangers do there takes nothing from the control socket.</summary>
public sealed class PanelServer : IAsyncDisposable
{
    private const int MaxConnections = 1_000;

    private readonly WebApplication app;
    private readonly IReadOnlyList<IPEndPoint> addresses;
    private readonly IReadOnlyList<string> hosts;

    /// <param name="site">What the pages work with.</param>
    /// <param name="certificate">The certificate context for a name that a client asks for; for addresses other than loopback.</param>
    public PanelServer(PanelSite site, Func<string?, SslStreamCertificateContext?> certificate)
    {
        (addresses, hosts) = (site.Options().Addresses, site.Options().Hosts);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => Listen(kestrel, addresses, certificate));
        app = builder.Build();

        var routes = PanelRoutes.All;
        var gate = new PanelGate(site, routes);
        UseProxies(app, site.Options().Proxies);
        app.Use(next => context => gate.CheckHostAsync(context, next));
        app.UseRouting();
        foreach (var asset in PanelAsset.All)
            app.MapGet(asset.Path, (RequestDelegate)asset.WriteAsync);
        foreach (var route in routes)
            app.MapMethods(route.Pattern, [route.Method], (RequestDelegate)(context => gate.EnterAsync(context, route)));
        app.MapFallback((RequestDelegate)(async context => await (await gate.RequestOfAsync(context)).NotFoundAsync()));
    }

    /// <summary>How it is opened on this machine, with the final slash.</summary>
    public Uri Root => addresses[0] is var first && (first.Address.Equals(IPAddress.Any) || first.Address.Equals(IPAddress.IPv6Any))
        ? new Uri($"https://{(hosts is [var host, ..] ? host : "localhost")}:{first.Port}/")
        : new Uri($"{(IPAddress.IsLoopback(first.Address) ? "http" : "https")}://{first}/");

    /// <exception cref="IOException">An address is taken.</exception>
    public Task StartAsync(CancellationToken cancel) => app.StartAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(atOnce.Token);
        await app.DisposeAsync();
    }

    private static void Listen(
        KestrelServerOptions kestrel, IReadOnlyList<IPEndPoint> addresses, Func<string?, SslStreamCertificateContext?> certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        foreach (var address in addresses)
        {
            kestrel.Listen(address, listen =>
            {
                if (!IPAddress.IsLoopback(address.Address))
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = context => Tls(context, certificate) });
            });
        }
    }

    private static ValueTask<SslServerAuthenticationOptions> Tls(
        TlsHandshakeCallbackContext context, Func<string?, SslStreamCertificateContext?> certificate) =>
        new(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate(context.ClientHelloInfo.ServerName)
            ?? throw new AuthenticationException("there is no certificate"),
        });

    /// <summary>Without a listed proxy the headers are strangers' text and are not read at all.</summary>
    private static void UseProxies(WebApplication app, IReadOnlyList<IPNetwork> proxies)
    {
        if (proxies.Count == 0)
            return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = 1,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
