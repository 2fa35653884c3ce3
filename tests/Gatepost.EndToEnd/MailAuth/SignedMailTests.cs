using System.Text;
using System.Text.Json;
using Gatepost.Dns;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Dkim;
using Xunit;

namespace Gatepost.EndToEnd.MailAuth;

/// <summary>A running server signs what its users send, and its own reports, once the records of its keys are in DNS.</summary>
public sealed class SignedMailTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_of_users_and_bounces_are_signed_when_the_keys_are_seen_in_DNS()
    {
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = "[dkim]\ncheck = \"1s\"" });
        await Eventually.TrueAsync(async () => (await KeysAsync(server)).Count == 2, () => server.Said, Cancel);
        var keys = await KeysAsync(server);
        Assert.All(keys, key => Assert.Equal("waiting", key.GetProperty("state").GetString()));

        await using var dns = await DnsServer.StartAsync(string.Join('\n', keys.Select(Record)), Cancel);
        await server.KillAsync();
        server.Setup.Sections += $"\n[dns]\nservers = [\"{dns.EndPoint}\"]";
        server.WriteConfiguration();
        await server.StartAgainAsync(Cancel);
        await Eventually.TrueAsync(
            async () => (await KeysAsync(server)).All(key => key.GetProperty("state").GetString() == "active"), () => server.Said, Cancel);

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        byte[] sent = Encoding.ASCII.GetBytes("From:  Bob <bob@demo.test>\r\nTo: ann@demo.test\r\nSubject: signed by us\r\n\tand folded\r\n\r\nhello \r\n\r\n");
        await client.SendMessageAsync("bob@demo.test", "ann@demo.test", sent, Cancel);
        byte[] received = await server.ReceivedAsync("ann", "signed by us", Cancel);
        Octets.ArrivedAsSent(sent, received);
        await PassesAsync(received, dns);

        await using var inside = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await inside.SendMessageAsync("bob@demo.test", "x@nowhere.test", sent, Cancel);
        await PassesAsync(await server.ReceivedAsync("bob", "MAILER-DAEMON", Cancel), dns);

        // What the message itself is to blame for is refused, and is no alarm.
        await using var twice = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        Assert.StartsWith(
            "554 5.6.0 Error: this message cannot be signed (DKIM): the message has 2 From fields",
            await twice.SendMessageAsync(
                "bob@demo.test", "ann@demo.test", (byte[])[.. "From: ann@demo.test\r\n"u8, .. sent], Cancel, expected: "554"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("dkim-sign", (await server.RunAsync(Cancel, "status")).Output, StringComparison.Ordinal);

        // A rotation by the running server, then a key that cannot be read: nothing goes unsigned.
        Assert.Contains("waiting", (await server.RunAsync(Cancel, "dkim", "rotate", "demo.test", "--json")).Output, StringComparison.Ordinal);
        Assert.Equal(4, (await KeysAsync(server)).Count);
        await server.KillAsync();
        string selector = keys[0].GetProperty("selector").GetString()!;
        await File.WriteAllTextAsync(Path.Combine(server.Data, "dkim", "demo.test", selector + ".pem"), "rubbish", Cancel);
        await server.StartAgainAsync(Cancel);
        await using var refused = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        Assert.Matches(
            @"^451 4\.7\.5 Error: message could not be signed \(DKIM\): the DKIM key .*" + selector,
            await refused.SendMessageAsync("bob@demo.test", "ann@demo.test", sent, Cancel, expected: "451"));
        Assert.Contains("dkim-sign:demo.test", (await server.RunAsync(Cancel, "status")).Output, StringComparison.Ordinal);
    }

    private static string Record(JsonElement key) =>
        $"{key.GetProperty("selector")}._domainkey.demo TXT {string.Join(' ', key.GetProperty("record").GetString()!.Chunk(200).Select(part => $"\"{new string(part)}\""))}";

    private static async Task<List<JsonElement>> KeysAsync(GatepostServer server)
    {
        var listed = await server.RunAsync(Cancel, "dkim", "list", "--json");
        return [.. listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task PassesAsync(byte[] message, DnsServer dns)
    {
        using var stream = new MemoryStream(message.AsSpan().IndexOf("\r\n"u8) >= 0
            ? message
            : Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(message).Replace("\n", "\r\n", StringComparison.Ordinal)));
        var results = await new DkimVerifier(new DnsResolver(new DnsOptions { Servers = [dns.EndPoint] }, TimeProvider.System), TimeProvider.System)
            .VerifyAsync(stream, Cancel);
        Assert.Equal(["rsa-sha256", "ed25519-sha256"], results.Select(result => result.Algorithm));
        Assert.All(results, result => Assert.True(result is { Result: AuthResult.Pass, Domain: "demo.test" },
            string.Join(", ", result.Steps) + "\n" + Encoding.UTF8.GetString(message)));
    }
}
