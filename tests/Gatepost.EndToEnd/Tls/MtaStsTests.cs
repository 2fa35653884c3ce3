using System.Net;
using System.Text.Json;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Tls;

/// <summary>MTA-STS (RFC 8461): one Gatepost publishes policies over HTTPS, another one obeys them.</summary>
public sealed class MtaStsTests : IAsyncDisposable
{
    private static readonly IPAddress Web = IPAddress.Parse("127.0.0.5"), Mail = IPAddress.Parse("127.0.0.2");

    private static readonly string Records = $"""
        strict MX 10 mx.demo
        mx.demo A {Mail}
        _mta-sts.strict TXT "v=STSv1; id=1;"
        mta-sts.strict A {Web}
        other MX 10 mx.other
        mx.other A {Mail}
        _mta-sts.other TXT "v=STSv1; id=1;"
        mta-sts.other A {Web}
        foreign MX 10 mx.demo
        _mta-sts.foreign TXT "v=STSv1; id=1;"
        mta-sts.foreign A {Web}
        """;

    private readonly ScratchFolder scratch = new();
    private readonly int port = Loopback.FreePort();
    private GatepostServer? publisher;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (publisher is not null)
            await publisher.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_published_policy_is_obeyed_even_after_a_restart_without_its_web_server()
    {
        Component.NeedsRoot("MTA-STS is on port 443");
        await using var dns = await DnsServer.StartAsync(Records, Cancel);
        publisher = await StartPublisherAsync();
        await using var sender = await StartSenderAsync(dns, publisher.Tls);
        await using (var good = ScriptedPeer.Start(new PeerScript { Tls = publisher.Tls }, new IPEndPoint(Mail, port)))
        {
            await SendAsync(sender, "strict.test");
            await Eventually.TrueAsync(() => good.Taken.Count == 1, () => sender.Said, Cancel);
            var trace = await sender.RunAsync(Cancel, "trace", "bob@strict.test");
            Assert.Contains("TLS demanded by MTA-STS of strict.test", trace.Output, StringComparison.Ordinal);
            await WaitsAsync(sender, "other.test", "mta-sts-host-not-listed", "does not list mx.other.test (it lists mx.demo.test)");
            await CheckAsync(dns, publisher.Tls);
            Assert.Single(good.Taken);
        }

        await publisher.DisposeAsync();
        publisher = null;
        await sender.KillAsync();
        await sender.StartAgainAsync(Cancel);
        await using (var clear = ScriptedPeer.Start(new PeerScript(), new IPEndPoint(Mail, port)))
        {
            await WaitsAsync(sender, "strict.test", "tls-not-offered", "MTA-STS of strict.test demands it");
            Assert.DoesNotContain(clear.Received, line => line.StartsWith("MAIL", StringComparison.Ordinal));
        }

        var unknown = Certificates.Make(scratch, "mx.demo.test");
        await using (var impostor = ScriptedPeer.Start(new PeerScript { Tls = unknown }, new IPEndPoint(Mail, port)))
        {
            await sender.RunAsync(Cancel, "queue", "retry", "--all");
            await WaitsAsync(sender, "strict.test", "mta-sts-certificate-invalid", "no known authority vouches for it");
            Assert.Empty(impostor.Taken);
        }
    }

    /// <summary>The verbs say the same.</summary>
    private async Task CheckAsync(DnsServer dns, Certificates trusted)
    {
        var strict = await RunCheckAsync(dns, trusted, "mta-sts", "strict.test");
        Assert.Equal(("pass", "enforce"), (strict.GetProperty("result").GetString(), strict.GetProperty("mode").GetString()));
        Assert.Equal("fail", (await RunCheckAsync(dns, trusted, "mta-sts", "other.test")).GetProperty("result").GetString());
        // Not hosted there, and no certificate for its name.
        Assert.Equal("fail", (await RunCheckAsync(dns, trusted, "mta-sts", "foreign.test")).GetProperty("result").GetString());
        Assert.Equal("none", (await RunCheckAsync(dns, trusted, "mta-sts", "test")).GetProperty("result").GetString());
        var tls = await RunCheckAsync(dns, trusted, "tls", "strict.test", "--port", $"{port}");
        Assert.Equal("pass", tls.GetProperty("result").GetString());
        Assert.Equal("MTA-STS of strict.test", tls.GetProperty("hosts")[0].GetProperty("by").GetString());
        var none = await RunCheckAsync(dns, trusted, "dane", "strict.test", "--port", $"{port}");
        Assert.Equal("none", none.GetProperty("result").GetString());
    }

    private static async Task<JsonElement> RunCheckAsync(DnsServer dns, Certificates trusted, params string[] what)
    {
        var ended = await ChildProcess.RunAsync(
            "dotnet", [GatepostServer.Program, "check", .. what, "--dns", $"{dns.EndPoint}", "--json"], Cancel,
            environment: Trusting(trusted));
        Assert.True(ended.ExitCode is 0 or 1, ended.ToString());
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    private static Dictionary<string, string> Trusting(Certificates certificate) => new() { ["SSL_CERT_FILE"] = certificate.ChainFile };

    private static Task<GatepostServer> StartPublisherAsync() => GatepostServer.StartAsync(Cancel, new()
    {
        Sections = $"""
            https-address = "{Web}:443"

            [mta-sts]
            mode = "enforce"

            [[domain]]
            name = "strict.test"

            [[domain]]
            name = "other.test"
            """,
    });

    private Task<GatepostServer> StartSenderAsync(DnsServer dns, Certificates trusted) => GatepostServer.StartAsync(Cancel, new()
    {
        HostName = "out.demo.test",
        // The publisher's files go with it.
        Environment = new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = scratch.Write("trusted.crt", File.ReadAllText(trusted.ChainFile)),
        },
        Sections = $"""
            [dns]
            servers = ["{dns.EndPoint}"]
            must-exist = "ns.test"

            [delivery]
            port = {port}
            allow-networks = ["127.0.0.0/8"]
            """,
    });

    private static async Task SendAsync(GatepostServer sender, string domain)
    {
        await using var client = await SmtpSocket.GreetedAsync(sender.Setup.Internal, Cancel);
        await client.SendMessageAsync(
            "ann@demo.test", $"bob@{domain}", SampleMessage.Tricky("ann@demo.test", $"bob@{domain}"), Cancel);
    }

    private static async Task WaitsAsync(GatepostServer sender, string domain, string entry, string words)
    {
        await SendAsync(sender, domain);
        await Eventually.TrueAsync(
            async () =>
            {
                var queue = await sender.RunAsync(Cancel, "queue", "list", "--json");
                return queue.Output.Split('\n').Any(line => line.Contains($"bob@{domain}", StringComparison.Ordinal)
                    && line.Contains($"\"{entry}\"", StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal));
            },
            () => sender.Said,
            Cancel,
            $"{domain} waits with {entry}: {words}");
    }
}
