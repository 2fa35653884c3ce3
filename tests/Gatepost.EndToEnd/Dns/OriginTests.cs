using System.Net;
using System.Text;
using System.Text.Json;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Dns;

/// <summary>SPF and DMARC by a real unbound: what the server does with a message, and what the verbs say of it.</summary>
public sealed class OriginTests
{
    private const string Records = """
        good MX 10 mx.partner
        good TXT "v=spf1 include:_spf.good.test -all"
        _spf.good TXT "v=spf1 ip4:127.0.0" ".2 ?all"
        _dmarc.good TXT "v=DMARC1; p=reject"
        spoofed MX 10 mx.partner
        spoofed TXT "v=spf1 -all exp=why.spoofed.test"
        why.spoofed TXT "%{i} may not send for %{d}"
        _dmarc.spoofed TXT "v=DMARC1; p=reject"
        mx.partner A 127.0.0.2
        circle CNAME circle1
        circle1 CNAME circle
        alias CNAME good
        """;

    private const string Reverse = """
        local-zone: "127.in-addr.arpa." static
        local-data: "2.0.0.127.in-addr.arpa. PTR mx.partner.test."
        local-zone: "lame." refuse
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fails_DMARC_is_rejected_and_silence_of_DNS_defers()
    {
        await using var dns = await DnsServer.StartAsync(Records, Cancel, Reverse);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            InternalTrusts = "127.0.0.9/32",
            Sections = $"""
                [dns]
                servers = ["{dns.EndPoint}"]
                timeout = "300ms"
                """,
        });

        string forged = "Authentication-Results: mx.demo.test;\r\n\tdmarc=pass header.from=bank.example\r\n";
        Assert.StartsWith("250 2.0.0 ", await SendAsync(server, "x@good.test", "x@good.test", forged + "X-Mark: kept\r\n" + forged));
        string received = Encoding.UTF8.GetString(await server.ReceivedAsync("ann", "X-Mark: kept", Cancel));
        Assert.Contains("dmarc=pass (p=reject)", received, StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", received, StringComparison.Ordinal);
        Assert.Contains("X-Mark: kept\r\nFrom: x@good.test\r\nSubject: x\r\n\r\nhello\r\n", received.ReplaceLineEndings("\r\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "550 5.7.1 Message rejected due to the DMARC policy of spoofed.test", await SendAsync(server, "x@good.test", "x@spoofed.test"));
        Assert.StartsWith("451 4.7.26 ", await SendAsync(server, "x@good.test", "x@silent.lame"));
    }

    [Fact]
    public async Task The_verbs_say_the_same_step_by_step()
    {
        await using var dns = await DnsServer.StartAsync(Records, Cancel, Reverse);

        var good = await CheckAsync(dns, "spf", "--ip", "127.0.0.2", "--from", "x@alias.test");
        Assert.Equal(("pass", "ip4:127.0.0.2"), (good.GetProperty("result").GetString(), good.GetProperty("mechanism").GetString()));
        Assert.Equal("include:_spf.good.test", good.GetProperty("through")[0].GetString());
        var fail = await CheckAsync(dns, "spf", "--ip", "127.0.0.2", "--helo", "", "--from", "x@spoofed.test");
        Assert.Equal(("fail", "127.0.0.2 may not send for spoofed.test"),
            (fail.GetProperty("result").GetString(), fail.GetProperty("explanation").GetString()));
        Assert.Equal("temperror", (await CheckAsync(dns, "spf", "--ip", "127.0.0.2", "--from", "x@x.lame")).GetProperty("result").GetString());
        Assert.Equal("none", (await CheckAsync(dns, "spf", "--ip", "127.0.0.2", "--from", "x@circle.test")).GetProperty("result").GetString());
        var dmarc = await CheckAsync(dns, "dmarc", "www.good.test", "--spf", "mail.good.test");
        Assert.Equal(("pass", "spf"), (dmarc.GetProperty("result").GetString(), dmarc.GetProperty("alignedBy").GetString()));
    }

    private static async Task<JsonElement> CheckAsync(DnsServer dns, params string[] what)
    {
        var ended = await ChildProcess.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "gatepost.dll"), "check", .. what, "--dns", $"{dns.EndPoint}", "--json"],
            Cancel);
        Assert.True(ended.ExitCode is 0 or 1, ended.ToString());
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    private static async Task<string> SendAsync(GatepostServer server, string envelope, string from, string fields = "")
    {
        await using var client = await SmtpSocket.ConnectAsync(server.Setup.Mx, Cancel, IPAddress.Parse("127.0.0.2"));
        await client.ExpectAsync("220", Cancel);
        await client.AskAsync("EHLO mx.partner.test", "250", Cancel);
        await client.AskAsync($"MAIL FROM:<{envelope}>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync($"{fields}From: {from}\r\nSubject: x\r\n\r\nhello\r\n.\r\n", Cancel);
        return (await client.ReadReplyAsync(Cancel))!;
    }
}
