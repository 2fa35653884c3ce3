using System.Net;
using Gatepost.EndToEnd.Harness;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

/// <summary>MailKit, an independent client, logs in to the real program.</summary>
public sealed class SubmissionTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "gatepost.dll");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task Every_mechanism_lets_the_owner_in_and_no_one_else(string mechanism)
    {
        using var scratch = new ScratchFolder();
        int port = Loopback.FreePort();
        await using var server = await StartAsync(scratch, port);
        using (var client = await ConnectAsync(port))
            await Assert.ThrowsAsync<AuthenticationException>(() => client.AuthenticateAsync(Mechanism(mechanism, "wrong"), Cancel));

        using (var client = await ConnectAsync(port))
        {
            Assert.Contains(mechanism, client.AuthenticationMechanisms);
            await client.AuthenticateAsync(Mechanism(mechanism, "pencil"), Cancel);
            await client.SendAsync(Message("ann@demo.test"), Cancel);
            var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message("bob@demo.test"), Cancel));
            Assert.StartsWith("5.7.1 <bob@demo.test>: Sender address rejected: not owned by user ann@demo.test", refused.Message);
        }

        await Eventually.TrueAsync(() => Directory.Exists(scratch["data", "mail", "demo.test", "bob", "new"])
            && Directory.GetFiles(scratch["data", "mail", "demo.test", "bob", "new"]).Length == 1, Cancel);
    }

    [Fact]
    public async Task Scram_and_the_limit_on_wrong_passwords_follow_a_reload()
    {
        using var scratch = new ScratchFolder();
        int port = Loopback.FreePort();
        await using var server = await StartAsync(scratch, port);
        using (var before = await ConnectAsync(port))
            Assert.Contains("SCRAM-SHA-256", before.AuthenticationMechanisms);

        string file = scratch["gatepost.toml"];
        await File.AppendAllTextAsync(file, "\n[policy]\nscram = false\nfailed-logins-per-address = 1\n", Cancel);
        Assert.Equal(0, (await ChildProcess.RunAsync("dotnet", [Program, "reload", "--config", file], Cancel)).ExitCode);

        using (var after = await ConnectAsync(port))
        {
            Assert.DoesNotContain("SCRAM-SHA-256", after.AuthenticationMechanisms);
            Assert.Contains("PLAIN", after.AuthenticationMechanisms);
            await Assert.ThrowsAsync<AuthenticationException>(() => after.AuthenticateAsync(Mechanism("PLAIN", "wrong"), Cancel));
        }

        using (var guesser = await ConnectAsync(port))
            await Assert.ThrowsAsync<AuthenticationException>(() => guesser.AuthenticateAsync(Mechanism("PLAIN", "pencil"), Cancel));
        string story = (await ChildProcess.RunAsync("dotnet", [Program, "trace", "127.0.0.1", "--lang", "en", "--config", file], Cancel))
            .Output;
        Assert.Contains("no such login, or not its password", story, StringComparison.Ordinal);
        Assert.Contains("too many wrong log-ins before this one", story, StringComparison.Ordinal);
        Assert.Matches(@"wrong log-ins from there: 1\s+- limit from there: 1\s[\s\S]*within: 10 min", story);
    }

    private static async Task<ChildProcess> StartAsync(ScratchFolder scratch, int port)
    {
        var made = await ChildProcess.RunAsync("dotnet", [Program, "password"], Cancel, input: "pencil\n"u8.ToArray());
        Assert.Equal(0, made.ExitCode);
        var certificate = Certificates.Make(scratch, "mx.demo.test");
        string config = scratch.Write("gatepost.toml", $"""
            hostname = "mx.demo.test"
            data = "data"

            [[listener]]
            role = "submission"
            address = "127.0.0.1:{port}"

            [[certificate]]
            file = "{certificate.ChainFile}"
            key = "{certificate.KeyFile}"

            [http]
            enabled = false

            [[domain]]
            name = "demo.test"
            mailboxes = ["ann", "bob"]

            [[account]]
            address = "ann@demo.test"
            {made.Output.Trim()}
            """);
        var server = ChildProcess.Start("dotnet", [Program, "serve", "--config", config]);
        await server.SaidAsync("^ready", Cancel);
        return server;
    }

    private static async Task<SmtpClient> ConnectAsync(int port)
    {
        var client = new SmtpClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.StartTls, Cancel);
        return client;
    }

    private static SaslMechanism Mechanism(string name, string password)
    {
        var credentials = new NetworkCredential("ann@demo.test", password);
        return name switch
        {
            "SCRAM-SHA-256-PLUS" => new SaslMechanismScramSha256Plus(credentials),
            "SCRAM-SHA-256" => new SaslMechanismScramSha256(credentials),
            "PLAIN" => new SaslMechanismPlain(credentials),
            _ => new SaslMechanismLogin(credentials),
        };
    }

    private static MimeMessage Message(string from)
    {
        var message = new MimeMessage { Subject = "hello", Body = new TextPart("plain") { Text = "Hello" } };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.Add(MailboxAddress.Parse("bob@demo.test"));
        return message;
    }
}
