using System.Net;
using System.Text;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Smtp.Wire;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class ProxyTests
{
    private const string Signature = @"\r\n\r\n\0\r\nQUIT\n";

    [Theory]
    [InlineData(@"PROXY TCP4 198.51.100.9 192.0.2.25 5555 25\r\n", "198.51.100.9:5555")]
    [InlineData(@"PROXY TCP6 2001:db8::9 2001:db8::1 5555 25\r\n", "[2001:db8::9]:5555")]
    [InlineData(@"PROXY UNKNOWN\r\n", null)]
    [InlineData(@"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", null)]
    [InlineData(Signature + @"\x21\x11\0\x0c\xc6\x33\x64\x09\xc0\0\x02\x19\x15\xb3\0\x19", "198.51.100.9:5555")]
    [InlineData(Signature + @"\x21\x11\0\x0f\xc6\x33\x64\x09\xc0\0\x02\x19\x15\xb3\0\x19\x04\0\0", "198.51.100.9:5555")]
    [InlineData(Signature + @"\x20\0\0\0", null)]
    [InlineData(Signature + @"\x21\0\0\0", null)]
    public void A_header_names_the_client(string header, string? client)
    {
        byte[] octets = [.. Transcript.Octets('R', header), .. "EHLO"u8];

        Assert.Equal(ProxyOutcome.Read, ProxyHeader.Read(octets, out var read, out int length));
        Assert.Equal(client, read?.ToString());
        Assert.Equal(octets.Length - 4, length);
        // However it is torn, it is never misread, and no octet behind it is ever asked for.
        for (int cut = 0; cut < length; cut++)
        {
            Assert.Equal(ProxyOutcome.Incomplete, ProxyHeader.Read(octets.AsSpan(0, cut), out _, out _));
            Assert.InRange(ProxyHeader.Missing(octets.AsSpan(0, cut)), 1, length - cut);
        }
    }

    [Theory]
    [InlineData("EHLO client.example")]
    [InlineData(@"PROXY TCP4 198.51.100.9 192.0.2.25 5555\r\n")]
    [InlineData(@"PROXY TCP4 198.51.100.9 192.0.2.25 5555 99999\r\n")]
    [InlineData(@"PROXY TCP4 198.51.100 192.0.2.25 5555 25\r\n")]
    [InlineData(@"PROXY TCP4 2001:db8::9 192.0.2.25 5555 25\r\n")]
    [InlineData(@"PROXY TCP4 198.51.100.9 192.0.2.25 5555 25 7\r\n")]
    [InlineData(@"PROXY UDP4 198.51.100.9 192.0.2.25 5555 25\r\n")]
    [InlineData(Signature + @"\x31\x11\0\x0c\xc6\x33\x64\x09\xc0\0\x02\x19\x15\xb3\0\x19")]
    [InlineData(Signature + @"\x21\x11\0\x04\xc6\x33\x64\x09")]
    [InlineData(Signature + @"\x21\x11\xff\xff")]
    [InlineData(@"\r\nEHLO client.example\r\n")]
    public void What_is_no_header_is_not_taken_for_one(string header) =>
        Assert.Equal(ProxyOutcome.Bad, ProxyHeader.Read(Transcript.Octets('R', header), out _, out _));

    [Fact]
    public void A_header_that_never_ends_is_bad() =>
        Assert.Equal(ProxyOutcome.Bad, ProxyHeader.Read(Encoding.ASCII.GetBytes("PROXY " + new string('x', 200)), out _, out _));

    [Fact]
    public Task Behind_a_trusted_balancer_the_client_is_whom_it_names() => Transcript.PlaysAsync(
        """
        R: PROXY TCP4 198.51.100.9 192.0.2.25 5555 25\r\n
        S: 220 mx.host.example ESMTP Gatepost
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        Balanced,
        house => Assert.Equal("198.51.100.9", Assert.Single(house.Journal.Of(JournalKind.Connected)).Peer!.ToString()));

    [Fact]
    public Task A_balancer_that_sends_no_header_gets_no_session() => Transcript.PlaysAsync(
        """
        C: EHLO client.example
        X: closed
        """,
        Balanced,
        house =>
            Assert.Contains(house.Journal.Of(JournalKind.Closed), happened =>
                happened.Detail?.ToString() == "no PROXY header from a peer that must send one"));

    [Fact]
    public Task No_one_else_may_say_who_he_is() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: PROXY TCP4 198.51.100.9 192.0.2.25 5555 25
        S: 500 5.5.1 Error: no PROXY header is taken from [203.0.113.1]; closing
        X: closed
        """,
        () => new TestServer { Peer = new IPEndPoint(IPAddress.Parse("203.0.113.1"), 1), Listener = Balancer(proxy: true) });

    [Fact]
    public Task A_trusted_proxy_begins_the_session_again_by_XCLIENT() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO proxy.example
        S: 250-*
        C: XCLIENT NAME=client.example ADDR=198.51.100.9 PORT=5555 LOGIN=ann
        S: 220 mx.host.example ESMTP Gatepost
        C: MAIL FROM:<a@b.example>
        S: 503 5.5.1 Error: say EHLO or HELO first
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<a@b.example>
        S: 250 2.1.0 Ok
        C: XCLIENT ADDR=198.51.100.10
        S: 503 5.5.1 Error: MAIL transaction in progress; RSET ends it
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        C: XCLIENT ADDR=999.1.1.1
        S: 501 5.5.4 Syntax: XCLIENT ADDR=address PORT=number ...
        C: XCLIENT PORT=99999
        S: 501 5.5.4 Syntax: XCLIENT ADDR=address PORT=number ...
        """,
        () => new TestServer { Listener = Balancer(proxy: false) },
        house => Assert.StartsWith(
            "Received: from client.example (client.example [198.51.100.9])\r\n\tby mx.host.example (Gatepost) with ESMTPA id Q1\r\n",
                house.Store.Messages[0].Head, StringComparison.Ordinal));

    private static TestServer Balanced() => new() { Listener = Balancer(proxy: true) };

    private static ListenerOptions Balancer(bool proxy)
    {
        IPNetwork[] trusted = [IPNetwork.Parse("192.0.2.0/24")];
        return new ListenerOptions
        {
            Role = ListenerRole.Mx,
            EndPoint = new(IPAddress.Loopback, 25),
            ProxyFrom = proxy ? trusted
            : [],
            XclientFrom = proxy ? [] : trusted
        };
    }
}
