using System.Net;
using System.Text;
using Gatepost.Policy.Auth;
using Gatepost.Replies;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class DovecotTests
{
    private const string Greeting = "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t2\nCOOKIE\tabc\nDONE\n";

    [Theory]
    [InlineData(Greeting + "OK\t1\tuser=ann@host.example\n", LoginOutcome.Right)]
    [InlineData(Greeting + "OK\t1\n", LoginOutcome.Right)]
    [InlineData(Greeting + "OK\t1\tuser=ann\n", LoginOutcome.Right)]
    [InlineData(Greeting + "OK\t1\tuser=bob\n", LoginOutcome.Unavailable)]
    [InlineData(Greeting + "FAIL\t1\tuser=ann@host.example\n", LoginOutcome.Wrong)]
    [InlineData(Greeting + "FAIL\t1\tuser=ann@host.example\ttemp\n", LoginOutcome.Unavailable)]
    [InlineData(Greeting + "CONT\t1\t\n", LoginOutcome.Unavailable)]
    [InlineData(Greeting + "OK\t1\tuser=not an address\n", LoginOutcome.Unavailable)]
    [InlineData(Greeting, LoginOutcome.Unavailable)]
    [InlineData("VERSION\t2\t0\nDONE\nOK\t1\n", LoginOutcome.Unavailable)]
    [InlineData("", LoginOutcome.Unavailable)]
    public async Task Dovecots_word_is_the_outcome(string says, LoginOutcome outcome)
    {
        var dovecot = new Recorded(says);
        var login = await new DovecotLogins(_ => ValueTask.FromResult<Stream>(dovecot), TimeProvider.System)
            .CheckAsync("ann@host.example", "pencil"u8.ToArray(), IPAddress.Parse("192.0.2.7"), TestContext.Current.CancellationToken);

        Assert.Equal(outcome, login.Outcome);
        if (outcome == LoginOutcome.Right)
            Assert.Equal("ann@host.example", login.User);
        if (says.StartsWith(Greeting, StringComparison.Ordinal))
            Assert.EndsWith("AUTH\t1\tPLAIN\tservice=smtp\tsecured\trip=192.0.2.7\tresp="
                + Convert.ToBase64String("\0ann@host.example\0pencil"u8) + "\n", dovecot.Received);
    }

    [Theory]
    [InlineData("ann", "ann", "host.example", "ann@host.example")]
    [InlineData("ann", "ann@other.example", "host.example", "ann@other.example")]
    [InlineData("ann", "ann", null, null)]
    [InlineData("ann", "bob", "host.example", null)]
    public async Task A_bare_name_is_one_of_the_default_domain(string typed, string named, string? domain, string? login)
    {
        var dovecot = new DovecotLogins(_ =>
            ValueTask.FromResult<Stream>(new Recorded($"{Greeting}OK\t1\tuser={named}\n")), TimeProvider.System, () => domain);
        Assert.Equal(
            login, (await dovecot.CheckAsync(typed, "pencil"u8.ToArray(), IPAddress.Loopback, TestContext.Current.CancellationToken)).User);
    }

    [Fact]
    public async Task A_line_without_end_is_given_up() =>
        Assert.Equal(
            LoginOutcome.Unavailable,
            (await new DovecotLogins(_ => ValueTask.FromResult<Stream>(new Recorded(new string('x', 20_000))), TimeProvider.System)
                .CheckAsync("ann@host.example", "pencil"u8.ToArray(), IPAddress.Loopback, TestContext.Current.CancellationToken)).Outcome);

    [Fact]
    public async Task A_service_that_is_away_is_no_wrong_password_and_no_guess()
    {
        var logins = new DovecotLogins(_ => throw new System.Net.Sockets.SocketException(111), TimeProvider.System);
        var authenticator = new Authenticator(
            logins, new LoginThrottle(new LoginThrottleOptions { PerClient = 1 }, new FakeTimeProvider(TestDirectory.Start)));
        for (int i = 0; i < 3; i++)
        {
            var session = new RuleSession(TestDirectory.Book(), "127.0.0.1", ListenerRole.Submission).Session;
            var (_, outcome) = await authenticator.Start("PLAIN", session)!.StepAsync(
                "\0ann@host.example\0pencil"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Same(SubmissionReplies.AuthenticationServiceAway, outcome!.Value.Reply!.Entry);
        }
    }

    /// <summary>Says its part whatever it hears.</summary>
    private sealed class Recorded(string says) : MemoryStream(Encoding.UTF8.GetBytes(says), writable: false)
    {
        private readonly StringBuilder heard = new();

        public string Received => heard.ToString();

        public override bool CanWrite => true;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            heard.Append(Encoding.UTF8.GetString(buffer.Span));
            return ValueTask.CompletedTask;
        }
    }
}
