using System.Net;
using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

public sealed class LoginTests
{
    private const string Hello =
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*

        """;

    // \0ann\0secret and \0ann\0wrong
    private const string Right = "AGFubgBzZWNyZXQ=";
    private const string Wrong = "AGFubgB3cm9uZw==";

    [Fact]
    public Task The_mechanisms_are_offered_where_there_are_any() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-mx.host.example
        S: 250-PIPELINING
        S: 250-SIZE 52428800
        S: 250-AUTH PLAIN LOGIN
        S: 250-ENHANCEDSTATUSCODES
        S: 250-8BITMIME
        S: 250-DSN
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-BINARYMIME
        S: 250 LIMITS RCPTMAX=100
        """,
        Open);

    [Fact]
    public Task A_login_succeeds_with_and_without_an_initial_response() => Task.WhenAll(
        Transcript.PlaysAsync(
            Hello + $"C: AUTH PLAIN {Right}\nS: 235 2.7.0 Authentication successful\nC: AUTH PLAIN {Right}\nS: 503 5.5.1 Error: already "
            + $"authenticated", Open),
        Transcript.PlaysAsync(Hello + $"C: AUTH PLAIN\nS: 334 {{any}}\nC: {Right}\nS: 235 2.7.0 Authentication successful", Open),
        Transcript.PlaysAsync(
            Hello + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YW5u\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 2.7.0 Authentication successful",
            Open));

    [Fact]
    public Task A_login_that_fails_can_be_tried_again_but_not_for_ever() => Transcript.PlaysAsync(
        Hello +
        $"""
        C: AUTH PLAIN {Wrong}
        S: 530 5.7.0 Authentication required
        C: AUTH PLAIN {Wrong}
        S: 530 5.7.0 Authentication required
        S: 421 4.7.0 mx.host.example Error: too many failed log-ins
        X: closed
        """,
        () => new TestServer { Listener = Submission(), Authenticator = new OneUser(), Limits = new() { MaxFailedLogins = 2 } });

    [Fact]
    public Task A_login_can_go_wrong_in_many_ways() => Transcript.PlaysAsync(
        Hello +
        $"""
        C: AUTH PLAIN
        S: 334 {"{any}"}
        C: *
        S: 501 5.7.0 Authentication cancelled by the client
        C: AUTH PLAIN not*base64
        S: 501 5.5.2 Error: response is not valid base64
        C: AUTH PLAIN
        S: 334 {"{any}"}
        C: AGFub
        S: 501 5.5.2 Error: response is not valid base64
        C: AUTH PLAIN
        S: 334 {"{any}"}
        C: AGFu bgBz
        S: 501 5.5.2 Error: response is not valid base64
        C: AUTH CRAM-MD5
        S: 504 5.5.4 Error: CRAM-MD5: mechanism not offered
        C: AUTH pencil
        S: 504 5.5.4 Error: this: mechanism not offered
        C: AUTH PLAIN
        S: 334 {"{any}"}
        C: {new string('A', 12400)}
        S: 500 5.5.6 Error: authentication line is too long
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: AUTH PLAIN {Right}
        S: 503 5.5.1 Error: AUTH not permitted during a mail transaction
        """,
        Open);

    /// <summary>Cyrus SASL leaves so when it cannot go on: six times would be more wrong passwords than a session may have.</summary>
    [Fact]
    public Task QUIT_inside_a_login_gives_it_up_and_is_no_wrong_password() => Transcript.PlaysAsync(
        Hello + string.Concat(Enumerable.Repeat(
            "C: AUTH PLAIN\nS: 334 {any}\nC: QUIT\nS: 501 5.7.0 Authentication cancelled by the client\n", 6)) + "C: NOOP\nS: 250 2.0.0 Ok",
        Open);

    [Fact]
    public Task A_long_initial_response_is_no_long_command() => Transcript.PlaysAsync(
        Hello + $"C: AUTH PLAIN {Convert.ToBase64String(Encoding.ASCII.GetBytes("\0ann\0" + new string('x', 6000)))}\nS: 530 5.7.0 "
            + $"Authentication required", Open);

    [Fact]
    public Task After_HELO_there_is_no_AUTH() => Transcript.PlaysAsync(
        $"""
        S: 220 mx.host.example ESMTP Gatepost
        C: HELO client.example
        S: 250 mx.host.example
        C: AUTH PLAIN {Right}
        S: 503 5.5.1 Error: say EHLO first
        """,
        Open);

    [Fact]
    public Task Where_nothing_is_offered_AUTH_says_so() => Transcript.PlaysAsync(
        Hello + $"C: AUTH PLAIN {Right}\nS: 503 5.5.1 Error: authentication not offered here");

    [Fact]
    public Task An_authenticator_that_breaks_is_our_trouble() => Transcript.PlaysAsync(
        Hello + $"C: AUTH PLAIN {Right}\nS: 454 4.7.0 Temporary authentication failure\nC: NOOP\nS: 250 2.0.0 Ok",
        () =>
            new TestServer { Listener = Submission(), Authenticator = new OneUser { Failure = new IOException("the directory is gone") } },
        house =>
            Assert.Contains(house.Journal.Of(JournalKind.Server), happened =>
                happened.Detail!.ToString().Contains("the directory is gone", StringComparison.Ordinal)));

    [Fact]
    public Task The_gate_may_refuse_a_user_whose_password_was_right() => Transcript.PlaysAsync(
        Hello + $"C: AUTH PLAIN {Right}\nS: 530 5.7.0 Authentication required\nC: AUTH PLAIN {Right}\nS: 530 5.7.0 Authentication required",
        () => new TestServer
        {
            Listener = Submission(),
            Authenticator = new OneUser(),
            Gate = new ScriptedGate().At(Stage.Authenticate, session =>
                Verdict.Refuse("test", SubmissionReplies.AuthenticationRequiredAtMail.Say(), Finding.Read($"{session.User} is suspended"))),
        });

    [Fact]
    public Task No_password_reaches_the_journal() => Transcript.PlaysAsync(
        Hello +
        $"""
        C: AUTH PLAIN {Wrong}
        S: 530 5.7.0 Authentication required
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: YW5u
        S: 334 UGFzc3dvcmQ6
        C: d3Jvbmc=
        S: 530 5.7.0 Authentication required
        C: auth login d3Jvbmc=  x
        S: 501 5.5.4 Syntax: AUTH mechanism [initial-response]
        C: d3Jvbmc=
        S: 500 5.5.2 Error: command not recognized
        C: d3Jvbmc=
        S: 500 5.5.2 Error: command not recognized
        """,
        Open,
        house =>
            Assert.DoesNotContain(house.Journal.Events, happened =>
                $"{happened.Command} {happened.Detail} {happened.Reply}".Contains("3Jvbm", StringComparison.Ordinal)));

    [Theory]
    [InlineData("AUTH PLAIN hunter2\n")]
    [InlineData("AUTH\tPLAIN\thunter2\r\n")]
    [InlineData("AUTH PLAIN\thunter2\r\n")]
    [InlineData(" auth plain hunter2\r\n")]
    [InlineData("\t Auth\thunter2\n")]
    [InlineData("AUTHhunter2\r\n")]
    [InlineData("AUTH\tPLAIN\r\nhunter2\r\n")]
    public async Task A_password_in_a_line_that_is_no_command_reaches_no_journal(string octets)
    {
        using var house = Open();
        var visit = await new SessionDriver(house).EhloAsync();
        await visit.SayAsync(octets);
        Assert.StartsWith("50", await visit.ReadReplyAsync());
        await visit.LeaveAsync();

        Assert.Contains(house.Journal.Events, happened => happened.Command == CommandForLog.Hidden);
        Assert.DoesNotContain(house.Journal.Events, happened =>
            $"{happened.Command} {happened.Detail} {happened.Reply}".Contains("hunter2", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public Task Submissions_get_the_fields_they_lack_and_no_others() => Task.WhenAll(
        Transcript.PlaysAsync(Sending("Subject: a"), Open, house =>
        {
            Assert.Contains("with ESMTPA id Q1", house.Store.Messages[0].Head, StringComparison.Ordinal);
            Assert.EndsWith("\r\nMessage-ID: <Q1@mx.host.example>\r\nDate: Wed, 4 Mar 2026 05:06:07 +0000\r\n", house.Store.Messages[0]
                .Head, StringComparison.Ordinal);
        }),
        Transcript.PlaysAsync(Sending("MESSAGE-ID : <x@y>\nC: date: now"), Open, house =>
        {
            Assert.DoesNotContain("Message-ID", house.Store.Messages[0].Head, StringComparison.Ordinal);
            Assert.DoesNotContain("\r\nDate:", house.Store.Messages[0].Head, StringComparison.Ordinal);
        }),
        Transcript.PlaysAsync(Sending("Subject: a").Replace(
            $"C: AUTH PLAIN {Right}\nS: 235 2.7.0 Authentication successful\n", "", StringComparison.Ordinal), null, house =>
            Assert.DoesNotContain("Message-ID", house.Store.Messages[0].Head, StringComparison.Ordinal)));

    private static string Sending(string header) => Hello +
        $"""
        C: AUTH PLAIN {Right}
        S: 235 2.7.0 Authentication successful
        C: MAIL FROM:<ann@host.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@partner.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: {header}
        C:
        C: Date: not here
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        """.ReplaceLineEndings("\n");

    private static TestServer Open() => new() { Listener = Submission(), Authenticator = new OneUser() };

    private static ListenerOptions Submission() => new() { Role = ListenerRole.Submission, EndPoint = new(IPAddress.Loopback, 587) };

    /// <summary>Knows ann with the password "secret", by PLAIN and LOGIN.</summary>
    private sealed class OneUser : IAuthenticator
    {
        public Exception? Failure { get; init; }

        public IReadOnlyList<string> Mechanisms(Session session) => ["PLAIN", "LOGIN"];

        public ISaslExchange? Start(string mechanism, Session session) => mechanism switch
        {
            "PLAIN" => new Exchange(this, ["", "\0ann\0secret"]),
            "LOGIN" => new Exchange(this, ["Username:", "ann", "Password:", "secret"]),
            _ => null,
        };

        /// <param name="steps">Challenge and answer by turns.</param>
        private sealed class Exchange(OneUser users, string[] steps) : ISaslExchange
        {
            private int at;
            private bool right = true;

            public ValueTask<(byte[]? Challenge, Authentication? Outcome)> StepAsync(
                ReadOnlyMemory<byte>? response, CancellationToken cancel)
            {
                if (users.Failure is { } failure)
                    throw failure;
                if (response is { } answer)
                {
                    right &= Encoding.UTF8.GetString(answer.Span) == steps[at + 1];
                    at += 2;
                }

                return at < steps.Length
                    ? new((Encoding.UTF8.GetBytes(steps[at]), null))
                    : new(
                        (null, right ? new Authentication("ann", null) : new Authentication(
                            null, SubmissionReplies.AuthenticationRequiredAtMail.Say())));
            }
        }
    }
}
