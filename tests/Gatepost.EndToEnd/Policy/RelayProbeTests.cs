using System.Net;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

/// <summary>
/// The ways strangers have tried to send through other people's servers since there was mail. Whatever is let in must stay here.
/// </summary>
public sealed class RelayProbeTests
{
    /// <summary>Forward-paths that have opened relays somewhere, with a little of what surrounds them.</summary>
    private static readonly string[] Probes =
    [
        "<x@foreign.test>",
        "x@foreign.test",
        "<x%foreign.test@demo.test>",
        "<x%foreign.test@mx.demo.test>",
        "<x%foreign.test>",
        "<x%foreign.test@[127.0.0.1]>",
        "<x%foreign.test@127.0.0.1>",
        "<x%foreign.test%demo.test@demo.test>",
        "<\"x@foreign.test\">",
        "<\"x@foreign.test\"@demo.test>",
        "<\"x%foreign.test\"@demo.test>",
        "<\"x@foreign.test\"@[127.0.0.1]>",
        "<\"x\\@foreign.test\"@demo.test>",
        "<x\\@foreign.test@demo.test>",
        "<x@foreign.test@demo.test>",
        "<x@foreign.test@mx.demo.test>",
        "<x@foreign.test@[127.0.0.1]>",
        "<x@foreign.test@127.0.0.1>",
        "<@demo.test:x@foreign.test>",
        "<@mx.demo.test:x@foreign.test>",
        "<@[127.0.0.1]:x@foreign.test>",
        "<@localhost:x@foreign.test>",
        "<@demo.test,@mx.demo.test:x@foreign.test>",
        "<@demo.test:x%foreign.test@demo.test>",
        "<@demo.test:\"x@foreign.test\"@demo.test>",
        "@demo.test:x@foreign.test",
        "<foreign.test!x>",
        "<foreign.test!x@demo.test>",
        "<foreign.test!x@[127.0.0.1]>",
        "<demo.test!foreign.test!x>",
        "<\"foreign.test!x\"@demo.test>",
        "<x@foreign.test.demo.test>",
        "<x@demo.test.foreign.test>",
        "<x@foreign.test.>",
        "<x@demo.test.>",
        "<x@[127.0.0.9]>",
        "<x@[IPv6:::1]>",
        "<x@127.0.0.9>",
        "<x@2130706441>",
        "<x@localhost>",
        "<x@>",
        "<@foreign.test>",
        "<x@foreign.test:25>",
        "<smtp:x@foreign.test>",
        "<mailto:x@foreign.test>",
        "<x@foreign.test> ORCPT=rfc822;ann@demo.test",
        "<ann@demo.test> ORCPT=rfc822;x@foreign.test",
        "<ann+x=foreign.test@demo.test>",
        "<ann+x@foreign.test>",
        "<ann+\"x@foreign.test\"@demo.test>",
        "<postmaster@foreign.test>",
        "<postmaster%foreign.test>",
        "<postmaster>",
        "<ann@demo.test>x@foreign.test>",
        "<ann@demo.test,x@foreign.test>",
        "<ann@demo.test> <x@foreign.test>",
        "<ann@demo.test\tx@foreign.test>",
        "<ann@demo.test (x@foreign.test)>",
        "<x@foreign.test (ann@demo.test)>",
        "Ann <ann@demo.test>",
        "<x@foreign.test\0@demo.test>",
        "<x@foreign.test\x1b@demo.test>",
        "<x@\u00f6.test>",
        "<x@xn--nda.test>",
        "<=?utf-8?q?x=40foreign.test?=@demo.test>",
        "<x@demo\u2024test>",
        "<x@demo.t\u0435st>",
        "<x@foreign.test?subject=@demo.test>",
        "<x/foreign.test@demo.test>",
        "<x|foreign.test@demo.test>",
        "<|cat@demo.test>",
        "</tmp/x@demo.test>",
        "<:include:/etc/passwd@demo.test>",
        "<\"|cat /etc/passwd\"@demo.test>",
        "<../../x@demo.test>",
        "<*@demo.test>",
        "<x@*>",
    ];

    private static readonly string[] Senders = [
        "<>", "<ann@demo.test>", "<postmaster>", "<x@foreign.test>", "<ann@[127.0.0.1]>", "<ann@demo.test> AUTH=ann@demo.test"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// For each role a stranger can reach: at the MX anybody, on submission nobody who has not logged in, internally only the networks
    /// named.
    /// </summary>
    [Theory]
    [InlineData("mx", "127.0.0.2")]
    [InlineData("mx", "127.0.0.1")]
    [InlineData("submission", "127.0.0.2")]
    [InlineData("internal", "127.0.0.2")]
    public async Task Nothing_that_an_unknown_client_says_leaves_the_house(string role, string from)
    {
        Assert.True(Probes.Length >= 40);
        await using var outside = ScriptedPeer.Start();
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            InternalTrusts = "127.0.0.9/32",
            Sections = $"""
                [dns]
                servers = ["127.0.0.1:{Loopback.FreePort()}"]
                timeout = "100ms"

                [delivery]
                smarthost = "{outside.EndPoint}"
                allow-networks = ["127.0.0.0/8"]

                [limits]
                errors = 1000

                [[rule]]
                name = "sender-domain-not-found"
                mode = "off"
                """,
        });
        int port = role switch { "mx" => server.Setup.Mx, "submission" => server.Setup.Submission, _ => server.Setup.Internal };

        int accepted = 0;
        foreach (string sender in Senders)
        {
            await using var client = await SmtpSocket.ConnectAsync(port, Cancel, IPAddress.Parse(from));
            await client.ExpectAsync("220", Cancel);
            await client.AskAsync("EHLO client.test", "250", Cancel);
            foreach (string probe in Probes)
                accepted += await TryAsync(client, sender, probe);
        }

        // What was let in is mail for our own mailboxes, in whichever disguise.
        await Eventually.TrueAsync(async () => (await server.RunAsync(Cancel, "queue", "list", "--json")).Output.Trim().Length == 0, () =>
            server.Said, Cancel);
        Assert.Empty(outside.Taken);
        Assert.Equal(accepted, server.Delivered("ann").Length + server.Delivered("postmaster").Length);
        if (role == "mx")
            Assert.True(accepted > 0, "not even mail for ann came in: the probes prove nothing");
    }

    /// <returns>1 where it was accepted, 0 where it was refused; anything but a clear reply fails.</returns>
    private static async Task<int> TryAsync(SmtpSocket client, string sender, string probe)
    {
        await client.AskAsync("RSET", "250", Cancel);
        await client.SendAsync(System.Text.Encoding.UTF8.GetBytes($"MAIL FROM:{sender}\r\n"), Cancel);
        if (!await AgreesAsync(client))
            return 0;
        await client.SendAsync(System.Text.Encoding.UTF8.GetBytes($"RCPT TO:{probe}\r\n"), Cancel);
        if (!await AgreesAsync(client))
            return 0;
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync("Subject: probe\r\n\r\nprobe\r\n.\r\n", Cancel);
        return await AgreesAsync(client) ? 1 : 0;
    }

    private static async Task<bool> AgreesAsync(SmtpSocket client)
    {
        string? reply = await client.ReadReplyAsync(Cancel);
        Assert.NotNull(reply);
        Assert.Matches(@"^(250 2|[45]\d\d [45]\.\d+\.\d+ )", reply);
        Assert.DoesNotMatch("[\x00-\x1f\x7f]", reply);
        return reply[0] == '2';
    }
}
