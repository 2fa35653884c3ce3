using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatepost.Composition;
using Gatepost.Configuration;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.EndToEnd.Operation;

/// <summary>The server's parts as the program composes them, in this process.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatepost-reload-");

    [Fact]
    public async Task A_reload_that_fails_on_a_certificate_leaves_everything_as_it_was()
    {
        var settings = Settings();
        var broken = settings with
        {
            HostName = "other.example",
            Domains = [],
            Certificates = [new CertificateFiles("/nowhere/chain.pem", "/nowhere/key.pem")],
        };
        await using var server = new Server(settings, () => broken, Stream.Null, TimeProvider.System);
        await server.StartAsync(Cancel);
        var (directory, endpoints) = (server.Directory.Current, server.Endpoints);

        var answer = await server.ReloadAsync(Cancel);

        Assert.False(answer.Ok);
        Assert.StartsWith("nothing was changed, the old configuration stays in force", answer.Message.ToString());
        Assert.Same(directory, server.Directory.Current);
        Assert.Equal(endpoints, server.Endpoints);
    }

    [Fact]
    public async Task A_request_the_control_socket_cannot_read_gets_the_reason()
    {
        var settings = Settings();
        await using var server = new Server(settings, () => settings, Stream.Null, TimeProvider.System);
        await server.StartAsync(Cancel);

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(settings.ControlSocket), Cancel);
        await using var stream = new NetworkStream(socket);
        const string Request = "POST /v1/queue/list HTTP/1.1\r\nHost: gatepost\r\nConnection: close\r\nContent-Length: 5\r\n\r\n{oops";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Request), Cancel);
        string reply = await new StreamReader(stream).ReadToEndAsync(Cancel);

        Assert.StartsWith("HTTP/1.1 400", reply);
        Assert.Contains("application/problem+json", reply);
        Assert.Contains("is an invalid start of a property name", reply);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Settings Settings()
    {
        var settings = SettingsReader.Load(null, new Overrides(folder.FullName));
        return settings with
        {
            Http = [],
            Listeners = [.. settings.Listeners.Select(listener => listener with { Addresses = [new IPEndPoint(IPAddress.Loopback, 0)] })],
        };
    }
}
