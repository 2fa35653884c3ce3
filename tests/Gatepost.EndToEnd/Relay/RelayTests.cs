using System.Net;
using System.Text;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Relay;

/// <summary>Mail from and to other people's servers.</summary>
public sealed class RelayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_Postfix_gets_the_octets_over_TLS()
    {
        await using var postfix = await PostfixInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[transport]]
                domain = "partner.test"
                to = "127.0.0.1:{postfix.Port}"
                """,
        });
        byte[] message = SampleMessage.Tricky("ann@demo.test", "bob@partner.test");

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("ann@demo.test", "bob@partner.test", message, Cancel);

        string file = await Eventually.FoundAsync(() => postfix.Delivered("bob").FirstOrDefault(), () => server.Said + postfix.Log, Cancel);
        string received = await File.ReadAllTextAsync(file, Cancel);
        // Postfix keeps mail with LF; the rest is as sent.
        Assert.EndsWith(
            Encoding.UTF8.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal), received, StringComparison.Ordinal);
        Assert.Matches(@"Received: from mx\.demo\.test [^;]*TLSv1\.[23][^;]*with ESMTPS", received.ReplaceLineEndings(" "));
    }

    [Fact]
    public async Task A_real_Postfix_gets_addresses_in_UTF_8()
    {
        await using var postfix = await PostfixInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[transport]]
                domain = "partner.test"
                to = "127.0.0.1:{postfix.Port}"
                """,
        });

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.AskAsync("MAIL FROM:<ann@demo.test> SMTPUTF8 BODY=8BITMIME", "250", Cancel);
        await client.AskAsync("RCPT TO:<büro@partner.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(SmtpSocket.Stuffed(SampleMessage.Tricky("ann@demo.test", "büro@partner.test")), Cancel);
        await client.ExpectAsync("250", Cancel);

        await Eventually.TrueAsync(() => postfix.Delivered("buero").Length == 1, () => server.Said + postfix.Log, Cancel);
    }

    [Fact]
    public async Task A_real_Postfix_hands_mail_in()
    {
        await using var server = await GatepostServer.StartAsync(Cancel);
        await using var postfix = await PostfixInstance.StartAsync(
            Cancel, $"transport_maps = inline:{{ {{demo.test = smtp:[127.0.0.1]:{server.Setup.Mx}}} }}");
        byte[] message = SampleMessage.Tricky("bob@partner.test", "ann@demo.test", "From Postfix");

        await using var client = await SmtpSocket.GreetedAsync(postfix.Port, Cancel);
        await client.SendMessageAsync("bob@partner.test", "ann@demo.test", message, Cancel);

        byte[] received = await server.ReceivedAsync("ann", "From Postfix", Cancel);
        Assert.EndsWith(Encoding.UTF8.GetString(message), Encoding.UTF8.GetString(received), StringComparison.Ordinal);
        Assert.Contains("Received: from mx.partner.test", Encoding.UTF8.GetString(received), StringComparison.Ordinal);
        Assert.Contains(" with ESMTPS id ", Encoding.UTF8.GetString(received), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dovecot_takes_LMTP_and_its_refusal_comes_back_as_a_bounce(bool unixSocket)
    {
        await using var dovecot = await DovecotInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[transport]]
                domain = "mailbox.test"
                to = "lmtp:{(unixSocket ? "unix:" + dovecot.UnixSocket : $"127.0.0.1:{dovecot.Port}")}"
                """,
        });
        byte[] message = SampleMessage.Tricky("ann@demo.test", "bob@mailbox.test");

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.AskAsync("MAIL FROM:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<bob@mailbox.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<stranger@mailbox.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(SmtpSocket.Stuffed(message), Cancel);
        await client.ExpectAsync("250", Cancel);

        string file = await Eventually.FoundAsync(() => dovecot.Delivered("bob").FirstOrDefault(), () => server.Said + dovecot.Log, Cancel);
        Assert.EndsWith(Encoding.UTF8.GetString(message).ReplaceLineEndings("\n"), (await File.ReadAllTextAsync(file, Cancel))
            .ReplaceLineEndings("\n"), StringComparison.Ordinal);
        string bounce = Encoding.UTF8.GetString(await server.ReceivedAsync("ann", "stranger@mailbox.test", Cancel));
        Assert.Contains("multipart/report", bounce, StringComparison.Ordinal);
        Assert.DoesNotContain("Final-Recipient: rfc822; bob@mailbox.test", bounce, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_second_mail_exchanger_is_tried_where_the_first_is_down()
    {
        int port = Loopback.FreePort();
        await using var second = ScriptedPeer.Start(endPoint: new IPEndPoint(IPAddress.Parse("127.0.0.3"), port));
        await using var dns = await DnsServer.StartAsync(
            """
            partner MX 10 mx1.partner
            partner MX 20 mx2.partner
            mx1.partner A 127.0.0.2
            mx2.partner A 127.0.0.3
            """,
            Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = Outbound(dns, port) });
        byte[] message = SampleMessage.Tricky("ann@demo.test", "bob@partner.test");

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("ann@demo.test", "bob@partner.test", message, Cancel);

        await Eventually.TrueAsync(() => !second.Taken.IsEmpty, () => server.Said, Cancel);
        Assert.EndsWith(Encoding.UTF8.GetString(message), Encoding.UTF8.GetString(second.Taken.Single().Octets), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nullmx", "null MX")]
    [InlineData("nowhere", "no such domain")]
    public async Task A_domain_that_takes_no_mail_bounces_immediately(string domain, string what)
    {
        await using var dns = await DnsServer.StartAsync("nullmx MX 0 .", Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = Outbound(dns, 25) });

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("ann@demo.test", $"bob@{domain}.test", SampleMessage.Small(what), Cancel);

        string bounce = Encoding.UTF8.GetString(await server.ReceivedAsync("ann", "multipart/report", Cancel));
        Assert.Contains($"bob@{domain}.test", bounce, StringComparison.Ordinal);
        Assert.Matches("(?im)^Status: 5\\.1\\.(2|10)", bounce);
    }

    [Fact]
    public async Task A_refusal_comes_back_to_the_sender_in_words()
    {
        await using var peer =
            ScriptedPeer.Start(
                new()
                {
                    Answer = line =>
                    line.Contains("<gone@", StringComparison.Ordinal) ? "550 5.1.1 <gone@partner.test>: nobody of that name here" : null
                });
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [[transport]]
                domain = "partner.test"
                to = "127.0.0.1:{peer.Port}"
                """,
        });

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("ann@demo.test", "gone@partner.test", SampleMessage.Small("Will not arrive"), Cancel);

        string bounce = Encoding.UTF8.GetString(await server.ReceivedAsync("ann", "gone@partner.test", Cancel));
        Assert.StartsWith("Return-Path: <>", bounce, StringComparison.Ordinal);
        Assert.Contains("nobody of that name here", bounce, StringComparison.Ordinal);
        Assert.Matches("(?im)^Action: failed", bounce);
        Assert.Matches("(?im)^Status: 5\\.1\\.1", bounce);
        Assert.Contains("Will not arrive", bounce, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bounce_that_cannot_be_delivered_makes_no_further_bounce()
    {
        await using var peer = ScriptedPeer.Start(
            new() { Answer = line => line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase) ? "550 5.1.1 No" : null });
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [delivery]
                smarthost = "127.0.0.1:{peer.Port}"
                """,
        });

        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await client.SendMessageAsync("stranger@elsewhere.test", "gone@partner.test", SampleMessage.Small("Will not arrive"), Cancel);

        // The message, then its bounce to the stranger; nothing after that.
        await Eventually.TrueAsync(
            () => peer.Received.Any(line => line.StartsWith("RCPT TO:<stranger@elsewhere.test>", StringComparison.Ordinal)), () =>
                server.Said, Cancel);
        await Eventually.TrueAsync(async () => (await server.RunAsync(Cancel, "queue", "list", "--json")).Output.Trim() is "[]" or "", () =>
            server.Said, Cancel);
        Assert.Equal(1, peer.Received.Count(line => line.StartsWith("MAIL FROM:<>", StringComparison.Ordinal)));
        Assert.Empty(server.Delivered("ann"));
    }

    private static string Outbound(DnsServer dns, int port) => $"""
        [dns]
        servers = ["{dns.EndPoint}"]
        timeout = "2s"

        [delivery]
        port = {port}
        allow-networks = ["127.0.0.0/8"]
        """;
}
