using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Acme;

/// <summary>Certificates ordered from a real authority, Debian's pebble, and used by the running server.</summary>
public sealed class OrderTests : IAsyncDisposable
{
    private const string Host = "mx.acme.test";

    private readonly ScratchFolder scratch = new();
    private PebbleInstance? pebble;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PebbleInstance Pebble => pebble ?? throw new InvalidOperationException("pebble is not running");

    public async ValueTask DisposeAsync()
    {
        if (pebble is not null)
            await pebble.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task A_certificate_is_ordered_by_http_used_immediately_renewed_while_running_and_its_account_outlives_a_restart()
    {
        pebble = await PebbleInstance.StartAsync(Cancel);
        await SetAddressesAsync("127.0.0.1");
        await using var server = await GatepostServer.StartAsync(Cancel, Setup());
        using var first = await IssuedAsync(server);
        Assert.True(first.MatchesHostname(Host) && first.MatchesHostname("also.acme.test"), first.ToString(verbose: true));
        Assert.Equal("1.2.840.10045.2.1", first.PublicKey.Oid.Value);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileOf(server)));
        var listed = await ListAsync(server);
        Assert.True(DateTimeOffset.Parse(listed.GetProperty("renewAt").GetString()!, null) < first.NotAfter, $"{listed}");

        // Another certificate with the same key, without a restart and without a dropped session.
        await using var session = await SmtpSocket.GreetedAsync(server.Setup.Mx, Cancel);
        var renewed = await server.RunAsync(Cancel, "certificate", "renew", Host);
        Assert.True(renewed.ExitCode == 0, renewed.ToString());
        Assert.Contains("is in use from now on", renewed.Output, StringComparison.Ordinal);
        using var second = await OfferedAsync(server, other: first);
        Assert.Equal(first.GetPublicKey(), second.GetPublicKey());
        await session.AskAsync("NOOP", "250", Cancel);

        string account = Assert.Single(Directory.GetFiles(Path.Combine(server.Data, "acme", "accounts")));
        string before = await File.ReadAllTextAsync(account, Cancel);
        Assert.Contains("/my-account/", before, StringComparison.Ordinal);
        await server.KillAsync();
        await server.StartAgainAsync(Cancel);
        using var third = await OfferedAsync(server, other: first);
        Assert.Equal(second.SerialNumber, third.SerialNumber);
        Assert.True((await server.RunAsync(Cancel, "certificate", "renew")).ExitCode == 0, server.Said);
        using var fourth = await OfferedAsync(server, other: second);
        Assert.Equal(before, await File.ReadAllTextAsync(account, Cancel));
    }

    [Fact]
    public async Task An_authority_that_rejects_half_of_all_nonces_and_forgets_our_account_gives_certificates_all_the_same()
    {
        pebble = await PebbleInstance.StartAsync(Cancel, rejectedNonces: 50);
        await SetAddressesAsync("127.0.0.1");
        await using var server = await GatepostServer.StartAsync(Cancel, Setup());
        using var first = await IssuedAsync(server);
        Assert.Contains("Nonce", pebble.Said, StringComparison.OrdinalIgnoreCase);

        await pebble.StartAuthorityAsync(Cancel);
        var renewed = await server.RunAsync(Cancel, "certificate", "renew");
        Assert.True(renewed.ExitCode == 0, renewed.ToString() + pebble.Said);
        Assert.Contains("an account was opened", renewed.Output, StringComparison.Ordinal);
        using var second = await OfferedAsync(server, other: first);
    }

    [Fact]
    public async Task By_dns_a_hook_sets_the_record_and_removes_it()
    {
        pebble = await PebbleInstance.StartAsync(Cancel);
        string seen = scratch["hook.log"];
        await using var server = await GatepostServer.StartAsync(Cancel, Setup($"""
            challenge = "dns-01"
            dns-hook = "{Hook(seen)}"
            """));
        using var issued = await IssuedAsync(server);
        await Eventually.TrueAsync(
            () => File.Exists(seen) && File.ReadAllLines(seen).Length == 4, () => server.Said, Cancel, "two records set and cleared");
        string[] calls = await File.ReadAllLinesAsync(seen, Cancel);
        Assert.Equal(["set", "clear", "set", "clear"], calls.Select(call => call.Split(' ')[0]));
        Assert.Contains($"_acme-challenge.{Host}", calls[0] + calls[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_challenge_is_explained_in_both_languages_and_not_tried_again_immediately()
    {
        pebble = await PebbleInstance.StartAsync(Cancel);
        // Nothing answers there.
        await SetAddressesAsync("127.0.0.9");
        await using var server = await GatepostServer.StartAsync(Cancel, Setup());
        await Eventually.TrueAsync(
            async () => (await ListAsync(server)).TryGetProperty("notBefore", out _), () => server.Said + pebble.Said, Cancel, "a failure");
        // Until there is one, mail is taken with a certificate of our own making.
        using (var own = await OfferedAsync(server, other: null))
            Assert.Equal(own.Issuer, own.Subject);
        var listed = await server.RunAsync(Cancel, "certificate", "list", Host, "--lang", "en");
        Assert.Contains("http-01 failed: the authority could not connect", Flat(listed.Output), StringComparison.Ordinal);
        Assert.Contains("port 80 is open from everywhere", Flat(listed.Output), StringComparison.Ordinal);
        Assert.Equal(1, listed.ExitCode);
        var russian = await server.RunAsync(Cancel, "certificate", "list", Host, "--lang", "ru");
        Assert.Contains("порт 80 открыт отовсюду", Flat(russian.Output), StringComparison.Ordinal);

        // A second failure is an alarm; when the cause is gone, an administrator need not wait.
        var again = await server.RunAsync(Cancel, "certificate", "order", Host);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains($"acme:{Host}", (await server.RunAsync(Cancel, "status", "--json")).Output, StringComparison.Ordinal);
        await SetAddressesAsync("127.0.0.1");
        var good = await server.RunAsync(Cancel, "certificate", "order", Host);
        Assert.True(good.ExitCode == 0, good.ToString() + pebble.Said);
        using var issued = await IssuedAsync(server);
        Assert.DoesNotContain($"acme:{Host}", (await server.RunAsync(Cancel, "status", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_gets_a_certificate_of_its_own_for_its_policy_and_HTTPS_uses_it()
    {
        pebble = await PebbleInstance.StartAsync(Cancel);
        await SetAddressesAsync("127.0.0.1");
        await pebble.SetAddressAsync("mta-sts.demo.test", "127.0.0.1", Cancel);
        int https = Loopback.FreePort();
        var setup = Setup("", $"""
            [mta-sts]
            mode = "testing"
            """, $"https-address = \"127.0.0.1:{https}\"");
        await using var server = await GatepostServer.StartAsync(Cancel, setup);
        using var issued = await IssuedAsync(server);
        await Eventually.TrueAsync(
            () => File.Exists(FileOf(server, "demo.test")), () => server.Said + pebble.Said, Cancel, "a certificate for demo.test");
        await Eventually.TrueAsync(
            async () =>
            {
                using var offered = await HandshakeAsync(https, "mta-sts.demo.test");
                return offered.MatchesHostname("mta-sts.demo.test");
            },
            () => server.Said, Cancel, "HTTPS with it");
    }

    private GatepostSetup Setup(string keys = "", string sections = "", string http = "") => new()
    {
        HostName = Host,
        HasCertificate = false,
        Sections = $"""
            {http}

            [acme]
            agree-to-terms = true
            directory = "{Pebble.Directory}"
            trust-file = "{Pebble.Tls.ChainFile}"
            http-address = "127.0.0.1:{Pebble.HttpPort}"
            names = ["also.acme.test"]
            check = "1s"
            {keys}

            [dns]
            servers = ["{Pebble.Dns}"]
            must-exist = ""

            {sections}
            """,
    };

    /// <summary>Sets and clears records at pebble's own name server, and writes down how it was called.</summary>
    private string Hook(string log)
    {
        string hook = scratch.Write("hook", $$"""
            #!/bin/sh
            echo "$1 $2 $3" >>{{log}}
            if [ "$1" = set ]; then body="{\"host\":\"$2.\",\"value\":\"$3\"}"; else body="{\"host\":\"$2.\"}"; fi
            exec curl -sf -X POST -d "$body" {{Pebble.DnsManagement}}/$1-txt

            """);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return hook;
    }

    private async Task SetAddressesAsync(string address)
    {
        foreach (string name in new[] { Host, "also.acme.test" })
            await Pebble.SetAddressAsync(name, address, Cancel);
    }

    private static string FileOf(GatepostServer server, string name = Host) =>
        Path.Combine(server.Data, "acme", "certificates", name + ".pem");

    private async Task<X509Certificate2> IssuedAsync(GatepostServer server)
    {
        await Eventually.TrueAsync(() => File.Exists(FileOf(server)), () => server.Said + Pebble.Said, Cancel, "a certificate");
        return await Eventually.FoundAsync(
            async () =>
            {
                var offered = await HandshakeAsync(server.Setup.MxImplicitTls, Host);
                return offered.Issuer.Contains("Pebble", StringComparison.Ordinal) ? offered : null;
            },
            () => server.Said, Cancel, "a handshake with it");
    }

    /// <summary>What the server offers on its port with TLS, once it is another one.</summary>
    private static async Task<X509Certificate2> OfferedAsync(GatepostServer server, X509Certificate2? other) =>
        await Eventually.FoundAsync(
            async () =>
            {
                var offered = await HandshakeAsync(server.Setup.MxImplicitTls, Host);
                return offered.SerialNumber == other?.SerialNumber ? null : offered;
            },
            () => server.Said, Cancel, "another certificate");

    private static async Task<X509Certificate2> HandshakeAsync(int port, string name)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Cancel);
        // Which certificate it is, is what the tests ask: nothing is trusted because of it.
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, Cancel);
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }

    private static async Task<JsonElement> ListAsync(GatepostServer server)
    {
        var list = await server.RunAsync(Cancel, "certificate", "list", Host, "--json");
        Assert.True(list.Output.Length > 0, list.ToString());
        return JsonDocument.Parse(list.Output).RootElement;
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
