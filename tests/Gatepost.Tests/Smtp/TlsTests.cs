using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class TlsTests
{
    private static readonly SelfSignedCertificate Certificate = new("mx.host.example", TimeProvider.System);

    [Fact]
    public async Task After_STARTTLS_the_session_starts_again_and_is_distinguished_in_the_trace_field()
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        Assert.Equal("220 2.0.0 Ready to start TLS", await visit.AskAsync("STARTTLS"));
        await HandshakeAsync(visit);

        Assert.Equal("503 5.5.1 Error: say EHLO or HELO first", await visit.AskAsync("MAIL FROM:<ann@partner.example>"));
        await visit.AskAsync("EHLO client.example");
        Assert.Equal("503 5.5.1 Error: TLS already active", await visit.AskAsync("STARTTLS"));
        await visit.AskAsync("MAIL FROM:<ann@partner.example>");
        await visit.AskAsync("RCPT TO:<bob@host.example>");
        await visit.AskAsync("DATA");
        Assert.Equal("250 2.0.0 Ok: queued as Q1", await visit.AskAsync("text\r\n."));
        Assert.Equal("221 2.0.0 Bye", await visit.AskAsync("QUIT"));
        await visit.EndAsync();

        string head = Assert.Single(house.Store.Messages).Head;
        Assert.Contains("with ESMTPS id Q1\r\n\t(using TLSv1.", head, StringComparison.Ordinal);
        Assert.DoesNotContain("STARTTLS", house.Journal.Events.Last(happened => happened.Command == "EHLO client.example")
            .Reply!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_in_clear_behind_STARTTLS_is_never_done()
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.SayAsync("STARTTLS\r\nMAIL FROM:<injected@evil.example>\r\nRCPT TO:<bob@host.example>\r\n");
        Assert.Equal("220 2.0.0 Ready to start TLS", await visit.ReadReplyAsync());
        await HandshakeAsync(visit);

        await visit.AskAsync("EHLO client.example");
        Assert.Equal("503 5.5.1 Error: need MAIL command first", await visit.AskAsync("RCPT TO:<bob@host.example>"));
        Assert.DoesNotContain(Stage.MailFrom, house.Gate.Asked);
        Assert.Contains(house.Journal.Of(JournalKind.Tls), happened =>
            happened.Detail?.ToString() == "63 octets sent in clear behind STARTTLS were dropped");
    }

    [Fact]
    public async Task A_transaction_begun_in_clear_is_no_place_for_STARTTLS()
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.AskAsync("MAIL FROM:<ann@partner.example>");

        Assert.Equal("503 5.5.1 Error: MAIL transaction in progress; RSET ends it", await visit.AskAsync("STARTTLS"));
    }

    [Theory]
    [InlineData("DATA", true)]
    [InlineData("DATA", false)]
    [InlineData("BDAT 100 LAST", true)]
    [InlineData("BDAT 100 LAST", false)]
    public async Task TLS_that_ends_within_a_message_queues_nothing_and_no_clear_octet_is_read_after_it(string command, bool inOrder)
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.AskAsync("STARTTLS");
        await HandshakeAsync(visit);
        await visit.AskAsync("EHLO client.example");
        await visit.AskAsync("MAIL FROM:<ann@partner.example>");
        await visit.AskAsync("RCPT TO:<bob@host.example>");
        await visit.SayAsync(command + "\r\nhalf a message\r\n");
        if (command == "DATA")
            Assert.StartsWith("354 ", await visit.ReadReplyAsync());

        if (inOrder)
            await ((SslStream)visit.Stream).ShutdownAsync();
        // What an attacker in the middle would add to complete the message.
        await visit.Transport.Client.WriteAsync(
            Encoding.ASCII.GetBytes(new string('x', 200) + "\r\n.\r\nMAIL FROM:<boss@host.example>\r\n"));
        visit.Transport.HangUp();
        await visit.EndAsync();

        Assert.Empty(house.Store.Messages);
        Assert.Equal(0, house.Store.OpenDrafts);
        Assert.Single(house.Gate.Asked, Stage.MailFrom);
        Assert.DoesNotContain(house.Journal.Events, happened =>
            happened.Detail?.ToString().Contains("a fault of ours", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_failed_handshake_ends_the_connection_and_says_why_in_the_journal()
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.AskAsync("STARTTLS");
        await visit.SayAsync("EHLO client.example\r\nNOOP\r\n");
        visit.Transport.HangUp();
        await visit.EndAsync();

        var failed = Assert.Single(house.Journal.Of(JournalKind.Tls));
        Assert.Equal("tls-handshake-failed", failed.Reply!.Entry.Id);
        Assert.Single(house.Journal.Events, happened => happened.Command == "EHLO client.example");
    }

    [Fact]
    public async Task A_handshake_that_never_comes_is_cut_in_time()
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.AskAsync("STARTTLS");
        await Eventually(() => house.Advance(TimeSpan.FromSeconds(10)), visit.Running);

        Assert.True(visit.Transport.WasAborted);
        Assert.Contains(house.Journal.Of(JournalKind.Tls), happened => happened.Detail?.ToString() == "no handshake in time");
    }

    [Fact]
    public async Task Implicit_TLS_greets_only_inside_it()
    {
        using var house = new TestServer
        {
            Listener = new ListenerOptions { Role = ListenerRole.Submission, EndPoint = new(IPAddress.Loopback, 465), ImplicitTls = true },
            Options = new SmtpServerOptions { HostName = "mx.host.example", Certificates = Certificate },
        };
        var visit = new SessionDriver(house);
        await HandshakeAsync(visit);

        Assert.Equal("220 mx.host.example ESMTP Gatepost", await visit.ReadReplyAsync());
        Assert.NotNull(visit.Connection);
    }

    [Fact]
    public Task A_listener_that_demands_TLS_says_so() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 530 5.7.0 Must issue a STARTTLS command first
        """,
        () => new TestServer
        {
            Listener = new ListenerOptions { Role = ListenerRole.Submission, EndPoint = new(IPAddress.Loopback, 587), RequireTls = true },
            Options = new SmtpServerOptions { HostName = "mx.host.example", Certificates = Certificate },
        });

    [Fact]
    public Task A_certificate_that_is_gone_is_our_trouble() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: STARTTLS
        S: 454 4.7.0 TLS not available due to local problem
        C: NOOP
        S: 250 2.0.0 Ok
        """,
        () => new TestServer { Options = new SmtpServerOptions { HostName = "mx.host.example", Certificates = new Gone() } });

    private static TestServer Secure() =>
        new() { Options = new SmtpServerOptions { HostName = "mx.host.example", Certificates = Certificate } };

    private static async Task HandshakeAsync(SessionDriver visit)
    {
        var tls = new SslStream(visit.Transport.Client, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mx.host.example",
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate!.Subject.Contains("mx.host.example", StringComparison.Ordinal),
        }).WaitAsync(TimeSpan.FromSeconds(20));
        visit.Stream = tls;
    }

    /// <summary>
    /// Lets the test's clock run until it has happened; the connection may need a moment to reach the wait that is to end.
    /// </summary>
    internal static async Task Eventually(Action advance, Task happened)
    {
        for (int i = 0; i < 2000 && !happened.IsCompleted; i++)
        {
            advance();
            await Task.WhenAny(happened, Task.Delay(5));
        }

        await happened.WaitAsync(TimeSpan.FromSeconds(1));
    }

    private sealed class Gone : ICertificateSource
    {
        public bool Any => false;

        public SslStreamCertificateContext? Find(string? serverName) => null;
    }
}
