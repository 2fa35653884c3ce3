using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Gatepost.MailAuth.Dkim;
using Xunit;

namespace Gatepost.EndToEnd.MailAuth;

/// <summary>A strict sender's mail survives our forward to another server, and a bounce of it finds the way back.</summary>
public sealed partial class ForwardTests
{
    private const string Sender = "strict.test";

    private readonly SigningKey key = SigningKey.Create(Sender, "s", SignatureAlgorithm.RsaSha256);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_of_a_strict_domain_passes_at_the_next_server_and_its_bounce_comes_home()
    {
        DkimPy.Needed();
        await using var world = ScriptedPeer.Start();
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            InternalTrusts = "127.0.0.1/32",
            DomainKeys = "aliases = { far = \"x@far.test\", near = [\"ann\", \"y@far.test\"] }",
            Sections = "[dkim]\ncheck = \"1s\"",
        });
        await Eventually.TrueAsync(async () => (await KeysAsync(server)).Count == 2, () => server.Said, Cancel);
        var keys = await KeysAsync(server);
        await using var dns = await DnsServer.StartAsync(Zone(keys), Cancel, """
            local-zone: "127.in-addr.arpa." static
            local-data: "2.0.0.127.in-addr.arpa. PTR mx.strict.test."
            """);
        await server.KillAsync();
        server.Setup.Sections = $"""
            [dkim]
            check = "1s"

            [dns]
            servers = ["{dns.EndPoint}"]

            [[transport]]
            domain = "far.test"
            to = "127.0.0.1:{world.Port}"

            [[transport]]
            domain = "strict.test"
            to = "127.0.0.1:{world.Port}"
            """;
        server.WriteConfiguration();
        await server.StartAgainAsync(Cancel);
        await Eventually.TrueAsync(
            async () => (await KeysAsync(server)).All(one => one.GetProperty("state").GetString() == "active"), () => server.Said, Cancel);

        byte[] message = await SignedAsync();
        await SendAsync(server, $"bob@{Sender}", "far@demo.test", message);
        var passed = await TakenAsync(world, server);

        string from = AddressPattern().Match(passed.From).Groups[1].Value;
        Assert.Matches($"^SRS0=[a-z2-7]{{6}}=[a-z2-7]{{2}}={Sender}=bob@demo.test$", from);
        Assert.EndsWith(Encoding.ASCII.GetString(message), Encoding.ASCII.GetString(passed.Octets), StringComparison.Ordinal);
        await PassesElsewhereAsync(passed.Octets, from, dns, keys);

        // What the next server could not deliver comes back to the address it was given, and goes to the true sender.
        byte[] bounce = Encoding.ASCII.GetBytes("From: MAILER-DAEMON@far.test\r\nTo: x\r\nSubject: bounce\r\n\r\nno such user\r\n");
        await SendAsync(server, "", from, bounce);
        var back = await TakenAsync(world, server);
        Assert.StartsWith("<>", back.From, StringComparison.Ordinal);
        Assert.StartsWith($"<bob@{Sender}>", back.Recipients.Single(), StringComparison.Ordinal);

        // One recipient here and one elsewhere; a sender of ours keeps the address.
        await SendAsync(server, $"bob@{Sender}", "near@demo.test", message);
        Assert.StartsWith("<SRS0=", (await TakenAsync(world, server)).From, StringComparison.Ordinal);
        string kept = Encoding.ASCII.GetString(await server.ReceivedAsync("ann", "strict words", Cancel));
        Assert.DoesNotContain("ARC-Seal", kept, StringComparison.Ordinal);
        Assert.Contains($"Return-Path: <bob@{Sender}>", kept, StringComparison.Ordinal);
        await using var inside = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await inside.SendMessageAsync(
            "ann@demo.test", "far@demo.test", Encoding.ASCII.GetBytes("From: ann@demo.test\r\n\r\nx\r\n"), Cancel);
        Assert.StartsWith("<ann@demo.test>", (await TakenAsync(world, server)).From, StringComparison.Ordinal);

        await using var forger = await SmtpSocket.GreetedAsync(server.Setup.Mx, Cancel);
        await forger.AskAsync("MAIL FROM:<>", "250", Cancel);
        await forger.AskAsync($"RCPT TO:<{from.Replace("=bob@", "=eve@", StringComparison.Ordinal)}>", "550 5.1.1", Cancel);
    }

    [Fact]
    public async Task Both_can_be_switched_off()
    {
        await using var world = ScriptedPeer.Start();
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            InternalTrusts = "127.0.0.1/32",
            DomainKeys = "aliases = { far = \"x@far.test\" }",
            Sections = $"""
                [forward]
                srs = false
                arc = false

                [[rule]]
                name = "sender-domain-not-found"
                mode = "off"

                [[rule]]
                name = "dmarc-failed"
                mode = "off"

                [[transport]]
                domain = "far.test"
                to = "127.0.0.1:{world.Port}"
                """,
        });
        await SendAsync(server, $"bob@{Sender}", "far@demo.test", Encoding.ASCII.GetBytes("From: bob@strict.test\r\n\r\nx\r\n"));
        var taken = await TakenAsync(world, server);
        Assert.StartsWith($"<bob@{Sender}>", taken.From, StringComparison.Ordinal);
        Assert.DoesNotContain("ARC-", Encoding.ASCII.GetString(taken.Octets), StringComparison.Ordinal);
    }

    private string Zone(List<JsonElement> keys) => $"""
        {string.Join('\n', keys.Select(one => $"{one.GetProperty("selector")}._domainkey.demo TXT {Strings(one.GetProperty("record").GetString()!)}"))}
        demo MX 10 mx.demo
        demo TXT "v=spf1 ip4:127.0.0.5 -all"
        mx.demo A 127.0.0.5
        strict MX 10 mx.strict
        mx.strict A 127.0.0.2
        strict TXT "v=spf1 ip4:127.0.0.2 -all"
        _dmarc.strict TXT "v=DMARC1; p=reject; adkim=s; aspf=s"
        s._domainkey.strict TXT {Strings(key.Record)}
        far MX 10 mx.far
        mx.far A 127.0.0.3
        """;

    private static string Strings(string record) => string.Join(' ', record.Chunk(200).Select(part => $"\"{new string(part)}\""));

    private static async Task<List<JsonElement>> KeysAsync(GatepostServer server)
    {
        var listed = await server.RunAsync(Cancel, "dkim", "list", "--json");
        return [.. listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private async Task<byte[]> SignedAsync()
    {
        byte[] message = Encoding.ASCII.GetBytes(
            $"From: Bob <bob@{Sender}>\r\nTo: far@demo.test\r\nSubject: strict words\r\nDate: Sat, 28 Nov 2026 03:00:00 "
                + $"+0000\r\nMessage-ID: <1@{Sender}>\r\n\r\nhello\r\n");
        using var stream = new MemoryStream(message);
        var signed = await new DkimSigner(TimeProvider.System).SignAsync(stream, _ => [key], Cancel);
        return [.. signed.Fields.Span, .. message];
    }

    private async Task PassesElsewhereAsync(byte[] message, string envelope, DnsServer dns, List<JsonElement> keys)
    {
        var known = keys.ToDictionary(one => one.GetProperty("recordName").GetString()!, one => one.GetProperty("record").GetString()!);
        known[key.RecordName] = key.Record;
        known["rsa"] = known["edwards"] = key.ToPem();
        string said = await DkimPy.RunAsync("""
            cv, results, reason = dkim.arc_verify(message, dnsfunc=find)
            print(dkim.verify(message, dnsfunc=find), cv, results[0]['as-domain'], results[0]['as-valid'], results[0]['ams-valid'])
            """, message, known, Cancel);
        Assert.Equal("True b'pass' b'demo.test' True True", said);
        string results = Regex.Match(Encoding.ASCII.GetString(message), @"ARC-Authentication-Results: (.*?)\r\n\S", RegexOptions.Singleline)
            .Groups[1].Value;
        Assert.StartsWith("i=1; mx.demo.test;", results, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", results, StringComparison.Ordinal);

        await using var rspamd = await RspamdInstance.StartAsync(Cancel, new RspamdDkim(dns.EndPoint) { ChecksAll = true });
        using var json = JsonDocument.Parse(await rspamd.CheckAsync(message, Cancel, "127.0.0.5", envelope));
        var symbols = json.RootElement.GetProperty("symbols");
        Assert.True(symbols.TryGetProperty("R_SPF_ALLOW", out _), symbols.ToString());
        Assert.True(symbols.TryGetProperty("R_DKIM_ALLOW", out _), symbols.ToString());
        Assert.True(symbols.TryGetProperty("ARC_ALLOW", out _), symbols.ToString());
        Assert.True(symbols.TryGetProperty("DMARC_POLICY_ALLOW", out _), symbols.ToString());
    }

    private static async Task<PeerMessage> TakenAsync(ScriptedPeer world, GatepostServer server)
    {
        PeerMessage? taken = null;
        await Eventually.TrueAsync(() => world.Taken.TryDequeue(out taken), () => server.Said, Cancel);
        return taken!;
    }

    private static async Task SendAsync(GatepostServer server, string sender, string recipient, byte[] message)
    {
        await using var client = await SmtpSocket.ConnectAsync(server.Setup.Mx, Cancel, IPAddress.Parse("127.0.0.2"));
        await client.ExpectAsync("220", Cancel);
        await client.AskAsync("EHLO mx.strict.test", "250", Cancel);
        await client.SendMessageAsync(sender, recipient, message, Cancel);
    }

    [GeneratedRegex("^<([^>]*)>")]
    private static partial Regex AddressPattern();
}
