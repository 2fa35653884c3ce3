using System.Net;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Gatepost.Web.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Web;

/// <summary>Where the web server listens.</summary>
public sealed record WebOptions
{
    /// <summary>For <c>/health</c> and <c>/metrics</c>; empty for none.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; init; } = [];

    /// <summary>The administrator's Unix socket; mode 0660.</summary>
    public required string ControlSocket { get; init; }

    /// <summary>The Unix socket for local programs that send mail; mode 0666.</summary>
    public required string SubmitSocket { get; init; }
}

/// <summary>Health, metrics and the control API on one Kestrel; each listener answers its own routes only.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private const string Door = "gatepost.door";

    private readonly WebApplication app;
    private readonly WebOptions options;

    public WebServer(
        WebOptions options, IServerControl server, IQueue queue, IJournalReader journal, MetricsPage metrics, TimeProvider time)
    {
        this.options = options;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        app = builder.Build();

        var control = new ControlRoutes(server, queue, journal, time);
        Branch(EndpointKind.Control, control.MapAdministration);
        Branch(EndpointKind.Submit, control.MapSubmission);
        Branch(EndpointKind.Public, routes =>
        {
            routes.MapGet("/health", (RequestDelegate)(context => HealthAsync(context, server)));
            routes.MapGet("/metrics", (RequestDelegate)metrics.WriteAsync);
        });
    }

    private enum EndpointKind
    {
        Public,
        Control,
        Submit,
    }

    /// <exception cref="IOException">An address is taken or a socket's folder cannot be written.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        foreach (string socket in new[] { options.ControlSocket, options.SubmitSocket })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
            // The store's lock says that no other server of this data folder runs, so a socket file can only be a dead one's.
            File.Delete(socket);
        }

        await app.StartAsync(cancel);
        if (OperatingSystem.IsWindows())
            return;

        // Until here the sockets have the mode the umask leaves them, which lets nobody else write.
        const UnixFileMode Group = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.SetUnixFileMode(options.ControlSocket, Group);
        File.SetUnixFileMode(options.SubmitSocket, Group | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(atOnce.Token);
        await app.DisposeAsync();
        File.Delete(options.ControlSocket);
        File.Delete(options.SubmitSocket);
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.ListenUnixSocket(options.ControlSocket, listen => Mark(listen, EndpointKind.Control));
        kestrel.ListenUnixSocket(options.SubmitSocket, listen => Mark(listen, EndpointKind.Submit));
        foreach (var address in options.Addresses)
            kestrel.Listen(address, listen => Mark(listen, EndpointKind.Public));
    }

    private static void Mark(ListenOptions listen, EndpointKind door)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Items[Door] = door;
            return next(connection);
        });
    }

    private void Branch(EndpointKind door, Action<Microsoft.AspNetCore.Routing.IEndpointRouteBuilder> map) =>
        app.MapWhen(
            context => context.Features.Get<IConnectionItemsFeature>()?.Items[Door] is EndpointKind entered && entered == door,
            branch => branch.UseRouting().UseEndpoints(map));

    private static async Task HealthAsync(HttpContext context, IServerControl server)
    {
        var health = await server.CheckAsync(context.RequestAborted);
        context.Response.StatusCode = health.Ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        await System.Text.Json.JsonSerializer.SerializeAsync(
            context.Response.Body, health, ControlJson.Lines.Health, context.RequestAborted);
        await context.Response.WriteAsync("\n", context.RequestAborted);
    }
}
