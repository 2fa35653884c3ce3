using System.Net;
using System.Text;
using FsCheck.Xunit;
using Gatepost.Replies;
using Gatepost.Replies.Catalogue;
using Gatepost.Smtp.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

public sealed class ReplyReaderTests
{
    private readonly MemoryJournal journal = new();

    [Theory]
    [InlineData("250 Ok\r\n", 250, null, "Ok")]
    [InlineData("250\r\n", 250, null, "")]
    [InlineData("250 \n", 250, null, "")]
    [InlineData("550-5.1.1 first\r\n550 5.1.1 second\r\n", 550, "5.1.1", "first\n5.1.1 second")]
    [InlineData("250-a\r\n550 changed its mind\r\n", 550, null, "a\nchanged its mind")]
    [InlineData("421 4.7.0 \u00e4\u001b[31m\u202e\tx\r\n", 421, "4.7.0", "ä?[31m? x")]
    public async Task A_reply_is_read_with_its_lines_and_made_harmless(string wire, int code, string? status, string text)
    {
        var reply = await ReadAsync(Encoding.UTF8.GetBytes(wire));
        Assert.Equal((code, status, text), (reply.Code, reply.Status?.ToString(), reply.Text));
        Assert.Same(reply, Assert.Single(journal.Events).Reply);
    }

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("\r\n")]
    [InlineData("25\r\n")]
    [InlineData("250x\r\n")]
    [InlineData("150 early\r\n")]
    [InlineData("650 late\r\n")]
    [InlineData("250-a\r\nrubbish\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9\r\n")]
    public async Task What_is_no_reply_is_named_as_such_and_never_journalled(string wire)
    {
        await Assert.ThrowsAsync<NotAReplyException>(() => ReadAsync(Encoding.UTF8.GetBytes(wire)));
        Assert.Empty(journal.Events);
    }

    [Fact]
    public async Task A_line_without_end_and_a_reply_without_end_stop_at_their_limits()
    {
        var line = new Endless("2"u8.ToArray());
        await Assert.ThrowsAsync<NotAReplyException>(() => ReadAsync(line));
        Assert.InRange(line.Given, ReplyReader.MaxLine, 3 * ReplyReader.MaxLine);

        var lines = new Endless("250-x\r\n"u8.ToArray());
        await Assert.ThrowsAsync<NotAReplyException>(() => ReadAsync(lines));
        Assert.InRange(lines.Given, 100, 10_000);
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_reply_is_an_end_and_no_reply()
    {
        foreach (string wire in (string[])["", "25", "250 Ok\r", "250-a\r\n250-b\r\n"])
            await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(Encoding.ASCII.GetBytes(wire)));
    }

    /// <summary>Whatever comes, in whatever pieces: a reply of three good digits, or one of the two known ends.</summary>
    [Property(MaxTest = 500)]
    public void Any_octets_end_in_a_reply_or_in_a_known_failure(byte[] noise, int seed)
    {
        var random = new Random(seed);
        var wire = new List<byte>();
        foreach (byte octet in noise)
            wire.AddRange(
                random.Next(4) switch
                {
                    0 => [octet],
                    1 => "250-"u8.ToArray(),
                    2 => "\r\n"u8.ToArray(),
                    _ =>
                    "550 5.1.1 x\r\n"u8.ToArray()
                });
        var reader = new ReplyReader(new Dripping([.. wire], random), Attempt, ReplyDatabase.BuiltIn, "host");
        try
        {
            for (int i = 0; i <= wire.Count; i++)
            {
                var reply = reader.ReadAsync(default, default).AsTask().GetAwaiter().GetResult();
                Assert.InRange(reply.Code, 200, 599);
                Assert.DoesNotContain(reply.Text, c => char.IsControl(c) && c != '\n');
            }
        }
        catch (Exception end) when (end is NotAReplyException or EndOfStreamException)
        {
            return;
        }

        Assert.Fail("read on without input");
    }

    private Task<Reply> ReadAsync(byte[] wire) => ReadAsync(new MemoryStream(wire));

    private Task<Reply> ReadAsync(Stream stream) =>
        new ReplyReader(stream, Attempt, ReplyDatabase.BuiltIn, "host").ReadAsync(new PendingCommand(Stage.Hello, "EHLO x"), default)
            .AsTask();

    private AttemptJournal Attempt =>
        new(journal, new FakeTimeProvider(), "host", IPAddress.Loopback) { Context = new AttemptContext("A1", "Q1") };

    private sealed class Dripping(byte[] octets, Random random) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + random.Next(9))], cancellationToken);
    }

    /// <summary>Repeats itself for ever.</summary>
    private sealed class Endless(byte[] piece) : MemoryStream
    {
        private int at;

        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < buffer.Length; i++)
                buffer.Span[i] = piece[at++ % piece.Length];
            Given += buffer.Length;
            return new(buffer.Length);
        }
    }
}
