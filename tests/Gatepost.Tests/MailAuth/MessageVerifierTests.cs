using System.Net;
using System.Text;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Verification;
using Xunit;

namespace Gatepost.Tests.MailAuth;

public sealed class MessageVerifierTests
{
    private const string Zone = """
        a.example TXT v=spf1 ip4:192.0.2.7 -all
        _dmarc.a.example TXT v=DMARC1; p=reject
        192.0.2.7 PTR mx.a.example
        mx.a.example A 192.0.2.7
        """;

    [Fact]
    public async Task All_checks_of_a_message_come_together_and_are_written_as_one_field()
    {
        var result = await CheckAsync("From: ann@a.example\r\nSubject: x\r\n\r\nhello\r\n", "192.0.2.7");

        Assert.Equal(
            (AuthResult.Pass, AuthResult.Pass, AuthResult.None, AuthResult.None, AuthResult.Pass),
            (result.Spf!.Result, result.Iprev!.Result, result.Dkim[0].Result, result.Arc.Result, result.Dmarc.Result));
        Assert.True(result.IsAuthenticated);
        Assert.Equal(
            "Authentication-Results: mx.host.example;\r\n\tiprev=pass (mx.a.example)\r\n\t policy.iprev=192.0.2.7;\r\n"
            + "\tspf=pass\r\n\t smtp.mailfrom=a.example;\r\n\tdkim=none;\r\n\tarc=none;\r\n\tdmarc=pass (p=reject)\r\n\t header.from=a.example\r\n",
            result.ToAuthenticationResults("mx.host.example").ToField());
    }

    [Fact]
    public async Task Without_a_client_there_is_neither_SPF_nor_a_reverse_name()
    {
        var result = await CheckAsync("From: ann@a.example\r\n\r\nhello\r\n", null);

        Assert.Equal((null, null, AuthResult.Fail), (result.Spf, result.Iprev, result.Dmarc.Result));
    }

    [Fact]
    public async Task A_header_that_is_too_long_names_no_author()
    {
        string header = string.Concat(Enumerable.Repeat($"X: {new string('x', 900)}\r\n", 2_000));
        var result = await CheckAsync($"From: ann@a.example\r\n{header}From: x@b.example\r\n\r\nhello\r\n", "192.0.2.7");

        Assert.Equal((AuthResult.PermError, "dmarc-from-unreadable"), (result.Dmarc.Result, result.Dmarc.Steps[^1].Id));
    }

    private static Task<MessageResult> CheckAsync(string message, string? client) => new MessageVerifier(ZoneFile.Parse(Zone), TimeProvider.System)
        .CheckAsync(
            new MemoryStream(Encoding.ASCII.GetBytes(message)),
            new MessageQuestion { Client = client is null ? null : IPAddress.Parse(client), Helo = "mx.a.example", Sender = "ann@a.example" },
            TestContext.Current.CancellationToken);
}
