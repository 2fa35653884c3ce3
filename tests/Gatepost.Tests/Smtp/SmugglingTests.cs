using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Nothing but CRLF.CRLF ends a message, and nothing a server down the road might take for it is passed on.</summary>
public sealed class SmugglingTests
{
    /// <summary>Ends of data as some server somewhere takes them.</summary>
    public static TheoryData<string> FalseEnds =>
    [
        @"\n.\n", @"\n.\r\n", @"\r\n.\n", @"\r.\r", @"\r\n.\r", @"\r.\r\n", @"\r\r\n.\r\r\n", @"\n.\r", @"\r.\n", @"\n\n.\r\n",
            @"\r\n.\r\r\n", @"\n\r.\r\n", @"\r\n.\n\r\n",
    ];

    [Theory, MemberData(nameof(FalseEnds))]
    public Task No_false_end_of_data_lets_a_second_message_through(string end) => Transcript.PlaysAsync(
        $"""
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        R: Subject: harmless\r\n\r\ntext{end}MAIL FROM:<boss@host.example>\r\nRCPT TO:<bob@host.example>\r\nDATA\r\nforged\r\n.\r\n
        S: 554 5.6.0 Error: message has a bare CR or LF; lines must end with CR LF
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        afterwards: house => Assert.Empty(house.Store.Messages));

    [Theory, MemberData(nameof(FalseEnds))]
    public Task Nor_does_it_with_LMTP(string end) => Transcript.PlaysAsync(
        $"""
        S: 220 mx.host.example LMTP Gatepost
        C: LHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: RCPT TO:<cid@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        R: Subject: harmless\r\n\r\ntext{end}MAIL FROM:<boss@host.example>\r\nRCPT TO:<bob@host.example>\r\nDATA\r\nforged\r\n.\r\n
        S: 554 5.6.0 Error: message has a bare CR or LF; lines must end with CR LF
        S: 554 5.6.0 Error: message has a bare CR or LF; lines must end with CR LF
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        Lmtp,
        house => Assert.Empty(house.Store.Messages));

    [Theory, MemberData(nameof(FalseEnds))]
    public Task A_chunk_with_a_false_end_is_not_passed_on_to_servers_that_would_believe_it(string end)
    {
        string body = $@"Subject: harmless\r\n\r\ntext{end}MAIL FROM:<boss@host.example>\r\n";
        return Transcript.PlaysAsync(
            $"""
            S: 220 mx.host.example ESMTP Gatepost
            C: EHLO client.example
            S: 250-*
            C: MAIL FROM:<ann@partner.example>
            S: 250 2.1.0 Ok
            C: RCPT TO:<bob@host.example>
            S: 250 2.1.5 Ok
            C: BDAT {Transcript.Octets('R', body).Length} LAST
            R: {body}
            S: 554 5.6.0 Error: message has a bare CR or LF; lines must end with CR LF
            C: QUIT
            S: 221 2.0.0 Bye
            """,
            afterwards: house => Assert.Empty(house.Store.Messages));
    }

    [Fact]
    public Task A_line_end_torn_between_two_chunks_is_whole_again() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        R: BDAT 6\r\nline 1
        S: 250 2.0.0 Ok: 6 octets so far
        R: BDAT 1\r\n\r
        S: 250 2.0.0 Ok: 7 octets so far
        R: BDAT 4 LAST\r\n\n.\r\n
        S: 250 2.0.0 Ok: queued as Q1
        """,
        afterwards: house => Assert.Equal("line 1\r\n.\r\n", Assert.Single(house.Store.Messages).Text));

    [Fact]
    public Task A_CR_at_the_very_end_of_the_last_chunk_is_bare() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        R: BDAT 5 LAST\r\nline\r
        S: 554 5.6.0 Error: message has a bare CR or LF; lines must end with CR LF
        """,
        afterwards: house => Assert.Empty(house.Store.Messages));

    [Fact]
    public Task A_NUL_before_the_dot_is_text_and_kept_as_it_is() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        R: text\r\n\0.\r\nMAIL FROM:<boss@host.example>\r\n.\r\n
        S: 250 2.0.0 Ok: queued as Q1
        """,
        afterwards: house => Assert.Equal("text\r\n\0.\r\nMAIL FROM:<boss@host.example>\r\n", Assert.Single(house.Store.Messages).Text));

    [Fact]
    public Task A_message_of_nothing_ends_with_its_first_line() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        C: RCPT TO:<bob@host.example>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued as Q1
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        afterwards: house => Assert.Empty(Assert.Single(house.Store.Messages).Octets));

    [Fact]
    public Task A_bare_LF_in_a_command_ends_the_connection_and_nothing_behind_it_is_done() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        R: NOOP\nMAIL FROM:<ann@partner.example>\r\n
        S: 500 5.5.2 Error: bare LF received; command lines end with CR LF; closing
        X: closed
        """,
        afterwards: house => Assert.DoesNotContain(Stage.MailFrom, house.Gate.Asked));

    [Fact]
    public Task A_bare_CR_in_a_command_is_refused_with_its_whole_line() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        R: NOOP\rMAIL FROM:<ann@partner.example>\r\n
        S: 500 5.5.2 Error: control character in command line
        R: NOOP\0\r\n
        S: 500 5.5.2 Error: control character in command line
        C: NOOP
        S: 250 2.0.0 Ok
        """,
        afterwards: house => Assert.DoesNotContain(Stage.MailFrom, house.Gate.Asked));

    [Fact]
    public Task The_octets_of_a_refused_chunk_are_never_taken_for_commands() => Transcript.PlaysAsync(
        """
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        R: BDAT 26\r\nMAIL FROM:<a@b.example>\r\n.
        S: 503 5.5.1 Error: need MAIL command first
        C: MAIL FROM:<ann@partner.example>
        S: 250 2.1.0 Ok
        R: BDAT 6 LAST\r\nQUIT\r\n
        S: 554 5.5.1 Error: no valid recipients
        C: NOOP
        S: 250 2.0.0 Ok
        """);

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT 10 FIRST")]
    [InlineData("BDAT 99999999999999999999999")]
    public Task A_chunk_of_unreadable_size_ends_the_connection(string command) => Transcript.PlaysAsync(
        $"""
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO client.example
        S: 250-*
        C: {command}
        S: 501 5.5.4 Syntax: BDAT octets [LAST]; without a size the end of the chunk is unknown; closing
        C: MAIL FROM:<ann@partner.example>
        X: closed
        """,
        afterwards: house => Assert.DoesNotContain(Stage.MailFrom, house.Gate.Asked));

    private static TestServer Lmtp() =>
        new() { Listener = new ListenerOptions { Role = ListenerRole.Lmtp, EndPoint = new(IPAddress.Loopback, 24) } };
}
