using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class SubmissionTests
{
    private static readonly string Stored = StoredPassword.Make("pencil"u8, withScram: true);

    private readonly FakeTimeProvider time = new(TestDirectory.Start);

    [Fact]
    public void A_stored_password_fits_itself_and_nothing_else()
    {
        var stored = StoredPassword.Parse(Stored)!;

        Assert.True(stored.Fits("pencil"u8));
        Assert.False(stored.Fits("Pencil"u8));
        Assert.False(stored.Fits(""u8));
        Assert.DoesNotContain("pencil", Stored);
        Assert.NotEqual(Stored, StoredPassword.Make("pencil"u8, withScram: true));
    }

    [Fact]
    public void An_argon2id_hash_of_another_program_is_understood() =>
        // argon2-cffi: PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1), salt of 16 zero octets.
        Assert.NotNull(
            StoredPassword.Parse(
                "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + Convert.ToBase64String(new byte[32]).TrimEnd('=')));

    [Theory]
    [InlineData("")]
    [InlineData("pencil")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA")]
    [InlineData("$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("SCRAM-SHA-256$1:AAAAAAAAAAAAAAAAAAAAAA==$AAAA:AAAA")]
    public void Rubbish_is_no_stored_password(string text) => Assert.Null(StoredPassword.Parse(text));

    [Theory]
    [InlineData("\0ann@host.example\0pencil", true)]
    [InlineData("ann@host.example\0ann@host.example\0pencil", true)]
    [InlineData("\0ANN@host.example\0pencil", true)]
    [InlineData("\0ann\0pencil", true)]
    [InlineData("\0ann@host.example\0wrong", false)]
    [InlineData("\0bob@host.example\0pencil", false)]
    [InlineData("\0nobody@host.example\0pencil", false)]
    [InlineData("bob@host.example\0ann@host.example\0pencil", false)]
    [InlineData("\0ann@host.example\0pencil\0", false)]
    [InlineData("\0ann@host.example\0", false)]
    [InlineData("\0\0pencil", false)]
    [InlineData("ann@host.example", false)]
    [InlineData("", false)]
    [InlineData("\0ann@host.example\r\n\0pencil", false)]
    public async Task Plain_lets_in_who_knows_the_password(string message, bool right)
    {
        var outcome = await SayAsync(Authenticator(), "PLAIN", message);

        Assert.Equal(right ? "ann@host.example" : null, outcome.User);
        if (!right)
            Assert.Equal("535 5.7.8 Authentication credentials invalid", outcome.Reply!.ToString());
    }

    [Fact]
    public async Task Plain_without_initial_response_is_asked_by_an_empty_challenge()
    {
        var exchange = Authenticator().Start("PLAIN", Session())!;

        Assert.Empty((await exchange.StepAsync(null, Cancel)).Challenge!);
        Assert.Equal("ann@host.example", (await exchange.StepAsync("\0ann@host.example\0pencil"u8.ToArray(), Cancel)).Outcome!.Value.User);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Login_asks_for_name_and_password(bool nameFirst)
    {
        var exchange = Authenticator().Start("LOGIN", Session())!;
        if (!nameFirst)
            Assert.Equal("Username:", Encoding.ASCII.GetString((await exchange.StepAsync(null, Cancel)).Challenge!));

        Assert.Equal("Password:", Encoding.ASCII.GetString((await exchange.StepAsync("ann@host.example"u8.ToArray(), Cancel)).Challenge!));
        Assert.Equal("ann@host.example", (await exchange.StepAsync("pencil"u8.ToArray(), Cancel)).Outcome!.Value.User);
    }

    [Theory]
    [InlineData("ann@host.example", "pencil", true)]
    [InlineData("ann@host.example", "wrong", false)]
    [InlineData("bob@host.example", "pencil", false)]
    [InlineData("nobody@host.example", "pencil", false)]
    public async Task Scram_lets_in_who_proves_the_password_and_proves_the_server(string user, string password, bool right)
    {
        // MailKit's own client side of the mechanism is the other half.
        var client = new SaslMechanismScramSha256(new NetworkCredential(user, password));
        var exchange = Authenticator().Start("SCRAM-SHA-256", Session())!;
        string challenge = "";
        Authentication? outcome = null;
        for (int step = 0; step < 4 && outcome is null; step++)
        {
            string response = await client.ChallengeAsync(challenge, Cancel);
            (byte[]? next, outcome) = await exchange.StepAsync(Convert.FromBase64String(response), Cancel);
            challenge = next is null ? "" : Convert.ToBase64String(next);
        }

        Assert.Equal(right ? "ann@host.example" : null, outcome!.Value.User);
        Assert.Equal(right, client.IsAuthenticated);
    }

    [Fact]
    public async Task Scram_is_not_fooled_by_a_proof_made_for_another_session()
    {
        var authenticator = Authenticator();
        var first = authenticator.Start("SCRAM-SHA-256", Session())!;
        var client = new SaslMechanismScramSha256(new NetworkCredential("ann@host.example", "pencil"));
        byte[] hello = Convert.FromBase64String(await client.ChallengeAsync("", Cancel));
        var (challenge, _) = await first.StepAsync(hello, Cancel);
        byte[] proof = Convert.FromBase64String(await client.ChallengeAsync(Convert.ToBase64String(challenge!), Cancel));

        var second = authenticator.Start("SCRAM-SHA-256", Session())!;
        await second.StepAsync(hello, Cancel);

        Assert.NotNull((await second.StepAsync(proof, Cancel)).Outcome!.Value.Reply);
    }

    [Fact]
    public async Task Scram_plus_binds_to_the_certificate_of_the_session()
    {
        byte[] binding = SHA256.HashData("certificate"u8);
        Assert.Equal("ann@host.example", (await PlusAsync(binding, binding)).User);
        Assert.Null((await PlusAsync(binding, SHA256.HashData("another"u8))).User);
    }

    [Fact]
    public async Task A_client_that_was_not_shown_plus_notices_a_doctored_list()
    {
        var session = Session(tls: SHA256.HashData("certificate"u8));
        var exchange = Authenticator().Start("SCRAM-SHA-256", session)!;

        Assert.NotNull((await exchange.StepAsync("y,,n=ann@host.example,r=abcdefgh12345"u8.ToArray(), Cancel)).Outcome!.Value.Reply);
    }

    [Theory]
    [InlineData("n,,n=ann@host.example,r=short")]
    [InlineData("n,,r=abcdefgh12345,n=ann@host.example")]
    [InlineData("n,a=bob@host.example,n=ann@host.example,r=abcdefgh12345")]
    [InlineData("p=tls-unique,,n=ann@host.example,r=abcdefgh12345")]
    [InlineData("x,,n=ann@host.example,r=abcdefgh12345")]
    [InlineData("n,,n=,r=abcdefgh12345")]
    [InlineData("n")]
    [InlineData("{}")]
    public async Task Scram_refuses_rubbish(string message) =>
        Assert.NotNull((await Authenticator().Start("SCRAM-SHA-256", Session())!.StepAsync(Encoding.UTF8.GetBytes(message), Cancel))
            .Outcome!.Value.Reply);

    [Fact]
    public async Task An_unknown_user_gets_a_salt_that_stays_the_same()
    {
        var authenticator = Authenticator();
        async Task<string> SaltAsync(string user)
        {
            var (challenge, _) = await authenticator.Start("SCRAM-SHA-256", Session())!.StepAsync(
                Encoding.UTF8.GetBytes($"n,,n={user},r=abcdefgh12345"), Cancel);
            return Encoding.ASCII.GetString(challenge!).Split(',')[1];
        }

        Assert.Equal(await SaltAsync("nobody@host.example"), await SaltAsync("Nobody@host.example"));
        Assert.NotEqual(await SaltAsync("nobody@host.example"), await SaltAsync("another@host.example"));
    }

    [Fact]
    public async Task Guessing_from_one_address_is_closed_for_a_while_even_with_the_right_password()
    {
        var authenticator = Authenticator(new LoginThrottleOptions { PerClient = 3 });
        for (int i = 0; i < 3; i++)
            Assert.Equal(535, (await SayAsync(authenticator, "PLAIN", $"\0user{i}@host.example\0x")).Reply!.Code);

        Assert.Equal("454 4.7.0 Too many failed authentications; free again at 12:10:00 UTC",
            (await SayAsync(authenticator, "PLAIN", "\0ann@host.example\0pencil")).Reply!.ToString());
        Assert.Equal("ann@host.example", (await SayAsync(authenticator, "PLAIN", "\0ann@host.example\0pencil", "192.0.2.8")).User);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("ann@host.example", (await SayAsync(authenticator, "PLAIN", "\0ann@host.example\0pencil")).User);
    }

    [Fact]
    public async Task Guessing_at_one_account_from_many_addresses_is_closed_but_not_for_its_owner()
    {
        var authenticator = Authenticator(new LoginThrottleOptions { PerAccount = 3 });
        Assert.NotNull((await SayAsync(authenticator, "PLAIN", "\0ann@host.example\0pencil", "192.0.2.50")).User);
        for (int i = 1; i <= 3; i++)
            await SayAsync(authenticator, "PLAIN", "\0ann@host.example\0x", $"192.0.2.{i}");

        Assert.Equal(454, (await SayAsync(authenticator, "PLAIN", "\0ann@host.example\0pencil", "192.0.2.4")).Reply!.Code);
        Assert.Equal("ann@host.example", (await SayAsync(authenticator, "PLAIN", "\0ann@host.example\0pencil", "192.0.2.50")).User);
    }

    [Theory]
    [InlineData(ListenerRole.Submission, "192.0.2.7", true, "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN")]
    [InlineData(ListenerRole.Submission, "127.0.0.1", false, "SCRAM-SHA-256 PLAIN LOGIN")]
    [InlineData(ListenerRole.Submission, "192.0.2.7", false, "")]
    [InlineData(ListenerRole.Mx, "192.0.2.7", true, "")]
    [InlineData(ListenerRole.Lmtp, "127.0.0.1", false, "")]
    public void Mechanisms_are_offered_where_passwords_may_be_said(ListenerRole role, string client, bool tls, string mechanisms) =>
        Assert.Equal(mechanisms, string.Join(' ', Authenticator().Mechanisms(Session(role, client, tls ? [1] : null))));

    [Fact]
    public async Task A_suspended_account_hears_so_only_after_the_right_password()
    {
        var ann = Ann with { Suspensions = [new Suspension(Suspended.Login, "carl", TestDirectory.Start, "spam run")] };
        var book = TestDirectory.Book(TestDirectory.Directory([], ann), time: time);
        var session = Session();
        session.User = (await SayAsync(Authenticator(), "PLAIN", "\0ann@host.example\0pencil")).User;

        var verdict = await book.JudgeAsync(Stage.Authenticate, session, Cancel);

        Assert.StartsWith("525 5.7.13 User account disabled", verdict.Reply!.ToString());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Account Ann => TestDirectory.Account("ann@host.example") with { Password = Stored };

    private Authenticator Authenticator(LoginThrottleOptions? limits = null)
    {
        var directory = TestDirectory.Directory([], Ann, TestDirectory.Account("bob@host.example"));
        return new Authenticator(
            new DirectoryLogins(() => directory, time, hasScram: true), new LoginThrottle(limits ?? new LoginThrottleOptions(), time));
    }

    private static Session Session(ListenerRole role = ListenerRole.Submission, string client = "127.0.0.1", byte[]? tls = null)
    {
        var session = new RuleSession(TestDirectory.Book(), client, role).Session;
        session.Tls = tls is null ? null
            : new TlsState(System.Security.Authentication.SslProtocols.Tls13,
                System.Net.Security.TlsCipherSuite.TLS_AES_128_GCM_SHA256)
            { ServerEndPoint = tls };
        return session;
    }

    private static async Task<Authentication> SayAsync(
        Authenticator authenticator, string mechanism, string message, string client = "192.0.2.7") =>
        (await authenticator.Start(mechanism, Session(client: client, tls: [1]))!.StepAsync(Encoding.UTF8.GetBytes(message), Cancel))
            .Outcome!.Value;

    /// <summary>The client side of -PLUS by hand: RFC 5802 §3 with the channel binding of RFC 5929 §4.</summary>
    private async Task<Authentication> PlusAsync(byte[] serverSees, byte[] clientSees)
    {
        var exchange = Authenticator().Start("SCRAM-SHA-256-PLUS", Session(tls: serverSees))!;
        const string bare = "n=ann@host.example,r=abcdefgh12345", header = "p=tls-server-end-point,,";
        string server = Encoding.ASCII.GetString((await exchange.StepAsync(Encoding.ASCII.GetBytes(header + bare), Cancel)).Challenge!);
        string[] fields = server.Split(',');
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            "pencil"u8, Convert.FromBase64String(fields[1][2..]), int.Parse(fields[2][2..]), HashAlgorithmName.SHA256, 32);
        byte[] key = HMACSHA256.HashData(salted, "Client Key"u8);
        string final = $"c={Convert.ToBase64String([.. Encoding.ASCII.GetBytes(header), .. clientSees])},{fields[0]}";
        byte[] signature = HMACSHA256.HashData(SHA256.HashData(key), Encoding.ASCII.GetBytes($"{bare},{server},{final}"));
        string proof = Convert.ToBase64String([.. key.Zip(signature, (one, other) => (byte)(one ^ other))]);
        var (challenge, outcome) = await exchange.StepAsync(Encoding.ASCII.GetBytes($"{final},p={proof}"), Cancel);
        return outcome ?? (challenge is null ? default : (await exchange.StepAsync(Array.Empty<byte>(), Cancel)).Outcome!.Value);
    }
}
