using System.Net;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>DNS that does not answer is no answer: mail waits, and goes out when DNS is back.</summary>
public sealed class DnsFailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_waits_while_DNS_is_silent_and_goes_when_it_speaks_again()
    {
        int port = Loopback.FreePort();
        await using var peer = ScriptedPeer.Start(endPoint: new IPEndPoint(IPAddress.Parse("127.0.0.4"), port));
        await using var dns = await DnsServer.StartAsync("partner MX 10 mx.partner\nmx.partner A 127.0.0.4", Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [dns]
                servers = ["{dns.EndPoint}"]
                timeout = "300ms"

                [queue]
                retry-first = "1s"
                retry-longest = "1s"

                [delivery]
                port = {port}
                allow-networks = ["127.0.0.0/8"]
                """,
        });
        dns.Freeze();

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("ann@demo.test", "bob@partner.test", SampleMessage.Small("waits for DNS"), Cancel);
        // Tried at least once, kept, and the reason is told where an administrator looks.
        await Eventually.TrueAsync(
            async () => (await server.RunAsync(Cancel, "queue", "list", "--json")).Output is var list
                && list.Contains("partner.test", StringComparison.Ordinal) && list.Contains("DNS", StringComparison.OrdinalIgnoreCase),
            () => server.Said,
            Cancel);
        Assert.Empty(peer.Taken);
        Assert.Empty(server.Delivered("ann"));

        dns.Thaw();
        await Eventually.TrueAsync(() => peer.Taken.Count == 1, () => server.Said, Cancel);
    }

    [Fact]
    public async Task Local_mail_arrives_with_no_DNS_at_all()
    {
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [dns]
                servers = ["127.0.0.1:{Loopback.FreePort()}"]
                timeout = "300ms"
                """,
        });

        await using var client = await server.ClientAsync(Cancel);
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("needs no DNS"), Cancel);

        await server.ReceivedAsync("ann", "needs no DNS", Cancel);
    }
}
