using System.Net;
using System.Text;
using Gatepost.Smtp;
using Gatepost.Smtp.Message;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>Bare line ends of our own devices become CR LF; they never end a message.</summary>
public sealed class BareLfTests
{
    [Theory]
    [InlineData("a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd", 2)]
    [InlineData("\n\n\r\r\n\n\r", "\r\n\r\n\r\n\r\n\r\n\r\n", 5)]
    [InlineData("plain\r\n\r\ntext\r\n", "plain\r\n\r\ntext\r\n", 0)]
    public void Each_becomes_CR_LF_however_the_octets_are_spread(string message, string repaired, long count)
    {
        byte[] octets = Encoding.ASCII.GetBytes(message);
        for (int piece = 1; piece <= octets.Length; piece++)
        {
            var repair = new LineEndRepair();
            var whole = new List<byte>();
            byte[] room = new byte[LineEndRepair.Room(piece)];
            foreach (byte[] part in octets.Chunk(piece))
                whole.AddRange(room[..repair.Feed(part, room)]);
            whole.AddRange(room[..repair.Finish(room)]);

            Assert.Equal(repaired, Encoding.ASCII.GetString([.. whole]));
            Assert.Equal(count, repair.Repaired);
        }
    }

    [Theory]
    [InlineData(@"text\n.\nMAIL FROM:<boss@host.example>\n")]
    [InlineData(@"text\r.\rMAIL FROM:<boss@host.example>\r")]
    public Task An_internal_listener_takes_them_noted_and_as_one_message(string text) => Transcript.PlaysAsync(
        $"""
        S: 220 mx.host.example ESMTP Gatepost
        C: EHLO raid.host.example
        S: 250-*
        C: MAIL FROM:raid@host.example
        S: 250 2.1.0 Ok
        C: RCPT TO:bob@host.example
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        R: Subject: disk 3\r\n\r\n{text}\r\n.\r\n
        S: 250 2.0.0 Ok: queued as {"{any}"}
        C: QUIT
        S: 221 2.0.0 Bye
        """,
        () => new TestServer
        {
            Listener = new() { Role = ListenerRole.Internal, EndPoint = new(IPAddress.Loopback, 25), NormalisesLineEnds = true },
        },
        world =>
        {
            Assert.Equal(
                "Subject: disk 3\r\n\r\ntext\r\n.\r\nMAIL FROM:<boss@host.example>\r\n\r\n", Assert.Single(world.Store.Messages).Text);
            Assert.Contains(world.Journal.Of(JournalKind.Verdict), happened =>
                happened.Detail?.ToString() == "3 line ends that were a bare CR or LF became CR LF");
        });
}
