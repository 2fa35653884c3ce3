using System.Net;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Dns;

/// <summary>What DNS can answer and fail to answer, by a real unbound, to a server that decides about strangers by it.</summary>
public sealed class PathologyTests
{
    /// <summary>Clients are told apart by address: 127.0.0.2 is in order, each other has something of its own.</summary>
    private const string Records = """
        partner MX 10 mx.partner
        mx.partner A 127.0.0.2
        nomx A 127.0.0.9
        nodata TXT "no address here"
        null MX 0 .
        chain CNAME chain1
        chain1 CNAME chain2
        chain2 MX 10 mx.partner
        circle CNAME circle1
        circle1 CNAME circle
        other A 127.0.0.77
        3.0.0.127.listed A 127.0.0.2
        3.0.0.127.listed TXT "listed, see list.test"
        2.0.0.127.listed A 127.0.0.2
        2.0.0.127.overquota A 127.255.255.254
        *.everything A 127.0.0.2
        """;

    /// <summary>Reverse names for the loopback clients; .6 has a name that leads elsewhere, .4 has none.</summary>
    private const string Reverse = """
        local-zone: "127.in-addr.arpa." static
        local-data: "2.0.0.127.in-addr.arpa. PTR mx.partner.test."
        local-data: "3.0.0.127.in-addr.arpa. PTR mx.partner.test."
        local-data: "6.0.0.127.in-addr.arpa. PTR other.test."
        local-zone: "lame." refuse
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_senders_domain_is_judged_by_answers_only()
    {
        await using var dns = await DnsServer.StartAsync(Records, Cancel, Reverse);
        await using var server = await StartAsync(dns);

        Assert.StartsWith("250 ", await MailAsync(server, "partner.test"));
        Assert.StartsWith("250 ", await MailAsync(server, "nomx.test"));
        Assert.StartsWith("250 ", await MailAsync(server, "chain.test"));
        Assert.Contains("Domain not found", await MailAsync(server, "nowhere.test", but: "450 4.1.8 "));
        Assert.Contains("sender-domain-takes-no-mail", await RuleAsync(server, await MailAsync(server, "null.test", but: "450 4.1.8 ")));
        Assert.Contains("sender-domain-not-found", await RuleAsync(server, await MailAsync(server, "nodata.test", but: "450 4.1.8 ")));
        // A circle of aliases is an answer, with nothing at its end.
        Assert.Contains("sender-domain-not-found", await RuleAsync(server, await MailAsync(server, "circle.test", but: "450 4.1.8 ")));
        // A server that refuses to answer is silence, not absence: the rule says which.
        Assert.Contains("sender-domain-unanswered", await RuleAsync(server, await MailAsync(server, "x.lame", but: "451 4.4.3 ")));

        dns.Freeze();
        Assert.Contains(
            "sender-domain-unanswered", await RuleAsync(server, await MailAsync(server, "asked-in-silence.test", but: "451 4.4.3 ")));
        dns.Thaw();
    }

    [Theory]
    [InlineData("127.0.0.2", "250 ")]
    [InlineData("127.0.0.4", "450 4.7.1 Client host rejected: cannot find your reverse hostname, [127.0.0.4]")]
    public async Task A_reverse_name_is_wanted_and_silence_about_it_is_none_missing(string client, string expected)
    {
        await using var dns = await DnsServer.StartAsync(Records, Cancel, Reverse);
        await using var server = await StartAsync(dns);
        Assert.StartsWith(expected, await RcptAsync(server, client));

        dns.Freeze();
        await using var another = await StartAsync(dns);
        Assert.StartsWith("250 ", await RcptAsync(another, client));
        dns.Thaw();
    }

    [Fact]
    public async Task A_block_list_refuses_who_is_listed_and_a_list_gone_mad_refuses_no_one()
    {
        await using var dns = await DnsServer.StartAsync(Records, Cancel, Reverse);
        await using (var server = await StartAsync(dns, "listed.test"))
        {
            Assert.Contains("blocked using listed.test; listed, see list.test", await RcptAsync(server, "127.0.0.3"));
            Assert.StartsWith("250 ", await RcptAsync(server, "127.0.0.6"));
        }

        foreach (string mad in new[] { "overquota.test", "everything.test", "nothing.lame" })
        {
            await using var server = await StartAsync(dns, mad);
            await Eventually.TrueAsync(async () =>
                (await RcptAsync(server, "127.0.0.3")).StartsWith("250 ", StringComparison.Ordinal), () => server.Said, Cancel);
            Assert.StartsWith("250 ", await RcptAsync(server, "127.0.0.2"));
        }
    }

    private static Task<GatepostServer> StartAsync(DnsServer dns, string? list = null) => GatepostServer.StartAsync(Cancel, new()
    {
        InternalTrusts = "127.0.0.9/32",
        Sections = $"""
            [dns]
            servers = ["{dns.EndPoint}"]
            timeout = "300ms"

            {(list is null ? "" : $"[[dnsbl]]\nzone = \"{list}\"")}
            """,
    });

    private static async Task<string> MailAsync(GatepostServer server, string domain, string? but = null)
    {
        await using var client = await GreetedAsync(server, "127.0.0.2");
        return await client.AskAsync($"MAIL FROM:<x@{domain}>", but ?? "250 ", Cancel);
    }

    private static async Task<string> RcptAsync(GatepostServer server, string from)
    {
        await using var client = await GreetedAsync(server, from);
        await client.AskAsync("MAIL FROM:<>", "250", Cancel);
        await client.SendAsync("RCPT TO:<ann@demo.test>\r\n", Cancel);
        return (await client.ReadReplyAsync(Cancel))!;
    }

    private static async Task<SmtpSocket> GreetedAsync(GatepostServer server, string from)
    {
        var client = await SmtpSocket.ConnectAsync(server.Setup.Mx, Cancel, IPAddress.Parse(from));
        await client.ExpectAsync("220", Cancel);
        await client.AskAsync("EHLO mx.partner.test", "250", Cancel);
        return client;
    }

    private static async Task<string> RuleAsync(GatepostServer server, string reply)
    {
        string id = reply[reply.IndexOf("[G-", StringComparison.Ordinal)..].Trim('[', ']');
        string trace = "";
        await Eventually.TrueAsync(async () => (trace = (await server.RunAsync(Cancel, "trace", id, "--json")).Output)
            .Contains("\"rule\"", StringComparison.Ordinal), () => trace, Cancel);
        return trace;
    }
}
