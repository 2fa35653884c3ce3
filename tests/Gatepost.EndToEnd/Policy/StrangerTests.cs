using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

/// <summary>The rules that are off by default, switched on in the real program and met over a real socket.</summary>
public sealed class StrangerTests
{
    /// <summary>Loopback is nobody special here, and no rule asks DNS.</summary>
    private const string Strangers = """
        [policy]
        trusted = ["192.0.2.0/24"]
        greeting-pause = "2s"
        greylist-delay = "1s"
        received-per-mailbox = 2

        [[rule]]
        name = "reverse-name-missing"
        mode = "off"

        [[rule]]
        name = "sender-domain-not-found"
        mode = "off"

        [[rule]]
        name = "hello-is-our-name"
        mode = "off"

        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recipient_of_a_relay_domain_is_refused_at_RCPT_as_its_own_server_refuses_it()
    {
        await using var inner = ScriptedPeer.Start(new()
        {
            Answer = line => line.StartsWith("RCPT TO:<nobody@", StringComparison.Ordinal) ? "550 5.1.1 nobody here"
                : line.StartsWith("RCPT TO:<later@", StringComparison.Ordinal) ? "450 4.2.0 greylisted" : null,
        });
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            InternalTrusts = "192.0.2.0/24",
            Sections = Strangers + $"""
                [[domain]]
                name = "relayed.test"
                kind = "relay"
                deliver = "smtp:127.0.0.1:{inner.Port}"
                """,
        });
        await using var client = await server.ClientAsync(Cancel);
        await client.AskAsync("MAIL FROM:<>", "250", Cancel);

        string refused = await client.AskAsync(
            "RCPT TO:<nobody@relayed.test>",
            "550 5.1.1 <nobody@relayed.test>: Recipient address rejected: undeliverable address (next host 127.0.0.1 said: 550 5.1.1 "
            + "nobody here) [G-", Cancel);
        await client.AskAsync("RCPT TO:<somebody@relayed.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<later@relayed.test>", "451 4.4.1", Cancel);
        int asked = inner.Connections;
        await client.AskAsync("RCPT TO:<nobody@relayed.test>", "550", Cancel);

        Assert.Equal(asked, inner.Connections);
        Assert.Contains("MAIL FROM:<>", inner.Received);
        Assert.DoesNotContain("DATA", inner.Received);
        string record = (await server.RunAsync(Cancel, "trace", Id(refused), "--lang", "en")).Output;
        Assert.Contains("callout to 127.0.0.1: 550 5.1.1 nobody here", record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_speaks_before_the_greeting_is_refused_and_who_waits_is_not()
    {
        await using var server = await GatepostServer.StartAsync(
            Cancel, new() { InternalTrusts = "192.0.2.0/24", Sections = Strangers + On("spoke-too-early") });
        await using (var hasty = await SmtpSocket.ConnectAsync(server.Setup.Mx, Cancel))
        {
            await hasty.SendAsync("EHLO client.test\r\n", Cancel);
            await hasty.ExpectAsync("550 5.1.1 Protocol error", Cancel);
        }

        await using var patient = await server.ClientAsync(Cancel);
        await patient.AskAsync("MAIL FROM:<>", "250", Cancel);
        await patient.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
    }

    [Fact]
    public async Task Who_sends_on_behind_the_hello_is_refused_and_who_pipelines_as_EHLO_allows_is_not()
    {
        await using var server = await GatepostServer.StartAsync(
            Cancel, new() { InternalTrusts = "192.0.2.0/24", Sections = Strangers + On("pipelined-too-early") });
        await using (var hasty = await SmtpSocket.ConnectAsync(server.Setup.Mx, Cancel))
        {
            await hasty.ExpectAsync("220", Cancel);
            await hasty.SendAsync("EHLO client.test\r\nMAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\n", Cancel);
            await hasty.ExpectAsync("250", Cancel);
            await hasty.ExpectAsync("250", Cancel);
            await hasty.ExpectAsync("503 5.5.0 Improper use of SMTP command pipelining", Cancel);
        }

        await using (var slow = await server.ClientAsync(Cancel))
        {
            await slow.SendAsync("MAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\nDATA\r\nSubject: too early\r\n", Cancel);
            await slow.ExpectAsync("250", Cancel);
            await slow.ExpectAsync("250", Cancel);
            await slow.ExpectAsync("503 5.5.0 Improper use of SMTP command pipelining", Cancel);
        }

        await using var good = await server.ClientAsync(Cancel);
        await good.SendAsync("MAIL FROM:<>\r\nRCPT TO:<ann@demo.test>\r\nDATA\r\n", Cancel);
        await good.ExpectAsync("250", Cancel);
        await good.ExpectAsync("250", Cancel);
        await good.ExpectAsync("354", Cancel);
    }

    /// <summary>Killed between two replies: what was counted and met before is known to the next process.</summary>
    [Fact]
    public async Task A_killed_server_forgets_neither_quotas_nor_whom_it_has_met()
    {
        await using var server = await GatepostServer.StartAsync(
            Cancel, new() { InternalTrusts = "192.0.2.0/24", Sections = Strangers + On("greylisted") });
        await using (var first = await server.ClientAsync(Cancel))
        {
            await first.AskAsync("MAIL FROM:<x@client.test>", "250", Cancel);
            await first.AskAsync("RCPT TO:<ann@demo.test>", "450", Cancel);
        }

        await server.KillAsync();
        await server.StartAgainAsync(Cancel);
        await PassesAsync(server, "ann");
        await PassesAsync(server, "ann");

        await server.KillAsync();
        await server.StartAgainAsync(Cancel);
        await using var third = await server.ClientAsync(Cancel);
        await third.AskAsync("MAIL FROM:<x@client.test>", "250", Cancel);
        await third.AskAsync(
            "RCPT TO:<ann@demo.test>",
            "450 4.7.1 <ann@demo.test>: Recipient address rejected: Policy Rejection- Quota Exceeded (2 of 2 in 60 minutes", Cancel);
    }

    [Fact]
    public async Task A_client_kept_out_is_listed_stays_out_over_a_kill_and_is_let_in_again_by_hand()
    {
        await using var server = await GatepostServer.StartAsync(
            Cancel, new()
            {
                InternalTrusts = "192.0.2.0/24",
                Sections = Strangers.Replace(
                "[policy]", "[policy]\nconnections-per-address = 2", StringComparison.Ordinal)
            });
        for (int i = 0; i < 2; i++)
            await (await server.ClientAsync(Cancel)).DisposeAsync();
        await RefusedAsync();
        await server.KillAsync();
        await server.StartAgainAsync(Cancel);
        await RefusedAsync();

        Assert.Contains("127.0.0.1/32  too-many-connections-in-time", (await server.RunAsync(Cancel, "client", "list"))
            .Output, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(Cancel, "client", "release", "127.0.0.1")).ExitCode);
        await (await server.ClientAsync(Cancel)).DisposeAsync();
        Assert.Equal(1, (await server.RunAsync(Cancel, "client", "release", "127.0.0.1")).ExitCode);

        async Task RefusedAsync()
        {
            await using var client = await SmtpSocket.ConnectAsync(server.Setup.Mx, Cancel);
            await client.ExpectAsync("550 5.3.2", Cancel);
        }
    }

    private static async Task PassesAsync(GatepostServer server, string mailbox) => await Eventually.TrueAsync(
        async () =>
        {
            await using var client = await server.ClientAsync(Cancel);
            await client.AskAsync("MAIL FROM:<x@client.test>", "250", Cancel);
            await client.SendAsync($"RCPT TO:<{mailbox}@demo.test>\r\n", Cancel);
            return (await client.ReadReplyAsync(Cancel))!.StartsWith("250", StringComparison.Ordinal);
        },
        () => server.Said,
        Cancel);

    private static string On(string rule) => $"""
        [[rule]]
        name = "{rule}"
        mode = "on"


        """;

    private static string Id(string reply) => reply[(reply.IndexOf("[G-", StringComparison.Ordinal) + 1)..reply.LastIndexOf(']')];
}
