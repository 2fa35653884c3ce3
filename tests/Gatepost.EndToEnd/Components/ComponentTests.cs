using System.Text;
using DnsClient;
using DnsClient.Protocol;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Components;

/// <summary>
/// The test bench itself: each component comes up, does its duty and goes. A later failure is then ours, not the bench's.
/// </summary>
public sealed class ComponentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Postfix_takes_a_message_into_a_Maildir()
    {
        await using var postfix = await PostfixInstance.StartAsync(Cancel);
        byte[] message = SampleMessage.Tricky("ann@demo.test", "bob@partner.test");

        await using var client = await SmtpSocket.GreetedAsync(postfix.Port, Cancel);
        await client.SendMessageAsync("ann@demo.test", "bob@partner.test", message, Cancel);

        string file = await Eventually.FoundAsync(() => postfix.Delivered("bob").FirstOrDefault(), () => postfix.Log, Cancel);
        Assert.EndsWith(Encoding.UTF8.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal),
            await File.ReadAllTextAsync(file, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postfix_relays_to_a_scripted_peer()
    {
        await using var peer = ScriptedPeer.Start();
        await using var postfix = await PostfixInstance.StartAsync(
            Cancel, $"transport_maps = inline:{{ {{demo.test = smtp:[127.0.0.1]:{peer.Port}}} }}");
        byte[] message = SampleMessage.Tricky("bob@partner.test", "ann@demo.test");

        await using var client = await SmtpSocket.GreetedAsync(postfix.Port, Cancel);
        await client.SendMessageAsync("bob@partner.test", "ann@demo.test", message, Cancel);

        await Eventually.TrueAsync(() => !peer.Taken.IsEmpty, () => postfix.Log, Cancel);
        Assert.EndsWith(Encoding.UTF8.GetString(message), Encoding.UTF8.GetString(peer.Taken.Single().Octets), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dovecot_takes_LMTP_and_refuses_an_unknown_mailbox()
    {
        await using var dovecot = await DovecotInstance.StartAsync(Cancel);
        byte[] message = SampleMessage.Small("LMTP");

        await using var client = await SmtpSocket.GreetedAsync(dovecot.Port, Cancel, "LHLO client.test");
        await client.AskAsync("MAIL FROM:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<bob@mailbox.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<stranger@mailbox.test>", "550", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(SmtpSocket.Stuffed(message), Cancel);
        await client.ExpectAsync("250", Cancel);

        Assert.Single(dovecot.Delivered("bob"));
        Assert.True(File.Exists(dovecot.UnixSocket));
    }

    [Fact]
    public async Task Unbound_answers_from_the_zone_and_falls_silent_when_frozen()
    {
        await using var dns = await DnsServer.StartAsync("partner MX 10 mx.partner\nmx.partner A 127.0.0.77", Cancel);
        var client = new LookupClient(
            new LookupClientOptions(dns.EndPoint) { UseCache = false, Timeout = TimeSpan.FromSeconds(1), Retries = 0 });

        var found = await client.QueryAsync("partner.test", QueryType.MX, cancellationToken: Cancel);
        Assert.Equal("mx.partner.test.", found.Answers.OfType<MxRecord>().Single().Exchange.Value);
        var missing = await client.QueryAsync("nowhere.test", QueryType.MX, cancellationToken: Cancel);
        Assert.Equal(DnsHeaderResponseCode.NotExistentDomain, missing.Header.ResponseCode);

        dns.Freeze();
        await Assert.ThrowsAsync<DnsResponseException>(() => client.QueryAsync("other.test", QueryType.MX, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_scripted_peer_dies_where_its_script_says()
    {
        await using var peer = ScriptedPeer.Start(new() { Dies = n => n == 0 ? PeerDeath.InsideData : PeerDeath.Never });
        byte[] message = SampleMessage.Tricky("ann@demo.test", "bob@partner.test");

        await using var first = await SmtpSocket.GreetedAsync(peer.Port, Cancel);
        await first.AskAsync("MAIL FROM:<ann@demo.test>", "250", Cancel);
        await first.AskAsync("RCPT TO:<bob@partner.test>", "250", Cancel);
        await first.AskAsync("DATA", "354", Cancel);
        await first.SendAsync(message, Cancel);
        Assert.True(await first.IsClosedAsync(Cancel));
        Assert.Empty(peer.Taken);

        await using var second = await SmtpSocket.GreetedAsync(peer.Port, Cancel);
        await second.SendMessageAsync("ann@demo.test", "bob@partner.test", message, Cancel);
        Assert.Equal(message, peer.Taken.Single().Octets);
    }
}
