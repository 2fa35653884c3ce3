using System.Net;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Tests.Smtp;

/// <summary>A server without sockets: its parts in memory, its clock in the test's hand.</summary>
public sealed class TestServer : IDisposable
{
    private readonly SessionTimeouts timeouts;
    private readonly ClientCounts counts = new();
    private readonly SessionIds ids;

    public TestServer()
    {
        Time.SetUtcNow(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        timeouts = new SessionTimeouts(Time);
        ids = new SessionIds(Time, 0);
    }

    /// <summary>Connections above which waits get short.</summary>
    public int StressAbove { set => timeouts.StressAbove = value; }

    public FakeTimeProvider Time { get; } = new();

    public ScriptedGate Gate { get; init; } = new();

    /// <summary>Asked instead of <see cref="Gate"/> where it is set.</summary>
    public IGatekeeper? Rules { get; init; }

    public MemoryStore Store { get; init; } = new();

    public MemoryJournal Journal { get; } = new();

    public IAuthenticator? Authenticator { get; init; }

    public SessionLimits Limits { get; init; } = new();

    public ListenerOptions Listener { get; init; } = new() { Role = ListenerRole.Mx, EndPoint = new(IPAddress.Loopback, 25) };

    public SmtpServerOptions Options { get; init; } = new() { HostName = "mx.host.example" };

    public IPEndPoint Peer { get; init; } = new(IPAddress.Parse("192.0.2.7"), 40000);

    public IPEndPoint Local { get; init; } = new(IPAddress.Parse("192.0.2.25"), 25);

    internal Connection Open(Transport transport, IPEndPoint? peer = null)
    {
        var profile = new ListenerProfile(Options with { Limits = Limits }, Listener);
        var services = new ServerServices(new SessionServices(Rules ?? Gate, Store, Journal, Authenticator, Time), timeouts, counts, ids);
        return new Connection(transport, services, profile, peer ?? Peer, Local);
    }

    /// <summary>Lets time pass; the sweep looks at every connection each second.</summary>
    public void Advance(TimeSpan span) => Time.Advance(span);

    public void Dispose() => timeouts.Dispose();
}
