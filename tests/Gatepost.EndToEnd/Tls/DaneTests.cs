using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Tls;

/// <summary>DANE (RFC 7672) with a zone that knot signs and unbound validates: what is sent, to whom, and with which reason.</summary>
public sealed class DaneTests : IAsyncLifetime
{
    private static readonly IPAddress Secure = IPAddress.Parse("127.0.0.2"), Clear = IPAddress.Parse("127.0.0.3"),
        Refusing = IPAddress.Parse("127.0.0.4");

    private readonly ScratchFolder scratch = new();
    private readonly List<ScriptedPeer> peers = [];
    private readonly int port = Loopback.FreePort();
    private SignedDns dns = null!;
    private GatepostServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Component.Needs("unbound", "knotd", "keymgr");
        var certificate = Certificates.Make(scratch, "mx.signed.test");
        string good = Convert.ToHexStringLower(
            SHA256.HashData(certificate.Certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        string bad = new('0', 64);
        dns = await SignedDns.StartAsync($"""
            match MX 10 mx
            mx A {Secure}
            _{port}._tcp.mx TLSA 3 1 1 {good}
            anchored MX 10 mx.match
            mx.match A {Secure}
            _{port}._tcp.mx.match TLSA 2 1 1 {bad}
            mismatch MX 10 mx-bad
            mx-bad A {Secure}
            _{port}._tcp.mx-bad TLSA 3 1 1 {bad}
            none MX 10 mx-none
            mx-none A {Secure}
            useless MX 10 mx-useless
            mx-useless A {Secure}
            _{port}._tcp.mx-useless TLSA 1 1 1 {bad}
            alias MX 10 mx-alias
            mx-alias CNAME mx
            out MX 10 mx-out
            mx-out CNAME mx.open.test.
            _{port}._tcp.mx-out TLSA 3 1 1 {bad}
            bogus MX 10 mx-bogus
            clear MX 10 mx-clear
            mx-clear A {Clear}
            _{port}._tcp.mx-clear TLSA 3 1 1 {good}
            refusing MX 10 mx-refusing
            mx-refusing A {Refusing}
            _{port}._tcp.mx-refusing TLSA 3 1 1 {good}
            """, $"""
            @ MX 10 mx
            mx A {Secure}
            _{port}._tcp.mx TLSA 3 1 1 {bad}
            """, Cancel);
        peers.Add(ScriptedPeer.Start(new PeerScript { Tls = certificate }, new IPEndPoint(Secure, port)));
        peers.Add(ScriptedPeer.Start(new PeerScript(), new IPEndPoint(Clear, port)));
        peers.Add(ScriptedPeer.Start(
            new PeerScript
            {
                Ehlo = ["peer.test", "STARTTLS"],
                Answer = line => line == "STARTTLS" ? "554 5.7.3 Not today" : null,
            },
            new IPEndPoint(Refusing, port)));
        server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [dns]
                servers = ["{dns.EndPoint}"]
                must-exist = "mx.signed.test"
                signed-name = "signed.test"

                [delivery]
                port = {port}
                allow-networks = ["127.0.0.0/8"]
                dane = "on"
                """,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        foreach (var peer in peers)
            await peer.DisposeAsync();
        if (dns is not null)
            await dns.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task Each_case_goes_or_waits_with_its_named_reason()
    {
        string[] domains = ["match.signed.test", "alias.signed.test", "none.signed.test", "useless.signed.test", "open.test"];
        foreach (string domain in domains)
            await SendAsync(domain);
        await Eventually.TrueAsync(() => peers[0].Taken.Count == 5, () => server.Said, Cancel);
        Assert.All(peers[0].Taken, message => Assert.True(message.OverTls));
        await DetailAsync("match.signed.test", "TLSA 3 1 1 of mx.signed.test matched");
        await DetailAsync("alias.signed.test", "TLSA 3 1 1 of mx-alias.signed.test matched");
        await DetailAsync("none.signed.test", $"there are no TLSA records at _{port}._tcp.mx-none.signed.test");
        await DetailAsync("useless.signed.test", "with any certificate");
        await DetailAsync("open.test", "does not vouch for the MX records of open.test");

        await WaitsAsync("mismatch.signed.test", "dane-mismatch", "TLS demanded by DANE: TLSA 3 1 1 of mx-bad.signed.test did not match");
        await WaitsAsync("anchored.signed.test", "dane-mismatch", "TLSA 2 1 1 of mx.match.signed.test did not match");
        await WaitsAsync("out.signed.test", "dane-mismatch", "TLSA 3 1 1 of mx-out.signed.test did not match");
        await WaitsAsync("bogus.signed.test", "dane-unanswered", "SERVFAIL");
        await WaitsAsync("bogus.test", "dns-unanswered", "SERVFAIL");
        await WaitsAsync("clear.signed.test", "tls-not-offered", "offers no TLS, and DANE demands it");
        await WaitsAsync("refusing.signed.test", "tls-refused", "554 5.7.3 Not today");
        Assert.Equal(5, peers[0].Taken.Count);
        Assert.DoesNotContain(peers[1].Received.Concat(peers[2].Received), line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    private async Task SendAsync(string domain)
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync(
            "ann@demo.test", $"bob@{domain}", SampleMessage.Tricky("ann@demo.test", $"bob@{domain}"), Cancel);
    }

    private async Task DetailAsync(string domain, string words)
    {
        var trace = await server.RunAsync(Cancel, "trace", $"bob@{domain}");
        string output = string.Join(' ', trace.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(words, output, StringComparison.Ordinal);
    }

    /// <summary>The message stays in the queue, with this reason.</summary>
    private async Task WaitsAsync(string domain, string entry, string words)
    {
        await SendAsync(domain);
        await Eventually.TrueAsync(
            async () =>
            {
                var queue = await server.RunAsync(Cancel, "queue", "list", "--json");
                var lasts = queue.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("recipients")[0])
                    .Where(recipient => recipient.GetProperty("address").GetString() == $"bob@{domain}"
                        && recipient.TryGetProperty("last", out var last) && last.ValueKind == JsonValueKind.Object)
                    .Select(recipient => recipient.GetProperty("last")).ToList();
                return lasts.Exists(last => last.GetProperty("entry").GetString() == entry
                    && last.GetProperty("text").GetString()!.Contains(words, StringComparison.Ordinal));
            },
            () => server.Said,
            Cancel,
            $"{domain} waits with {entry}: {words}");
    }
}
