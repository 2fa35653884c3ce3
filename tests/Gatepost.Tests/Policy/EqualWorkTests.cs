using System.Net;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Policy;

/// <summary>Who guesses learns from the time an answer takes as little as from its words. Work is counted here, not time.</summary>
public sealed class EqualWorkTests
{
    private static readonly string Stored = StoredPassword.Make("pencil"u8, withScram: false);

    private readonly FakeTimeProvider time = new(TestDirectory.Start);
    private readonly DirectoryLogins logins;
    private long measured;

    public EqualWorkTests()
    {
        var directory = TestDirectory.Directory(
            [],
            TestDirectory.Account("ann@host.example") with { Password = Stored },
            TestDirectory.Account("bob@host.example"),
            TestDirectory.Account("eve@host.example") with
            {
                Password = Stored,
                Suspensions = [new Suspension(Suspended.Login, "carl", TestDirectory.Start, "unpaid")]
            });
        logins = new DirectoryLogins(() => directory, time, hasScram: false, salts: null, (stored, password) =>
        {
            Interlocked.Increment(ref measured);
            return stored.Fits(password.Span);
        });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ann@host.example")]
    [InlineData("ann")]
    [InlineData("bob@host.example")]
    [InlineData("eve@host.example")]
    [InlineData("nobody@host.example")]
    [InlineData("ann@elsewhere.example")]
    [InlineData("no address at all")]
    [InlineData("\"quoted @\"@host.example")]
    [InlineData("{0}%n")]
    public async Task A_wrong_password_is_measured_once_whatever_account_is_meant_and_however_often_it_is_tried(string user)
    {
        for (int tries = 1; tries <= 2; tries++)
        {
            var login = await logins.CheckAsync(user, "wrong"u8.ToArray(), IPAddress.Loopback, Cancel);
            Assert.Equal((LoginOutcome.Wrong, tries), (login.Outcome, Interlocked.Read(ref measured)));
        }
    }

    [Fact]
    public async Task Only_a_right_password_is_remembered_and_not_for_long()
    {
        for (int i = 0; i < 3; i++)
            Assert.Equal(LoginOutcome.Right, (await logins.CheckAsync("ann@host.example", "pencil"u8.ToArray(), IPAddress.Loopback, Cancel))
                .Outcome);
        Assert.Equal(1, Interlocked.Read(ref measured));
        await logins.CheckAsync("ann@host.example", "wrong"u8.ToArray(), IPAddress.Loopback, Cancel);
        Assert.Equal(2, Interlocked.Read(ref measured));
        time.Advance(TimeSpan.FromMinutes(5));
        await logins.CheckAsync("ann@host.example", "pencil"u8.ToArray(), IPAddress.Loopback, Cancel);
        Assert.Equal(3, Interlocked.Read(ref measured));
    }

    /// <summary>What needs no password is decided before anybody is looked up.</summary>
    [Theory]
    [InlineData("ann@host.example")]
    [InlineData("nobody@host.example")]
    public async Task An_empty_or_endless_password_costs_nothing_for_anybody(string user)
    {
        var authenticator = new Authenticator(logins, new LoginThrottle(new LoginThrottleOptions(), time));
        foreach (string password in new[] { "", new string('x', 1_025) })
        {
            var session = new RuleSession(TestDirectory.Book(), "127.0.0.1", ListenerRole.Submission).Session;
            var (_, outcome) = await authenticator.Start("PLAIN", session)!.StepAsync(
                System.Text.Encoding.UTF8.GetBytes($"\0{user}\0{password}"), Cancel);
            Assert.Null(outcome!.Value.User);
        }

        Assert.Equal(0, Interlocked.Read(ref measured));
    }
}
