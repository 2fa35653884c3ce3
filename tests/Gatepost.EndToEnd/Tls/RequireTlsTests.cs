using System.Net;
using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Tls;

/// <summary>REQUIRETLS (RFC 8689) through two servers, a kill and a server that does not know it.</summary>
public sealed class RequireTlsTests : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_message_under_REQUIRETLS_is_passed_on_over_verified_TLS_only_and_its_bounce_too()
    {
        var trusted = Certificates.Make(scratch, "localhost");
        int port = Loopback.FreePort();
        await using var sender = await GatepostServer.StartAsync(Cancel, new()
        {
            HostName = "out.demo.test",
            // A copy: the next certificate has the same file.
            Environment = new Dictionary<string, string>
            {
                ["SSL_CERT_FILE"] = scratch.Write("trusted.crt", File.ReadAllText(trusted.ChainFile)),
            },
            Sections = $"""
                [[transport]]
                domain = "far.test"
                to = "localhost:{port}"

                [[transport]]
                domain = "back.test"
                to = "localhost:{port}"

                [queue]
                retry-first = "1s"
                """,
        });
        // Nobody is there yet: the demand must be on the disk.
        await SendAsync(sender, "REQUIRETLS");
        await sender.KillAsync();
        await sender.StartAgainAsync(Cancel);
        var able = new PeerScript { Tls = trusted, Ehlo = ["peer.test", "PIPELINING", "REQUIRETLS"] };
        await using (var peer = ScriptedPeer.Start(able, new IPEndPoint(IPAddress.Loopback, port)))
        {
            await Eventually.TrueAsync(() => peer.Taken.Count == 1, () => sender.Said, Cancel);
            var taken = peer.Taken.First();
            Assert.EndsWith(" REQUIRETLS", taken.From, StringComparison.Ordinal);
            Assert.True(taken.OverTls);
            var trace = await sender.RunAsync(Cancel, "trace", "bob@far.test");
            Assert.Contains("demanded by the sender (REQUIRETLS)", trace.Output, StringComparison.Ordinal);
        }

        // It offers TLS, not REQUIRETLS: the message comes back, and so does the report that cannot be protected either.
        await using (var unable = ScriptedPeer.Start(new PeerScript { Tls = trusted }, new IPEndPoint(IPAddress.Loopback, port)))
        {
            await SendAsync(sender, "REQUIRETLS");
            await Eventually.TrueAsync(
                async () =>
                    (await sender.RunAsync(Cancel, "find", "requiretls-unmet")).Output.Contains("bob@far.test", StringComparison.Ordinal),
                () => sender.Said, Cancel);
            Assert.Empty(unable.Taken);
            // Without the demand the same server is good enough.
            await SendAsync(sender, "");
            await Eventually.TrueAsync(() => unable.Taken.Count == 1, () => sender.Said, Cancel);
        }

        var unknown = Certificates.Make(scratch, "localhost");
        await using var impostor = ScriptedPeer.Start(able with { Tls = unknown }, new IPEndPoint(IPAddress.Loopback, port));
        await SendAsync(sender, "REQUIRETLS");
        await Eventually.TrueAsync(
            async () =>
                (await sender.RunAsync(Cancel, "trace", "bob@far.test")).Output.Contains("no known authority", StringComparison.Ordinal),
            () => sender.Said, Cancel);
        Assert.DoesNotContain(impostor.Taken, mail => mail.From.Contains("REQUIRETLS", StringComparison.Ordinal));
    }

    private static async Task SendAsync(GatepostServer server, string parameter)
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.StartTlsAsync(Cancel);
        Assert.Contains("REQUIRETLS", await client.AskAsync("EHLO client.test", "250", Cancel), StringComparison.Ordinal);
        await client.AskAsync($"MAIL FROM:<ann@back.test> {parameter}".TrimEnd(), "250", Cancel);
        await client.AskAsync("RCPT TO:<bob@far.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(Encoding.ASCII.GetBytes("From: ann@back.test\r\nSubject: secret\r\n\r\nbody\r\n.\r\n"), Cancel);
        await client.ExpectAsync("250", Cancel);
    }
}
