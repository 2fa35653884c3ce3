using System.Text;
using Gatepost.Delivery.Forwarding;
using Gatepost.Delivery.Queue;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Arc;
using Gatepost.Smtp;
using Gatepost.Tests.MailAuth;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>A seal of a forward covers what the next server gets, in whatever form it takes it.</summary>
public sealed class SealedFormTests : DeliveryRun
{
    private const string EightBit = """
        From: =?utf-8?q?J=C3=B6rg?= <j@client.example>
        Subject: Gruss
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Grüße aus Köln

        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forward_of_8_bit_mail_to_a_host_without_8BITMIME_is_converted_and_its_seal_passes(bool inMemory)
    {
        string sent = await SentAsync(EightBit.ReplaceLineEndings("\r\n"), inMemory);
        Assert.True(Ascii.IsValid(sent), sent);
        Assert.Contains("Gr=C3=BC=C3=9Fe", sent, StringComparison.Ordinal);
        await PassesAsync(sent);
    }

    [Theory]
    [InlineData(EightBit)]
    [InlineData(Signed.Message)]
    public async Task A_forward_of_signed_mail_is_sent_as_it_is_and_its_seal_passes(string text)
    {
        string signed = await Signed.ByAsync(text);
        string sent = await SentAsync(signed, inMemory: true);
        Assert.EndsWith(signed, sent, StringComparison.Ordinal);
        await PassesAsync(sent);
    }

    private static async Task PassesAsync(string sent)
    {
        Assert.StartsWith("ARC-Seal: ", sent, StringComparison.Ordinal);
        using var octets = new MemoryStream(Encoding.UTF8.GetBytes(sent));
        var result = await new ArcValidator(Signed.Zone, TimeProvider.System).ValidateAsync(octets, TestContext.Current.CancellationToken);
        Assert.Equal((AuthResult.Pass, 1), (result.Result, result.Hops.Count));
    }

    /// <summary>What a host that offers PIPELINING only was sent.</summary>
    private async Task<string> SentAsync(string text, bool inMemory)
    {
        await using var service = await StartAsync(Taking(), forwarder: new Sealing());
        byte[] octets = Encoding.UTF8.GetBytes(text);
        var message = Message(Mx("example.org"), "bob@example.org");
        message = message with
        {
            Body = BodyType.EightBitMime,
            Size = octets.Length,
            Recipients = [message.Recipients[0] with { Accepted = Mailbox.Parse("far@demo.test") }],
        };
        queue.Add(message, octets, inMemory);
        await Until(() => journal.Events.Any(done => done.Kind is JournalKind.Delivered or JournalKind.Failed or JournalKind.Deferred));
        string wire = peers.SelectMany(peer => peer.Bodies).Single().Replace("\r\n.", "\r\n", StringComparison.Ordinal);
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(wire));
    }

    private sealed class Sealing : IForwarder
    {
        public ValueTask<ForwardForm> FormAsync(QueuedMessage message, QueuedRecipient recipient, CancellationToken cancel) =>
            new(new ForwardForm(message.Sender, Signed.Domain));

        public async ValueTask<MessageSignature> SealAsync(Stream message, string domain, CancellationToken cancel)
        {
            var set = await new ArcSealer(Signed.Zone, TimeProvider.System).SealAsync(
                message, "mx.example.org", Signed.Rsa, null, null, cancel);
            return new MessageSignature(set.Fields, set.Fault);
        }
    }
}
