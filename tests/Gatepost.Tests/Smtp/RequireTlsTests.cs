using System.Net.Security;
using System.Security.Authentication;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>REQUIRETLS and TLS-Required on the way in (RFC 8689).</summary>
public sealed class RequireTlsTests
{
    private static readonly SelfSignedCertificate Certificate = new("mx.host.example", TimeProvider.System);

    private static TestServer Secure() =>
        new() { Options = new SmtpServerOptions { HostName = "mx.host.example", Certificates = Certificate } };

    [Fact]
    public async Task In_clear_REQUIRETLS_is_neither_offered_nor_accepted()
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        Assert.Equal(
            "555 5.5.4 REQUIRETLS is not offered on this connection: begin TLS first",
            await visit.AskAsync("MAIL FROM:<ann@partner.example> REQUIRETLS"));
        Assert.Equal("250 2.1.0 Ok", await visit.AskAsync("MAIL FROM:<ann@partner.example>"));
        await visit.AskAsync("QUIT");
        await visit.EndAsync();
        Assert.DoesNotContain(
            "REQUIRETLS", house.Journal.Events.First(happened => happened.Command?.StartsWith("EHLO", StringComparison.Ordinal)
            == true).Reply!.Text, StringComparison.Ordinal);
        Assert.Contains(house.Journal.Of(JournalKind.Verdict), happened =>
            happened.Detail?.ToString() == "REQUIRETLS came on a connection without TLS");
    }

    [Theory]
    [InlineData("REQUIRETLS", "", TlsRequest.Required)]
    [InlineData("requiretls", "TLS-Required: No\r\n", TlsRequest.Required)]
    [InlineData("", "TLS-Required: No\r\n", TlsRequest.Optional)]
    [InlineData("", "Subject: hi\r\ntls-required:\r\n  NO \r\n", TlsRequest.Optional)]
    [InlineData("", "TLS-Required: Yes\r\n", TlsRequest.None)]
    [InlineData("", "TLS-Required: Nobody\r\n", TlsRequest.None)]
    [InlineData("", "X-TLS-Required: No\r\n", TlsRequest.None)]
    [InlineData("", "Subject: hi\r\n\r\nTLS-Required: No\r\n", TlsRequest.None)]
    public async Task What_the_sender_asks_of_TLS_is_in_the_envelope(string parameter, string header, TlsRequest expected)
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.AskAsync("STARTTLS");
        var tls = new SslStream(visit.Transport.Client, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mx.host.example",
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        }).WaitAsync(TimeSpan.FromSeconds(20));
        visit.Stream = tls;
        await visit.AskAsync("EHLO client.example");
        Assert.Contains("REQUIRETLS", house.Journal.Events.Last(happened => happened.Command == "EHLO client.example").Reply!.Text);
        Assert.Equal("250 2.1.0 Ok", await visit.AskAsync($"MAIL FROM:<ann@partner.example> {parameter}".TrimEnd()));
        await visit.AskAsync("RCPT TO:<bob@host.example>");
        await visit.AskAsync("DATA");
        Assert.StartsWith("250 ", await visit.AskAsync($"{header}\r\ntext\r\n."));
        Assert.Equal(expected, Assert.Single(house.Store.Messages).Envelope.Tls);
        await visit.AskAsync("QUIT");
        await visit.EndAsync();
    }

    [Fact]
    public async Task A_value_or_a_second_REQUIRETLS_is_an_error()
    {
        using var house = Secure();
        var visit = await new SessionDriver(house).EhloAsync();
        Assert.Contains("it takes no value", await visit.AskAsync("MAIL FROM:<ann@partner.example> REQUIRETLS=YES"));
        Assert.Contains("given twice", await visit.AskAsync("MAIL FROM:<ann@partner.example> REQUIRETLS REQUIRETLS"));
        await visit.AskAsync("QUIT");
        await visit.EndAsync();
    }
}
