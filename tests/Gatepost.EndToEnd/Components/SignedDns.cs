using System.Net;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>A real knot that signs the zone <c>signed.test</c>, and a real unbound that validates what it says.</summary>
/// <remarks>
/// Beside it: <c>open.test</c>, which nobody signs; <c>bogus.test</c>, whose signatures do not fit its anchor; and
/// <c>_tcp.mx-bogus.signed.test</c>, whose parent names a key that it does not have.
/// </remarks>
public sealed class SignedDns : IAsyncDisposable
{
    private const string NoSuchKey = "12345 13 2 0123456789012345678901234567890123456789012345678901234567890123";

    private readonly ScratchFolder scratch = new();
    private ChildProcess? knot, unbound;

    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, Loopback.FreePort());

    /// <summary>Starts both; records are relative to their zone.</summary>
    public static async Task<SignedDns> StartAsync(string signed, string open, CancellationToken cancel)
    {
        Component.Needs("unbound", "knotd", "keymgr");
        var dns = new SignedDns();
        try
        {
            await dns.RunAsync(signed, open, cancel);
            return dns;
        }
        catch (Exception broken)
        {
            string said = dns.knot?.Said + dns.unbound?.Said;
            await dns.DisposeAsync();
            throw new InvalidOperationException("knot or unbound does not start: " + said, broken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { unbound, knot })
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        scratch.Dispose();
    }

    private async Task RunAsync(string signed, string open, CancellationToken cancel)
    {
        int port = Loopback.FreePort();
        WriteZone("signed.test", $"""
            _tcp.mx-bogus NS ns
            _tcp.mx-bogus DS {NoSuchKey}
            mx-bogus A 127.0.0.2
            {signed}
            """);
        WriteZone("_tcp.mx-bogus.signed.test", "_25 A 127.0.0.2");
        WriteZone("bogus.test", "@ MX 10 mx\nmx A 127.0.0.2");
        WriteZone("open.test", open);
        string file = scratch.Write("knot.conf", $"""
            server:
              listen: 127.0.0.1@{port}
              rundir: "{scratch.MakeOpenFolder("run")}"
            log:
              - target: stdout
                any: info
            database:
              storage: "{scratch.MakeOpenFolder("db")}"
            policy:
              - id: test
                algorithm: ecdsap256sha256
                single-type-signing: on
            template:
              - id: default
                storage: "{scratch["zones"]}"
                file: "%s.zone"
                zonefile-sync: -1
                journal-content: none
            zone:
              - domain: signed.test
                dnssec-signing: on
                dnssec-policy: test
              - domain: bogus.test
                dnssec-signing: on
                dnssec-policy: test
              - domain: _tcp.mx-bogus.signed.test
              - domain: open.test

            """);
        knot = ChildProcess.Start("knotd", ["-c", file]);
        await knot.SaidAsync("server started", cancel);
        var key = await ChildProcess.RunAsync("keymgr", ["-c", file, "signed.test", "ds"], cancel);
        string anchor = key.Output.Split('\n').First(line => line.Contains(" 13 2 ", StringComparison.Ordinal)).Trim();
        unbound = ChildProcess.Start("unbound", ["-d", "-c", WriteResolver(port, anchor)]);
        await Loopback.AnswersAsync(EndPoint.Port, cancel: cancel);
    }

    private void WriteZone(string name, string records) => scratch.Write($"zones/{name}.zone", $"""
        $ORIGIN {name}.
        $TTL 60
        @ SOA ns.signed.test. hostmaster.signed.test. 1 3600 600 86400 60
        @ NS ns.signed.test.
        {(name == "signed.test" ? "ns A 127.0.0.1" : "")}
        {records}

        """);

    private string WriteResolver(int port, string anchor)
    {
        string stubs = string.Concat(((string[])["signed.test", "bogus.test", "open.test", "_tcp.mx-bogus.signed.test"]).Select(zone => $"""

            stub-zone:
              name: "{zone}."
              stub-addr: 127.0.0.1@{port}

            """));
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
              do-not-query-localhost: no
              local-zone: "test." nodefault
              module-config: "validator iterator"
              trust-anchor: "{anchor}"
              trust-anchor: "bogus.test. DS {NoSuchKey}"
            remote-control:
              control-enable: no
            {stubs}
            """);
    }
}
