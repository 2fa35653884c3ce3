using System.Net;
using System.Text;
using Gatepost.Dns;
using Gatepost.MailAuth;
using Gatepost.MailAuth.Iprev;
using Gatepost.MailAuth.Results;
using Gatepost.Smtp.Message;
using Xunit;

namespace Gatepost.Tests.MailAuth;

public sealed class AuthenticationResultsTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var written = new AuthenticationResults("mx.host.example",
        [
            new AuthStatement("spf", "fail", [new("smtp.mailfrom", "ann@partner.example")]) { Comment = "not (really) \\ listed" },
            new AuthStatement("dkim", "pass", [new("header.d", "partner.example"), new("header.b", "aB+/c=")]),
            new AuthStatement("iprev", "pass", [new("policy.iprev", "2001:db8::1")]),
        ]);
        string field = written.ToField();
        var read = AuthenticationResults.Parse(Field(field).Value.Span)!;

        Assert.StartsWith("Authentication-Results: mx.host.example;\r\n\tspf=fail (not [really] / listed)\r\n\t smtp.mailfrom=ann@partner.example;", field);
        Assert.Equal("mx.host.example", read.Server);
        Assert.Equal(
            written.Statements.Select(one => $"{one.Method} {one.Result} {string.Join(' ', one.Properties)}"),
            read.Statements.Select(one => $"{one.Method} {one.Result} {string.Join(' ', one.Properties)}"));
        Assert.Empty(AuthenticationResults.Parse("mx.host.example 1; none"u8)!.Statements);
    }

    [Theory]
    [InlineData("mx.host.example; spf=pass", true)]
    [InlineData("MX.Host.Example. 1; none", true)]
    [InlineData("(a (b) \\) ;) \"mx.host.example\"\r\n\t(c) 1 ; dkim=pass header.d = x.example", true)]
    [InlineData("mx.host.example", true)]
    [InlineData("(open mx.host.example; dkim=pass", true)]
    [InlineData("; mx.host.example; dkim=pass", true)]
    [InlineData("mx.other.example; dkim=pass header.d=mx.host.example", false)]
    [InlineData("(mx.host.example) mx.other.example; dkim=pass", false)]
    [InlineData("mx.host.example.evil.example; dkim=pass", false)]
    public void A_field_in_our_name_is_forged_wherever_comments_and_folds_are(string value, bool forged)
    {
        Assert.Equal(forged, AuthenticationResults.IsForged(Field($"Authentication-Results: {value}\r\n"), ["mx.host.example"]));
        Assert.Equal(forged, AuthenticationResults.IsForged(Field($"authentication-results : {value}\r\n"), ["mx.host.example"]));
        Assert.False(AuthenticationResults.IsForged(Field($"ARC-Authentication-Results: {value}\r\n"), ["mx.host.example"]));
    }

    [Fact]
    public void A_name_in_letters_of_a_country_is_ours_in_A_labels_too() =>
        Assert.True(AuthenticationResults.IsForged(Field("Authentication-Results: xn--bcher-kva.example; none\r\n"), ["bücher.example"]));

    [FsCheck.Xunit.Property(MaxTest = 500)]
    public void No_octets_break_the_reader(byte[] octets)
    {
        byte[] pieces = [.. "();=\"\\ \r\n\t@/1.a"u8];
        byte[] made = [.. octets.Select(octet => octet % 4 == 0 ? octet : pieces[octet % pieces.Length])];
        _ = AuthenticationResults.Parse(made);
        _ = AuthenticationResults.IsForged(new HeaderField((byte[])[.. "Authentication-Results:"u8, .. made], 22, 22), ["a"]);
    }

    [Fact]
    public void A_megabyte_of_brackets_is_read_in_one_pass()
    {
        byte[] open = Encoding.ASCII.GetBytes(new string('(', 1_000_000));
        Assert.Null(AuthenticationResults.Parse(open));
        Assert.Null(AuthenticationResults.Parse(Encoding.ASCII.GetBytes("a" + string.Concat(Enumerable.Repeat(";spf=pass", 100_000)))));
    }

    [Theory]
    [InlineData("192.0.2.7 PTR mx.example\nmx.example A 192.0.2.7", AuthResult.Pass, "name-leads-back")]
    [InlineData("192.0.2.7 PTR mx.example\nmx.example A 192.0.2.8", AuthResult.Fail, "no-name-leads-back")]
    [InlineData("192.0.2.7 PTR mx.example\nmx.example TIMEOUT", AuthResult.TempError, "names-unanswered")]
    [InlineData("192.0.2.7 SERVFAIL", AuthResult.TempError, "reverse-name-unanswered")]
    [InlineData("192.0.2.8 PTR mx.example", AuthResult.PermError, "no-reverse-name")]
    public async Task Iprev_asks_whether_a_name_leads_back(string zone, AuthResult expected, string step)
    {
        var result = await new IprevVerifier(ZoneFile.Parse(zone))
            .CheckAsync(IPAddress.Parse("::ffff:192.0.2.7"), TestContext.Current.CancellationToken);

        Assert.Equal((expected, step), (result.Result, result.Steps[^1].Id));
    }

    private static HeaderField Field(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return new HeaderField(Encoding.UTF8.GetBytes(line), line[..colon].TrimEnd().Length, colon);
    }
}
