using System.Net;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>A real unbound on a loopback port that knows the zone <c>test</c> and nothing else.</summary>
public sealed class DnsServer : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private ChildProcess? process;

    private DnsServer() => EndPoint = new(IPAddress.Loopback, Loopback.FreePort());

    public IPEndPoint EndPoint { get; }

    /// <summary>
    /// Starts it with these records, one a line in zone file form, names relative to <c>test.</c>: <c>partner MX 10 mx.partner</c>.
    /// </summary>
    /// <param name="further">More lines of the server's section: other zones, local data.</param>
    public static async Task<DnsServer> StartAsync(string records, CancellationToken cancel, string further = "")
    {
        Component.Needs("unbound");
        var dns = new DnsServer();
        try
        {
            dns.process = ChildProcess.Start("unbound", ["-d", "-c", dns.WriteConfiguration(records, further)]);
            await Loopback.AnswersAsync(dns.EndPoint.Port, cancel: cancel);
            return dns;
        }
        catch (Exception broken)
        {
            string said = dns.process?.Said ?? "";
            await dns.DisposeAsync();
            throw new InvalidOperationException("unbound does not start: " + said, broken);
        }
    }

    /// <summary>SIGKILL: from now on nobody answers at <see cref="EndPoint"/>.</summary>
    public void Kill() => process!.Kill();

    /// <summary>Stops answering but keeps the port: questions are lost in silence, as behind a dead router.</summary>
    public void Freeze() => process!.Signal("STOP");

    public void Thaw() => process!.Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        scratch.Dispose();
    }

    private string WriteConfiguration(string records, string further)
    {
        string zone = scratch.Write("test.zone", $"""
            $ORIGIN test.
            $TTL 60
            @ SOA ns hostmaster 1 3600 600 86400 60
            @ NS ns
            ns A 127.0.0.1
            {records}

            """);
        return scratch.Write("unbound.conf", $"""
            server:
              interface: 127.0.0.1@{EndPoint.Port}
              do-daemonize: no
              use-syslog: no
              logfile: ""
              username: ""
              chroot: ""
              directory: "{scratch.Folder}"
              pidfile: "{scratch["unbound.pid"]}"
              do-ip6: no
              local-zone: "test." nodefault
              module-config: "iterator"
            {further}
            remote-control:
              control-enable: no
            auth-zone:
              name: "test."
              zonefile: "{zone}"
              for-upstream: yes
              for-downstream: yes
              fallback-enabled: no

            """);
    }
}
