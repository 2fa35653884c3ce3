using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Gatepost.Web.Autoconfig;
using Gatepost.Web.Control;
using Gatepost.Web.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Gatepost.Web;

/// <summary>Where the web server listens.</summary>
public sealed record WebOptions
{
    /// <summary>For <c>/health</c> and <c>/metrics</c>; empty for none.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; init; } = [];

    /// <summary>For the policies of domains, over HTTPS; empty for none.</summary>
    public IReadOnlyList<IPEndPoint> SecureAddresses { get; init; } = [];

    /// <summary>The certificate context for a name that a client asks for; null for none.</summary>
    public Func<string?, SslStreamCertificateContext?> Certificate { get; init; } = _ => null;

    /// <summary>The MTA-STS policy of a domain, as text; null for a domain without one.</summary>
    public Func<string, CancellationToken, ValueTask<string?>> StsPolicy { get; init; } = (_, _) => new((string?)null);

    /// <summary>What mail programs are answered about a domain; null for nothing.</summary>
    public Func<string, CancellationToken, ValueTask<MailProgramSettings?>> MailPrograms { get; init; } =
        (_, _) => new((MailProgramSettings?)null);

    /// <summary>Where authorities that certificates are ordered from ask, over HTTP; empty for nowhere.</summary>
    public IReadOnlyList<IPEndPoint> ChallengeAddresses { get; init; } = [];

    /// <summary>What they must read for a token (RFC 8555 §8.3); null for a token that is not ours.</summary>
    public Func<string, string?> ChallengeAnswer { get; init; } = _ => null;

    /// <summary>The administrator's Unix socket; mode 0660.</summary>
    public required string ControlSocket { get; init; }

    /// <summary>The Unix socket for local programs that send mail; mode 0666.</summary>
    public required string SubmitSocket { get; init; }
}

/// <summary>Health, metrics and the control API on one Kestrel; each listener answers its own routes only.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private const string Door = "gatepost.door";

    /// <summary>Of all listeners together: others must not use up what the control socket needs.</summary>
    private const int MaxConnections = 1_000;

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
        Branch(EndpointKind.World, routes =>
        {
            routes.MapGet("/.well-known/mta-sts.txt", (RequestDelegate)StsPolicyAsync);
            new AutoconfigRoutes(options.MailPrograms).Map(routes);
        });
        Branch(EndpointKind.Challenge, routes =>
            routes.MapGet("/.well-known/acme-challenge/{token}", (RequestDelegate)ChallengeAsync));
        Branch(EndpointKind.Public, routes =>
        {
            routes.MapGet("/health", (RequestDelegate)(context => HealthAsync(context, server)));
            routes.MapGet("/metrics", (RequestDelegate)metrics.WriteAsync);
        });
    }

    private enum EndpointKind
    {
        Public,
        World,
        Challenge,
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

        // Until here the sockets have the mode the umask leaves them, which lets no other user write.
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
        foreach (var address in options.ChallengeAddresses)
            kestrel.Listen(address, listen => Mark(listen, EndpointKind.Challenge));
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        foreach (var address in options.SecureAddresses)
        {
            kestrel.Listen(address, listen =>
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = TlsOptionsFor });
                Mark(listen, EndpointKind.World);
            });
        }
    }

    private ValueTask<SslServerAuthenticationOptions> TlsOptionsFor(TlsHandshakeCallbackContext context) =>
        new(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = options.Certificate(context.ClientHelloInfo.ServerName)
            ?? throw new AuthenticationException("there is no certificate"),
        });

    /// <summary>RFC 8461 §3.3: the host is <c>mta-sts.</c> before the domain.</summary>
    private async Task StsPolicyAsync(HttpContext context)
    {
        const string Prefix = "mta-sts.";
        string host = context.Request.Host.Host;
        string? policy = host.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? await options.StsPolicy(host[Prefix.Length..].ToLowerInvariant(), context.RequestAborted) : null;
        if (policy is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(policy, context.RequestAborted);
    }

    private async Task ChallengeAsync(HttpContext context)
    {
        if (context.Request.RouteValues["token"] is not string token || options.ChallengeAnswer(token) is not { } answer)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        await context.Response.WriteAsync(answer, context.RequestAborted);
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
