using System.Text;
using Gatepost.Smtp.Message;
using Gatepost.Smtp.Wire;
using Xunit;

namespace Gatepost.Tests.Smtp;

/// <summary>The wire's parsers against plain ones that hold everything at once, over octets torn in any way.</summary>
public sealed class WireTests
{
    private const int Rounds = 3000;

    private static readonly string[] Pieces = [
        "\r", "\n", ".", "\r\n", "\r\n.\r\n", "\r\n.", "..", "a", "text of a line", "\0", "\r\n..", "\n.\n", "Received: x"];

    [Fact]
    public void Dots_are_unstuffed_and_the_end_is_found_as_the_standard_has_it()
    {
        for (int seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            string data = Soup(random);
            var (text, rest) = Reference(data);

            var unstuffer = new DotUnstuffer();
            var kept = new StringBuilder();
            var lineEnds = new BareLfCheck();
            byte[] octets = Encoding.Latin1.GetBytes(data);
            int at = 0;
            bool ended = false;
            while (at < octets.Length && !ended)
            {
                int count = Math.Min(random.Next(1, 9), octets.Length - at);
                ended = unstuffer.Feed(octets.AsSpan(at, count), out int used, out int length, out bool heldBack);
                string message = (heldBack ? "\r" : "") + Encoding.Latin1.GetString(octets.AsSpan(at, length));
                lineEnds.Feed(Encoding.Latin1.GetBytes(message));
                kept.Append(message);
                at += used;
            }

            Assert.Equal(text is not null, ended);
            if (text is null)
                continue;
            bool bare = HasBareLineEnd(data[..^rest.Length]);
            lineEnds.Finish();
            Assert.Equal(bare, lineEnds.SawBareLineEnd);
            Assert.Equal(rest.Length, octets.Length - at);
            if (!bare)
                Assert.Equal((seed, text), (seed, kept.ToString()));
        }
    }

    [Fact]
    public void Bare_line_ends_and_long_lines_in_chunks_are_seen_however_they_are_torn()
    {
        for (int seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            string data = Soup(random);
            var check = new BareLfCheck();
            byte[] octets = Encoding.Latin1.GetBytes(data);
            for (int at = 0; at < octets.Length;)
            {
                int count = Math.Min(random.Next(1, 9), octets.Length - at);
                check.Feed(octets.AsSpan(at, count));
                at += count;
            }

            check.Finish();
            Assert.Equal((seed, HasBareLineEnd(data)), (seed, check.SawBareLineEnd));
            if (!HasBareLineEnd(data))
                Assert.Equal(data.Split("\r\n").Max(line => line.Length), check.LongestLine);
        }
    }

    [Theory]
    [InlineData("", 0, false, false)]
    [InlineData("Received: a\r\nreceived : b\r\n c\r\nMessage-Id: <x>\r\nDate: now\r\n\r\nReceived: no\r\n", 2, true, true)]
    [InlineData("Received-SPF: a\r\nX-Date: b\r\nA-field-with-a-name-longer-than-any: Received: c\r\n\r\n", 0, false, false)]
    [InlineData("no header at all\r\nReceived: a\r\n", 0, false, false)]
    [InlineData("A-very-long-first-line-without-any-blank\r\nReceived: a\r\n", 0, false, false)]
    [InlineData("Subject: a\r\nno field\r\nReceived: a\r\n", 0, false, false)]
    [InlineData("A-field-with-a-name-longer-than-any : a\r\nReceived\t: a\r\n", 1, false, false)]
    [InlineData("short\r\nReceived: in the body\r\n", 0, false, false)]
    [InlineData("\r\nReceived: in the body\r\n", 0, false, false)]
    public void A_header_is_read_while_it_streams(string text, int hops, bool id, bool date)
    {
        for (int step = 1; step < 20; step++)
        {
            var counts = new ReceivedCounts();
            byte[] octets = Encoding.ASCII.GetBytes(text);
            for (int at = 0; at < octets.Length; at += step)
                counts.Feed(octets.AsSpan(at, Math.Min(step, octets.Length - at)));
            counts.Finish();
            Assert.Equal((step, hops, id, date), (step, counts.Received, counts.HasMessageId, counts.HasDate));
        }
    }

    [Fact]
    public void An_input_buffer_gives_back_what_was_put_in()
    {
        var random = new Random(1);
        using var buffer = new InputBuffer();
        var expected = new Queue<byte>();
        for (int round = 0; round < 20_000; round++)
        {
            if (random.Next(2) == 0)
            {
                var room = buffer.Room(random.Next(1, 64));
                Assert.True(room.Length > 0);
                int count = random.Next(0, room.Length + 1);
                for (int i = 0; i < count; i++)
                    expected.Enqueue(room.Span[i] = (byte)random.Next(256));
                buffer.Filled(count);
            }
            else
            {
                int count = random.Next(0, buffer.Length + 1);
                foreach (byte octet in buffer.Unread[..count])
                    Assert.Equal(expected.Dequeue(), octet);
                buffer.Consume(count);
                buffer.Release();
            }

            Assert.Equal(expected.Count, buffer.Length);
        }
    }

    private static string Soup(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    /// <summary>
    /// The end is the first CRLF.CRLF, the CRLF of the DATA line included; every line that begins with a dot loses it (RFC 5321 §4.5.2).
    /// </summary>
    private static (string? Text, string Left) Reference(string data)
    {
        string whole = "\r\n" + data;
        int end = whole.IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        if (end < 0)
            return (null, "");
        string text = whole[..(end + 2)].Replace("\r\n.", "\r\n", StringComparison.Ordinal)[2..];
        return (text, whole[(end + 5)..]);
    }

    private static bool HasBareLineEnd(string text) =>
        text.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');
}
