using System.Net;
using System.Text.RegularExpressions;
using Gatepost.Policy.Auth;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Gatepost.Tests.Policy;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Every refusal opens its record: also syntax, order, limits and log-ins, which no rule is asked about.</summary>
public sealed partial class RefusalIdTests
{
    [Theory]
    [InlineData("FOO", "500 5.5.2 ")]
    [InlineData("EHLO", "501 5.5.4 ")]
    [InlineData("EXPN staff", "502 5.5.1 ")]
    [InlineData("RCPT TO:<ann@host.example>", "503 5.5.1 ")]
    [InlineData("MAIL FROM:<a@b.example> FOO=1", "555 5.5.4 ")]
    public async Task A_protocol_error_has_an_id_and_its_reply_is_recorded_under_it(string command, string reply)
    {
        using var world = new TestServer { Rules = TestDirectory.Book() };
        var visit = await new SessionDriver(world).EhloAsync();

        string said = (await visit.AskAsync(command))!;

        Assert.StartsWith(reply, said, StringComparison.Ordinal);
        string id = Id().Match(said).Groups[1].Value;
        Assert.Contains(world.Journal.Of(JournalKind.Reply), happened => happened.VerdictId == id && happened.Command == command);
    }

    [Fact]
    public async Task The_last_word_to_a_client_that_errs_too_often_has_one_too()
    {
        using var world = new TestServer { Rules = TestDirectory.Book(), Limits = new() { MaxErrors = 1 } };
        var visit = await new SessionDriver(world).EhloAsync();
        await visit.SayAsync("FOO\r\n");
        await visit.ReadReplyAsync();

        Assert.Matches(@"^421 4\.7\.0 .* \[G-\w+\]$", (await visit.ReadReplyAsync())!);
    }

    [Theory]
    [InlineData("ann@host.example", "yes")]
    [InlineData("nobody@host.example", "no")]
    public async Task A_wrong_log_in_is_found_under_the_account_and_the_wire_does_not_say_whether_it_exists(string user, string exists)
    {
        var directory = TestDirectory.Directory(
            [], TestDirectory.Account("ann@host.example") with { Password = StoredPassword.Make("pencil"u8, withScram: false) });
        using var world = new TestServer
        {
            Rules = TestDirectory.Book(directory),
            Listener = new ListenerOptions { Role = ListenerRole.Submission, EndPoint = new(IPAddress.Loopback, 587) },
            Authenticator = new Authenticator(
                new DirectoryLogins(() => directory, TimeProvider.System, hasScram: false),
                new LoginThrottle(new LoginThrottleOptions(), TimeProvider.System)),
        };
        var visit = await new SessionDriver(world, "127.0.0.1").EhloAsync();
        await visit.AskAsync("EHLO client.example");

        string response = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0{user}\0wrong"));
        string said = (await visit.AskAsync($"AUTH PLAIN {response}"))!;

        Assert.Matches(@"^535 5\.7\.8 Authentication credentials invalid \[G-\w+\]$", said);
        var reply = world.Journal.Of(JournalKind.Reply).Last();
        Assert.Equal((user, Id().Match(said).Groups[1].Value), (reply.Sender, reply.VerdictId));
        Assert.Equal(
            ["mechanism PLAIN", $"account {user}", $"account-exists {exists}"], reply.Facts.Select(fact => $"{fact.Key} {fact.Text}"));
    }

    [GeneratedRegex(@"\[(G-\w+)\]")]
    private static partial Regex Id();
}
