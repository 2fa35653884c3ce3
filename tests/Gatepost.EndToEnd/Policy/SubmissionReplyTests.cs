using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

/// <summary>Every reply of RFC 4954 §6 and RFC 5248 §2.4, and who may send as whom, on the wire of the real program.</summary>
/// <remarks>Clients on loopback may log in without TLS; those from elsewhere speak through a load balancer (PROXY protocol).</remarks>
public sealed class SubmissionReplyTests : IAsyncLifetime
{
    private const string Elsewhere = "192.0.2.7";

    private readonly int balanced = Loopback.FreePort();
    private GatepostServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await GatepostServer.StartAsync(Cancel, new()
    {
        Mailboxes = ["ann", "bob", "eve", "dan"],
        Sections = $"""
            [[listener]]
            role = "submission"
            address = "127.0.0.1:{balanced}"
            proxy-from = ["127.0.0.1"]

            [policy]
            failed-logins-per-address = 3
            failed-logins-per-account = 5

            [[rule]]
            name = "from-not-owned"
            mode = "on"

            [[domain]]
            name = "house.test"
            aliases = {"{"} sales = "ann@demo.test", team = ["ann@demo.test", "bob@demo.test"], other = "bob@demo.test" {"}"}

            {await AccountAsync("ann", "sends-as = [\"boss@demo.test\", \"@given.test\"]")}
            {await AccountAsync("eve", "suspended = [\"login\"]")}
            {await AccountAsync("dan", "suspended = [\"sending\"]")}
            """,
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Before_TLS_a_client_from_elsewhere_is_not_offered_AUTH_and_is_told_why_it_may_not()
    {
        await using var client = await FromElsewhereAsync();
        Assert.DoesNotContain("AUTH", await client.AskAsync("EHLO client.test", "250", Cancel), StringComparison.Ordinal);
        await client.AskAsync(Plain("ann", "pencil"), "538 5.7.11 Encryption required: issue STARTTLS, then AUTH", Cancel);

        await client.StartTlsAsync(Cancel);
        Assert.Contains("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN", await client.AskAsync("EHLO client.test", "250", Cancel),
            StringComparison.Ordinal);
        await client.AskAsync(Plain("ann", "pencil"), "235 2.7.0", Cancel);
    }

    [Fact]
    public async Task An_MX_never_asks_for_TLS_to_offer_AUTH_behind_it()
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Mx, Cancel);
        await client.AskAsync(Plain("ann", "pencil"), "503 5.5.1", Cancel);
    }

    [Fact]
    public async Task Who_did_not_log_in_writes_to_no_one_elsewhere()
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        await client.AskAsync("MAIL FROM:<x@client.test>", "250", Cancel);
        await client.AskAsync(
            "RCPT TO:<x@foreign.test>", "530 5.7.0 <x@foreign.test>: Recipient address rejected: Authentication Required", Cancel);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_hear_the_same()
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        string wrong = await client.AskAsync(Plain("ann", "wrong"), "535 5.7.8 Authentication credentials invalid", Cancel);
        string unknown = await client.AskAsync(Plain("nobody", "pencil"), "535 5.7.8 Authentication credentials invalid", Cancel);
        Assert.Equal(WithoutId(wrong), WithoutId(unknown));
    }

    [Fact]
    public async Task VRFY_and_EXPN_tell_nothing_about_anybody()
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Mx, Cancel);
        foreach (string verb in new[] { "VRFY", "EXPN" })
        {
            string known = WithoutId(await client.AskAsync(verb + " ann@demo.test", "", Cancel));
            Assert.Equal(known, WithoutId(await client.AskAsync(verb + " nobody@demo.test", "", Cancel)));
            Assert.Equal(known, WithoutId(await client.AskAsync(verb + " x@foreign.test", "", Cancel)));
        }
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("nobody")]
    public async Task The_SCRAM_salt_of_known_and_unknown_users_outlives_a_reload_and_a_restart(string user)
    {
        string before = await SaltAsync(user);
        await File.AppendAllTextAsync(server.ConfigFile, "\n# reloaded\n", Cancel);
        Assert.Equal(0, (await server.RunAsync(Cancel, "reload")).ExitCode);
        Assert.Equal(before, await SaltAsync(user));
        await server.KillAsync();
        await server.StartAgainAsync(Cancel);
        Assert.Equal(before, await SaltAsync(user));
    }

    private async Task<string> SaltAsync(string user)
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        string challenge = await client.AskAsync("AUTH SCRAM-SHA-256 "
            + Convert.ToBase64String(Encoding.UTF8.GetBytes($"n,,n={user}@demo.test,r=abcdefgh12345")), "334 ", Cancel);
        return Encoding.UTF8.GetString(Convert.FromBase64String(challenge[4..])).Split(",s=")[1];
    }

    [Fact]
    public async Task A_suspended_login_hears_so_only_with_the_right_password()
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        await client.AskAsync(Plain("eve", "wrong"), "535 5.7.8", Cancel);
        await client.AskAsync(Plain("eve", "pencil"), "525 5.7.13 User account disabled", Cancel);
        await client.AskAsync(Plain("dan", "pencil"), "235", Cancel);
        await client.AskAsync("MAIL FROM:<dan@demo.test>", "250", Cancel);
        string refused = await client.AskAsync("RCPT TO:<bob@demo.test>", "5", Cancel);
        Assert.Contains("SUSPENDED", refused, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Guessing_from_one_address_is_closed_there_and_nowhere_else()
    {
        await using var guesser = await SecureFromElsewhereAsync(Elsewhere);
        for (int i = 0; i < 3; i++)
            await guesser.AskAsync(Plain($"guess{i}", "pencil"), "535 5.7.8", Cancel);
        await guesser.AskAsync(Plain("ann", "pencil"), "454 4.7.0 Too many failed authentications; free again at ", Cancel);

        await using var other = await SecureFromElsewhereAsync("192.0.2.8");
        await other.AskAsync(Plain("ann", "pencil"), "235", Cancel);
    }

    [Fact]
    public async Task Guessing_at_one_account_from_many_addresses_is_closed_to_others_and_not_to_its_owner()
    {
        await using (var owner = await SecureFromElsewhereAsync("192.0.2.50"))
            await owner.AskAsync(Plain("ann", "pencil"), "235", Cancel);
        for (int i = 0; i < 5; i++)
        {
            await using var guesser = await SecureFromElsewhereAsync($"192.0.2.{100 + i}");
            await guesser.AskAsync(Plain("ann", "wrong"), "535 5.7.8", Cancel);
        }

        await using (var stranger = await SecureFromElsewhereAsync("192.0.2.110"))
            await stranger.AskAsync(Plain("ann", "pencil"), "454 4.7.0 Too many failed authentications", Cancel);
        await using var again = await SecureFromElsewhereAsync("192.0.2.50");
        await again.AskAsync(Plain("ann", "pencil"), "235", Cancel);
    }

    [Fact]
    public async Task A_sender_is_owned_as_mailbox_alias_or_grant_or_not_at_all()
    {
        await using var client = await LoggedInAsync();
        foreach (
            string owned in new[] { "ann@demo.test", "ANN@DEMO.TEST", "ann+list@demo.test", "sales@house.test", "team@house.test",
                "boss@demo.test", "anybody@given.test" })
        {
            await client.AskAsync($"MAIL FROM:<{owned}>", "250", Cancel);
            await client.AskAsync("RCPT TO:<bob@demo.test>", "250", Cancel);
            await client.AskAsync("RSET", "250", Cancel);
        }

        foreach (
            string others in new[] { "anybody@sub.given.test", "other@house.test", "bob@demo.test", "ann@foreign.test",
                "\"ann@demo.test\"@foreign.test" })
            await client.AskAsync(
                $"MAIL FROM:<{others}>", $"553 5.7.1 <{others}>: Sender address rejected: not owned by user ann@demo.test", Cancel);
    }

    [Fact]
    public async Task What_recipients_are_shown_is_owned_or_refused()
    {
        await using var client = await LoggedInAsync();
        foreach (
            string owned in new[] { "Ann <ann@demo.test>", "sales@house.test", "=?utf-8?q?The_Boss?= <boss@demo.test>",
                "\"bob@demo.test\" <ann@demo.test>" })
            await ShowAsync(client, "From: " + owned, "250");

        string[] others =
        [
            "From: \"ann@demo.test\" <bob@demo.test>", "From: ann@demo.test, bob@demo.test", "From: friends: ann@demo.test, bob@demo.test;",
            "From:\r\n bob@demo.test", "From: ann@demo.test\r\nFrom: bob@demo.test",
        ];
        string reply = "";
        foreach (string shown in others)
        {
            reply = await ShowAsync(client, shown, "55");
            Assert.Matches(@"^55\d 5\.\d+\.\d+ .*<bob@demo\.test>", reply);
        }

        string record =
            (await server.RunAsync(Cancel, "trace", reply[(reply.IndexOf("[G-", StringComparison.Ordinal) + 1)..reply.LastIndexOf(']')]))
            .Output;
        Assert.Contains("from-not-owned", record, StringComparison.Ordinal);
    }

    private static async Task<string> ShowAsync(SmtpSocket client, string from, string expected)
    {
        await client.AskAsync("MAIL FROM:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<bob@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        return await client.AskAsync(from + "\r\nSubject: shown\r\n\r\nHello\r\n.", expected, Cancel);
    }

    private async Task<SmtpSocket> LoggedInAsync()
    {
        var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        await client.AskAsync(Plain("ann", "pencil"), "235", Cancel);
        return client;
    }

    private async Task<SmtpSocket> FromElsewhereAsync(string address = Elsewhere)
    {
        var client = await SmtpSocket.ConnectAsync(balanced, Cancel);
        await client.SendAsync($"PROXY TCP4 {address} 192.0.2.1 40000 587\r\n", Cancel);
        await client.ExpectAsync("220", Cancel);
        return client;
    }

    private async Task<SmtpSocket> SecureFromElsewhereAsync(string address)
    {
        var client = await FromElsewhereAsync(address);
        await client.AskAsync("EHLO client.test", "250", Cancel);
        await client.StartTlsAsync(Cancel);
        await client.AskAsync("EHLO client.test", "250", Cancel);
        return client;
    }

    private static string Plain(string user, string password) =>
        "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}@demo.test\0{password}"));

    private static string WithoutId(string reply) =>
        reply.Contains("[G-", StringComparison.Ordinal) ? reply[..reply.IndexOf("[G-", StringComparison.Ordinal)] : reply;

    private static async Task<string> AccountAsync(string name, string more)
    {
        var made = await ChildProcess.RunAsync("dotnet", [GatepostServer.Program, "password"], Cancel, input: "pencil\n"u8.ToArray());
        return $"[[account]]\naddress = \"{name}@demo.test\"\n{made.Output.Trim()}\n{more}\n";
    }
}
