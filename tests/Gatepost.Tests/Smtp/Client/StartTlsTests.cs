using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

public sealed class StartTlsTests
{
    private readonly MemoryJournal journal = new();

    [Fact]
    public async Task What_came_in_clear_behind_STARTTLS_is_dropped_and_the_session_begins_again()
    {
        var (client, server) = Duplex();
        var serving = ServeAsync(server, behind: "250-evil\r\n250 SIZE 1\r\n");
        await using (var peer = await ConnectAsync(ClientTls.Opportunistic, client))
        {
            Assert.True(peer.Offers.Pipelining);
            Assert.Null(peer.Offers.MaxSize);
        }

        Assert.Equal(["EHLO client.example", "STARTTLS", "EHLO client.example", "QUIT"], await serving);
        var tls = Assert.Single(journal.Events, happened => happened.Kind == JournalKind.Tls);
        Assert.Contains("certificate not valid", $"{tls.Detail}");
        Assert.Contains("octets sent in clear behind STARTTLS were dropped", $"{tls.Detail}");
        Assert.Null(tls.Reply);
    }

    [Fact]
    public async Task A_broken_handshake_is_recorded_and_the_mail_goes_in_clear_on_a_new_connection()
    {
        var connector = new ScriptedConnector()
            .Then(
                "S: 220 hi\nC: *\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nRAW rubbish that is no TLS record at all, by any "
                + "reading of it\nCLOSE")
            .Then("S: 220 hi\nC: *\nS: 250-mx\nS: 250 STARTTLS\nC: QUIT\nS: 221 bye");
        await using (await ConnectAsync(ClientTls.Opportunistic, connector))
            Assert.DoesNotContain(journal.Events, happened => happened is { Kind: JournalKind.Tls, Reply: null });

        Assert.Equal(2, connector.Asked.Count);
        Assert.Equal(
            ClientReplies.TlsHandshakeFailed, Assert.Single(journal.Events, happened => happened.Kind == JournalKind.Tls).Reply!.Entry);
    }

    [Fact]
    public async Task A_STARTTLS_that_is_refused_leaves_the_session_in_clear()
    {
        var connector = new ScriptedConnector()
            .Then("S: 220 hi\nC: *\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 not now\nC: QUIT\nS: 221 bye");
        await using var peer = await ConnectAsync(ClientTls.Opportunistic, connector);
        Assert.DoesNotContain(journal.Events, happened => happened.Kind == JournalKind.Tls);
        Assert.Single(connector.Asked);
    }

    [Fact]
    public async Task Where_TLS_is_demanded_nothing_goes_without_a_valid_certificate()
    {
        var failure = await Assert.ThrowsAsync<SmtpClientException>(
            async () => await ConnectAsync(ClientTls.Verified, new ScriptedConnector().Then("S: 220 hi\nC: *\nS: 250 mx")));
        Assert.Equal(ClientReplies.TlsNotOffered, failure.Reply.Entry);

        var (client, server) = Duplex();
        var serving = ServeAsync(server, behind: "");
        failure = await Assert.ThrowsAsync<SmtpClientException>(async () => await ConnectAsync(ClientTls.Verified, client));
        Assert.Equal(ClientReplies.TlsHandshakeFailed, failure.Reply.Entry);
        Assert.Contains("certificate", failure.Reply.Text);
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    private ValueTask<SmtpClientSession> ConnectAsync(ClientTls tls, Stream stream) =>
        ConnectAsync(tls, new ScriptedConnector().Then(stream));

    private ValueTask<SmtpClientSession> ConnectAsync(ClientTls tls, ScriptedConnector connector) => new Dialer(
        PeerConversation.Options with { Tls = tls }, connector, journal, TimeProvider.System, ReplyDatabase.BuiltIn).ConnectAsync(
        new PeerTarget("mx.example.org", new IPEndPoint(IPAddress.Loopback, 25)), new AttemptContext("A1", "Q1"), CancellationToken.None);

    /// <summary>A server that offers STARTTLS; gives back what it heard.</summary>
    private static async Task<List<string>> ServeAsync(Stream wire, string behind)
    {
        using var certificate = Certificate();
        var heard = new List<string>();
        await SayAsync(wire, "220 hi\r\n");
        heard.Add(await ReadLineAsync(wire));
        await SayAsync(wire, "250-mx\r\n250 STARTTLS\r\n");
        heard.Add(await ReadLineAsync(wire));
        await SayAsync(wire, "220 go\r\n" + behind);
        await using var tls = new SslStream(wire);
        await tls.AuthenticateAsServerAsync(certificate, false, SslProtocols.Tls12 | SslProtocols.Tls13, false);
        heard.Add(await ReadLineAsync(tls));
        await SayAsync(tls, "250-mx\r\n250 PIPELINING\r\n");
        heard.Add(await ReadLineAsync(tls));
        await SayAsync(tls, "221 bye\r\n");
        return heard;
    }

    private static async Task SayAsync(Stream wire, string text)
    {
        await wire.WriteAsync(Encoding.ASCII.GetBytes(text));
        await wire.FlushAsync();
    }

    private static async Task<string> ReadLineAsync(Stream wire)
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            await wire.ReadExactlyAsync(one);
            line.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. line]).TrimEnd();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody.else", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static (Stream Client, Stream Server) Duplex()
    {
        Pipe up = new(), down = new();
        return (new TwoWay(down.Reader.AsStream(), up.Writer.AsStream()), new TwoWay(up.Reader.AsStream(), down.Writer.AsStream()));
    }

    private sealed class TwoWay(Stream read, Stream write) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            read.ReadAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => read.Read(buffer, offset, count);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await write.WriteAsync(buffer, cancellationToken);
            await write.FlushAsync(cancellationToken);
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            write.Write(buffer, offset, count);
            write.Flush();
        }

        public override void Flush() => write.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            read.Dispose();
            write.Dispose();
        }
    }
}
