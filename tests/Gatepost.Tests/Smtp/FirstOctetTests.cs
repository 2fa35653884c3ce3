using System.Net;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>The commonest mistakes of set-up are named by the first octets, each with what to change.</summary>
public sealed class FirstOctetTests
{
    [Fact]
    public async Task TLS_at_a_port_that_begins_in_clear_is_named()
    {
        using var world = new TestServer();

        await Transcript.PlaysInTurnAsync(
            """
            S: 220 mx.host.example ESMTP Gatepost
            R: \x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\x00\x00
            S: 500 5.5.1 Error: TLS without STARTTLS; this port begins in clear and offers STARTTLS; closing
            X: closed
            """, world);

        Assert.Contains("set it to STARTTLS", world.Journal.Of(JournalKind.Closed).Single().Detail!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"PROXY TCP4 198.51.100.7 192.0.2.25 4711 25\r\n")]
    [InlineData(@"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc6\x33\x64\x07\xc0\x00\x02\x19\x12\x67\x00\x19")]
    public async Task A_PROXY_header_that_no_one_expects_is_named_with_the_key_to_change(string header)
    {
        using var world = new TestServer();

        await Transcript.PlaysInTurnAsync(
            $"""
            S: 220 mx.host.example ESMTP Gatepost
            R: {header}
            S: 500 5.5.1 Error: no PROXY header is taken from [192.0.2.7]; closing
            X: closed
            """, world);

        Assert.Contains("proxy-from", world.Journal.Of(JournalKind.Closed).Single().Detail!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_text_at_a_port_of_TLS_is_named_and_answered_in_clear()
    {
        var certificate = new SelfSignedCertificate("mx.host.example", TimeProvider.System);
        using var world = new TestServer
        {
            Listener = new ListenerOptions { Role = ListenerRole.Submission, EndPoint = new(IPAddress.Loopback, 465), ImplicitTls = true },
            Options = new SmtpServerOptions { HostName = "mx.host.example", Certificates = certificate },
        };
        var visit = new SessionDriver(world);
        await visit.SayAsync("EHLO client.example\r\n");

        Assert.Equal("500 5.5.1 Error: this port begins with TLS, not in clear; closing", await visit.ReadReplyAsync());
        await visit.EndAsync();
        Assert.Contains(
            "spoke in clear", world.Journal.Of(JournalKind.Closed).Single().Detail!.ToString(), StringComparison.Ordinal);
    }
}
