using System.Net;
using System.Net.Http.Json;
using Gatepost.EndToEnd.Harness;

namespace Gatepost.EndToEnd.Components;

/// <summary>Debian's pebble, an authority for tests, with the DNS server that comes with it: both know only what a test sets.</summary>
public sealed class PebbleInstance : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly int port = Loopback.FreePort(), management = Loopback.FreePort(), dnsManagement = Loopback.FreePort();
    private readonly HttpClient http = new();
    private ChildProcess? authority, dns;

    private PebbleInstance() => Tls = Certificates.Make(scratch, "localhost");

    /// <summary>Of the directory itself; nobody but a test trusts it.</summary>
    public Certificates Tls { get; }

    public string Directory => $"https://localhost:{port}/dir";

    /// <summary>Where it asks for http-01.</summary>
    public int HttpPort { get; } = Loopback.FreePort();

    /// <summary>Its resolver, which the server under test asks as well.</summary>
    public IPEndPoint Dns { get; } = new(IPAddress.Loopback, Loopback.FreePort());

    public string Said => $"{authority?.Said}\n{dns?.Said}";

    /// <summary>What a hook must call to set a record.</summary>
    public string DnsManagement => $"http://127.0.0.1:{dnsManagement}";

    /// <param name="rejectedNonces">Of a hundred.</param>
    public static async Task<PebbleInstance> StartAsync(CancellationToken cancel, int rejectedNonces = 5)
    {
        Component.Needs("pebble", "pebble-challtestsrv");
        var pebble = new PebbleInstance();
        try
        {
            pebble.dns = ChildProcess.Start("pebble-challtestsrv", [
                "-dns01", $"{pebble.Dns}", "-management", $"127.0.0.1:{pebble.dnsManagement}", "-http01", "", "-https01", "", "-tlsalpn01",
                    "",
                "-defaultIPv4", "", "-defaultIPv6", ""]);
            await Loopback.AnswersAsync(pebble.dnsManagement, cancel: cancel);
            await pebble.StartAuthorityAsync(cancel, rejectedNonces);
            return pebble;
        }
        catch (Exception broken)
        {
            string said = pebble.Said;
            await pebble.DisposeAsync();
            throw new InvalidOperationException("pebble does not start: " + said, broken);
        }
    }

    /// <summary>Starts it with nothing remembered: accounts and orders are in its memory only.</summary>
    public async Task StartAuthorityAsync(CancellationToken cancel, int rejectedNonces = 5)
    {
        if (authority is not null)
            await authority.DisposeAsync();
        string file = scratch.Write("pebble.json", $$"""
            {"pebble": {
              "listenAddress": "127.0.0.1:{{port}}",
              "managementListenAddress": "127.0.0.1:{{management}}",
              "certificate": "{{Tls.ChainFile}}",
              "privateKey": "{{Tls.KeyFile}}",
              "httpPort": {{HttpPort}},
              "tlsPort": 1,
              "ocspResponderURL": "",
              "externalAccountBindingRequired": false
            } }
            """);
        authority = ChildProcess.Start(
            "pebble", ["-config", file, "-dnsserver", $"{Dns}"],
            environment: new Dictionary<string, string>
            {
                ["PEBBLE_VA_NOSLEEP"] = "1",
                ["PEBBLE_WFE_NONCEREJECT"] = $"{rejectedNonces}",
                ["PEBBLE_AUTHZREUSE"] = "0",
            });
        await Loopback.AnswersAsync(port, cancel: cancel);
    }

    /// <summary>Sets the address of a name.</summary>
    public async Task SetAddressAsync(string name, string address, CancellationToken cancel)
    {
        foreach (string what in new[] { "clear-a", "add-a" })
        {
            using var answer = await http.PostAsync(
                new Uri($"{DnsManagement}/{what}"), JsonContent.Create(new { host = name + ".", addresses = new[] { address } }), cancel);
            answer.EnsureSuccessStatusCode();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { authority, dns })
        {
            if (process is not null)
                await process.DisposeAsync();
        }

        http.Dispose();
        scratch.Dispose();
    }
}
