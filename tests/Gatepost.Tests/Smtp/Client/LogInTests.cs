using System.Security.Cryptography;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp.Client;
using Gatepost.Tests.Delivery;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>Our client logs in at a server that wants to know who we are (RFC 4954).</summary>
public sealed class LogInTests : PeerConversation
{
    private const string Password = "secret, and more";

    private static SmtpClientOptions LoggingIn(params string[] mechanisms) => Options with
    {
        Tls = ClientTls.Never,
        Login = new ClientLogin("ann@client.example", () => Password) { Mechanisms = mechanisms.Length > 0 ? mechanisms : null },
    };

    private static string Offering(string mechanisms, string then) =>
        $"S: 220 hi\nC: EHLO client.example\nS: 250-mx\nS: 250 {mechanisms}\n{then}\nC: QUIT\nS: 221 bye";

    private static string NonceIn(string line) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])).Split("r=")[1];

    private static string Coded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("AUTH LOGIN PLAIN")]
    [InlineData("auth plain")]
    [InlineData("AUTH=LOGIN PLAIN")]
    public async Task PLAIN_is_preferred_to_LOGIN(string keyword)
    {
        var stream = new ScriptedStream(
            Offering(keyword, $"C: AUTH PLAIN {Coded($"\0ann@client.example\0{Password}")}\nS: 235 2.7.0 welcome"));
        await using (await ConnectAsync(new ScriptedConnector().Then(stream), LoggingIn()))
        {
        }

        Assert.Empty(stream.Differences);
        Assert.True(stream.PlayedToTheEnd);
    }

    [Fact]
    public async Task LOGIN_answers_two_questions()
    {
        var stream = new ScriptedStream(Offering("AUTH LOGIN", $"""
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: {Coded("ann@client.example")}
            S: 334 UGFzc3dvcmQ6
            C: {Coded(Password)}
            S: 235 ok
            """));
        await using (await ConnectAsync(new ScriptedConnector().Then(stream), LoggingIn()))
        {
        }

        Assert.Empty(stream.Differences);
        Assert.True(stream.PlayedToTheEnd);
    }

    [Fact]
    public async Task A_token_goes_by_XOAUTH2_and_a_refused_one_is_answered_by_an_empty_line()
    {
        var options = Options with { Tls = ClientTls.Never, Login = new ClientLogin("ann", () => "ya29.token") { IsToken = true } };
        var stream = new ScriptedStream(Offering("AUTH PLAIN XOAUTH2", $"""
            C: AUTH XOAUTH2 {Coded("user=ann\u0001auth=Bearer ya29.token\u0001\u0001")}
            S: 334 eyJzdGF0dXMiOiI0MDEifQ==
            C: *
            S: 535 5.7.8 expired
            """));
        var refused = await Assert.ThrowsAsync<SmtpClientException>(
            () => ConnectAsync(new ScriptedConnector().Then(stream), options).AsTask());
        Assert.Equal(ClientReplies.LoginRefused, refused.Reply.Entry);
        Assert.Equal("", stream.Lines[^1]);
    }

    [Fact]
    public async Task No_secret_reaches_the_journal_even_if_the_server_repeats_it()
    {
        string plain = Coded($"\0ann@client.example\0{Password}");
        var connector = new ScriptedConnector().Then(Offering("AUTH PLAIN", $"C: *\nS: 535 5.7.8 no: {plain} is not {Password}"));
        var refused = await Assert.ThrowsAsync<SmtpClientException>(() => ConnectAsync(connector, LoggingIn()).AsTask());

        Assert.Equal(ClientReplies.LoginRefused, refused.Reply.Entry);
        Assert.Equal(Stage.Authenticate, refused.Stage);
        var lines = journal.Events.Select(happened => $"{happened.Command} {happened.Reply} {happened.Detail}");
        string all = string.Join('\n', lines.Append(refused.Message));
        Assert.Contains("AUTH PLAIN ...", all);
        Assert.Contains("no: ... is not ...", all);
        Assert.DoesNotContain(plain, all);
        Assert.DoesNotContain(Password, all);
    }

    [Fact]
    public async Task A_server_without_a_mechanism_of_ours_is_no_reason_to_send_without_log_in()
    {
        var refused = await Assert.ThrowsAsync<SmtpClientException>(
            () => ConnectAsync(new ScriptedConnector().Then(Offering("AUTH GSSAPI", "")), LoggingIn()).AsTask());
        Assert.Equal(ClientReplies.LoginNotOffered, refused.Reply.Entry);
        Assert.Contains("GSSAPI", refused.Reply.Text);
    }

    [Fact]
    public async Task A_password_that_cannot_be_read_is_named_with_its_cause()
    {
        var options = LoggingIn() with { Login = new ClientLogin("ann", () => throw new IOException("there is no file /x")) };
        var refused = await Assert.ThrowsAsync<SmtpClientException>(
            () => ConnectAsync(new ScriptedConnector().Then(Offering("AUTH PLAIN", "")), options).AsTask());
        Assert.Equal(ClientReplies.LoginSecretMissing, refused.Reply.Entry);
        Assert.Contains("there is no file /x", refused.Reply.Text);
    }

    [Fact]
    public void SCRAM_SHA_256_is_that_of_RFC_7677()
    {
        var scram = new ScramClient(HashAlgorithmName.SHA256, "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", scram.First);
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            scram.Final("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
        Assert.True(scram.Proves("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        Assert.False(scram.Proves("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="));
    }

    [Fact]
    public void SCRAM_SHA_1_is_that_of_RFC_5802()
    {
        var scram = new ScramClient(HashAlgorithmName.SHA1, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL");
        Assert.EndsWith(",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            scram.Final("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"));
        Assert.True(scram.Proves("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
    }

    [Theory]
    [InlineData("r=other,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=nonce,s=QSXCR+Q6sek8bf92,i=4096")]
    [InlineData("r=nonceX,s=QSXCR+Q6sek8bf92,i=2000000000")]
    [InlineData("r=nonceX,s=???,i=4096")]
    [InlineData("")]
    public void SCRAM_gives_up_where_the_challenge_is_not_for_us_or_too_much_work(string challenge) =>
        Assert.Throws<FormatException>(() => new ScramClient(HashAlgorithmName.SHA256, "user", "pencil", "nonce").Final(challenge));

    [Fact]
    public async Task A_server_that_cannot_prove_itself_in_SCRAM_gets_no_mail()
    {
        string nonce = "";
        var peer = new AutoPeer(line => line switch
        {
            _ when line.StartsWith("EHLO", StringComparison.Ordinal) => "250-auto\r\n250 AUTH SCRAM-SHA-256",
            _ when line.StartsWith("AUTH", StringComparison.Ordinal) =>
                "334 " + Coded($"r={nonce = NonceIn(line)}more,s=QSXCR+Q6sek8bf92,i=4096"),
            _ when line.StartsWith("Yz1", StringComparison.Ordinal) => "235 2.7.0 come in",
            _ => null,
        });
        var refused = await Assert.ThrowsAsync<SmtpClientException>(
            () => ConnectAsync(new ScriptedConnector().Then(peer), LoggingIn()).AsTask());
        Assert.Equal(ClientReplies.ReplyUnintelligible, refused.Reply.Entry);
        Assert.NotEmpty(nonce);
    }

    [Fact]
    public async Task Where_SCRAM_is_offered_and_not_possible_for_the_user_PLAIN_is_tried()
    {
        var stream = new ScriptedStream(Offering("AUTH SCRAM-SHA-256 PLAIN", $"""
            C: *
            S: 535 5.7.8 no keys for you
            C: AUTH PLAIN {Coded($"\0ann@client.example\0{Password}")}
            S: 235 ok
            """));
        await using (await ConnectAsync(new ScriptedConnector().Then(stream), LoggingIn()))
        {
        }

        Assert.Empty(stream.Differences);
        Assert.True(stream.PlayedToTheEnd);
    }
}
