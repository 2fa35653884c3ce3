using System.Text;
using Gatepost.Delivery.Settings;
using Gatepost.Replies;
using Gatepost.Smtp;
using MimeKit;
using Xunit;

namespace Gatepost.Tests.Delivery;

/// <summary>
/// Mail for hosts that lack 8BITMIME or SMTPUTF8: it reaches them in a form that they take, or goes back with the true reason.
/// </summary>
public sealed class PeerFormTests : DeliveryRun
{
    private const string Mixed = """
        From: =?utf-8?q?J=C3=B6rg?= <j@client.example>
        Subject: long   spaces
         and a fold
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b1"
        Content-Transfer-Encoding: 8bit

        preamble
        --b1
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Grüße aus Köln, und noch etwas Text dazu
        .
        --b1
        Content-Type: application/octet-stream
        Content-Transfer-Encoding: 8bit

        дада
        --b1
        Content-Type: text/plain

        plain =3D stays
        --b1--
        epilogue

        """;

    private static string Wire(string text) => text.ReplaceLineEndings("\r\n");

    private async Task<string> SentAsync(
        string text, EightBitMail eightBit = EightBitMail.Convert, BodyType body = BodyType.EightBitMime, bool hot = true)
    {
        await using var service = await StartAsync(Taking(), options: Options() with { EightBit = eightBit });
        byte[] octets = Encoding.UTF8.GetBytes(Wire(text));
        queue.Add(Message(Mx("example.org"), "bob@example.org") with { Body = body, Size = octets.Length }, octets, hot);
        await Until(() => journal.Events.Any(done => done.Kind is JournalKind.Delivered or JournalKind.Failed or JournalKind.Deferred));
        return peers.SelectMany(peer => peer.Bodies).SingleOrDefault()?.Replace("\r\n.", "\r\n", StringComparison.Ordinal) ?? "";
    }

    private static MimeMessage Read(string wire)
    {
        using var octets = new MemoryStream(Encoding.Latin1.GetBytes(wire));
        return MimeMessage.Load(octets, CancellationToken.None);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Eight_bit_parts_are_encoded_for_a_host_without_8BITMIME_and_the_structure_stays(bool inMemory)
    {
        string sent = await SentAsync(Mixed, hot: inMemory);
        Assert.True(Ascii.IsValid(sent), sent);
        Assert.Contains("Subject: long   spaces\r\n and a fold\r\n", sent);
        Assert.Contains("boundary=\"b1\"\r\nContent-Transfer-Encoding: 7bit\r\n", sent);
        Assert.Contains("\r\npreamble\r\n--b1\r\n", sent);
        Assert.Contains("\r\nplain =3D stays\r\n--b1--\r\nepilogue\r\n", sent);

        var parts = Assert.IsType<Multipart>(Read(sent).Body, exactMatch: false);
        Assert.Equal(3, parts.Count);
        var text = Assert.IsType<TextPart>(parts[0]);
        Assert.Equal((ContentEncoding.QuotedPrintable, "Grüße aus Köln, und noch etwas Text dazu\r\n."),
            (text.ContentTransferEncoding, text.Text.ReplaceLineEndings("\r\n")));
        var data = Assert.IsType<MimePart>(parts[1], exactMatch: false);
        using var octets = new MemoryStream();
        data.Content!.DecodeTo(octets, CancellationToken.None);
        Assert.Equal((ContentEncoding.Base64, "дада"), (data.ContentTransferEncoding, Encoding.UTF8.GetString(octets.ToArray())));
        var peer = Assert.Single(peers, one => one.Bodies.Count == 1);
        Assert.Contains("MAIL FROM:<ann@client.example>", peer.Lines);
    }

    [Theory]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=client.example; s=a; h=from; bh=x; b=y\n")]
    [InlineData("ARC-Message-Signature: i=1; a=rsa-sha256; d=client.example; s=a; h=from; bh=x; b=y\n")]
    [InlineData("Content-Type: multipart/signed; boundary=\"s\"; micalg=sha-256; protocol=\"application/pkcs7-signature\"\n")]
    public async Task Signed_mail_is_sent_as_it_is(string field)
    {
        string text = field + "From: a@client.example\n\n--s\nContent-Type: text/plain; charset=utf-8\n\nGrüße\n--s--\n";
        Assert.Equal(Wire(text), Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(await SentAsync(text))));
    }

    [Fact]
    public async Task The_key_sends_all_as_it_is_or_returns_it()
    {
        Assert.Equal(Wire(Mixed), Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(await SentAsync(Mixed, EightBitMail.Send))));
    }

    [Fact]
    public async Task With_refuse_it_goes_back()
    {
        Assert.Equal("", await SentAsync(Mixed, EightBitMail.Refuse));
        Assert.Equal("peer-not-8bit", journal.Events.Last(done => done.Kind == JournalKind.Failed).Reply!.Entry.Id);
    }

    [Fact]
    public async Task Text_without_any_MIME_field_gets_them()
    {
        var message = Read(await SentAsync("From: a@client.example\n\nGrüße\n"));
        Assert.Equal(new Version(1, 0), message.MimeVersion);
        Assert.Equal("Grüße\r\n", message.TextBody!.ReplaceLineEndings("\r\n"));
    }

    [Fact]
    public async Task A_binary_message_is_encoded_in_base64()
    {
        string sent = await SentAsync(
            "MIME-Version: 1.0\nContent-Type: application/pdf\nContent-Transfer-Encoding: binary\n\n\u0000\u0001ä\n",
                body: BodyType.BinaryMime);
        var part = Assert.IsType<MimePart>(Read(sent).Body, exactMatch: false);
        using var octets = new MemoryStream();
        part.Content!.DecodeTo(octets, CancellationToken.None);
        Assert.Equal(
            (ContentEncoding.Base64, "\u0000\u0001ä\r\n"), (part.ContentTransferEncoding, Encoding.UTF8.GetString(octets.ToArray())));
    }

    [Fact]
    public async Task A_domain_beyond_ASCII_is_written_in_A_labels_for_a_host_without_SMTPUTF8()
    {
        await using var service = await StartAsync(Taking());
        queue.Add(
            Message(Mx("example.org"), "x@köln.test") with { SmtpUtf8 = true, Sender = Mailbox.Parse("ann@bücher.example") }, Octets, true);
        await Until(() => journal.Events.Any(done => done.Kind == JournalKind.Delivered));
        var lines = peers.SelectMany(peer => peer.Lines).ToList();
        Assert.Contains("MAIL FROM:<ann@xn--bcher-kva.example>", lines);
        Assert.Contains("RCPT TO:<x@xn--kln-sna.test>", lines);
    }

    [Theory]
    [InlineData("боб@example.org", "Subject: hi\r\n\r\nx\r\n", "peer-not-utf8")]
    [InlineData("x@köln.test", "Subject: 🎉\r\n\r\nx\r\n", "peer-not-utf8-header")]
    [InlineData("bob@example.org", "Subject: 🎉\r\n\r\nx\r\n", "peer-not-utf8-header")]
    public async Task Whether_an_address_or_a_header_field_needs_SMTPUTF8_is_distinguished(string recipient, string text, string entry)
    {
        await using var service = await StartAsync(Taking());
        byte[] octets = Encoding.UTF8.GetBytes(text);
        queue.Add(Message(Mx("example.org"), recipient) with { SmtpUtf8 = true, Size = octets.Length }, octets, true);
        await Until(() => journal.Events.Any(done => done.Kind == JournalKind.Failed));
        Assert.Equal(entry, journal.Events.Last(done => done.Kind == JournalKind.Failed).Reply!.Entry.Id);
    }

    [Theory]
    [InlineData("550-5.7.25 [2001:4860::99] The IP address sending this message does not have a PTR record setup", true)]
    [InlineData("550 5.7.1 Our system has detected that this message does not meet IPv6 sending guidelines regarding PTR records", true)]
    [InlineData("550 5.7.1 Service unavailable; client [2001:4860::99] blocked using zen.spamhaus.org", true)]
    [InlineData("550 5.7.1 Service unavailable; client [8.8.4.99] blocked using zen.spamhaus.org", false)]
    [InlineData("550 5.1.1 <bob@pair.example>: User unknown, asked by 2001:4860::99", false)]
    public async Task A_refusal_of_our_IPv6_address_is_followed_by_a_try_over_IPv4(string refusal, bool second)
    {
        refusal = refusal.Replace("550-5.7.25 ", "550 5.7.25 ", StringComparison.Ordinal);
        var connector = new Gatepost.Tests.Smtp.Client.ScriptedConnector
        {
            Otherwise = target => NewPeer(
                line => target is System.Net.IPEndPoint { Address: var to } && to.ToString() == "2001:4860::1"
                    && line.StartsWith("RCPT", StringComparison.Ordinal) ? refusal : null),
        };
        await using var service = await StartAsync(connector);
        Add(Mx("pair.example"), "bob@pair.example");
        await Until(() => journal.Events.Any(done => done.Kind is JournalKind.Delivered or JournalKind.Failed));
        Assert.Equal(second ? JournalKind.Delivered : JournalKind.Failed,
            journal.Events.Last(done => done.Kind is JournalKind.Delivered or JournalKind.Failed).Kind);
        Assert.Equal(second ? 2 : 1, peers.Count);
    }

    [Fact]
    public async Task If_no_IPv4_host_can_be_reached_the_refusal_over_IPv6_stands()
    {
        const string Refusal = "550 5.7.25 [2001:4860::99] has no PTR record";
        var connector = new Gatepost.Tests.Smtp.Client.ScriptedConnector
        {
            Otherwise = target => target is System.Net.IPEndPoint { Address: var to } && to.ToString() == "2001:4860::1"
                ? NewPeer(line => line.StartsWith("RCPT", StringComparison.Ordinal) ? Refusal : null)
                : System.Net.Sockets.SocketError.ConnectionRefused,
        };
        await using var service = await StartAsync(connector);
        Add(Mx("pair.example"), "bob@pair.example");
        await Until(() => journal.Events.Any(done => done.Kind is JournalKind.Deferred or JournalKind.Failed));
        Assert.Equal(Reason.RdnsMissing, journal.Events.Last(done => done.Kind == JournalKind.Failed).Reply!.Entry.Reason);
        Assert.Equal(2, connector.Asked.Count);
    }

    [Fact]
    public async Task Without_an_IPv4_address_the_refusal_over_IPv6_stands()
    {
        await using var service = await StartAsync(Taking(
            line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.25 [2001:4860::99] has no PTR record" : null));
        Add(Mx("six.example"), "bob@six.example");
        await Until(() => journal.Events.Any(done => done.Kind == JournalKind.Failed));
        Assert.Equal(Reason.RdnsMissing, journal.Events.Last(done => done.Kind == JournalKind.Failed).Reply!.Entry.Reason);
    }
}
