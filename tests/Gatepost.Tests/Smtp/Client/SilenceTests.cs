using Gatepost.Replies;
using Gatepost.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>Peers that fall silent, break off or drag on, and giving up on them: answers already heard stand.</summary>
public sealed class SilenceTests : PeerConversation
{
    [Theory]
    [InlineData("C: *\nSILENCE", "timed-out", "MAIL", 300)]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nSILENCE", "timed-out", "RCPT", 300)]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nSILENCE", "timed-out", "DATA", 120)]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nSILENCE", "timed-out", "end of data", 600)]
    public async Task Silence_in_a_transaction_is_a_condition_that_names_the_stage(string script, string entry, string stage, int seconds)
    {
        await using var peer = await ConnectAsync(new ScriptedStream(Greeting + script));
        var sending = SendAsync(peer, "x\r\n", "bob@example.org");
        await PassAsync(sending, TimeSpan.FromSeconds(seconds - 1));
        Assert.False(sending.IsCompleted);
        await PassAsync(sending, TimeSpan.FromSeconds(2));
        var answer = (await sending)[0];
        Assert.Equal((entry, stage), (answer.Reply!.Entry.Id, answer.Stage.Name()));
        Assert.False(peer.IsUsable);
    }

    [Theory]
    [InlineData("C: *\nCLOSE", "lost-connection", "MAIL")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nDIE", "lost-connection", "RCPT")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nCLOSE", "lost-connection", "DATA")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nDIE", "lost-connection", "DATA")]
    [InlineData("C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nCLOSE", "lost-after-data", "end of data")]
    [InlineData("C: *\nRAW garbage\\r\\n", "reply-unintelligible", "MAIL")]
    [InlineData("C: *\nRAW 999 ok\\r\\n", "reply-unintelligible", "MAIL")]
    [InlineData("C: *\nRAW \\0\\e[31m\\r\\n", "reply-unintelligible", "MAIL")]
    public async Task A_connection_that_breaks_is_a_condition_for_those_who_have_no_answer_yet(string script, string entry, string stage)
    {
        await using var peer = await ConnectAsync(new ScriptedStream(Greeting + script));
        var answer = (await SendAsync(peer, "x\r\n", "bob@example.org"))[0];
        Assert.Equal((entry, stage), (answer.Reply!.Entry.Id, answer.Stage.Name()));
        Assert.DoesNotContain(answer.Reply.Text, char.IsControl);
        Assert.False(peer.IsUsable);
    }

    [Theory]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 421 4.3.2 bye", "421 421")]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 550 5.1.1 no\nS: 421 4.3.2 bye", "550 421")]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 550 5.1.1 no\nS: 421 4.3.2 bye", "421 550")]
    [InlineData("C: *\nC: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 550 5.1.1 no\nS: 354 go\nDATA\nS: 421 4.3.2 bye", "421 550")]
    public async Task After_421_nothing_more_is_asked_and_given_answers_stand(string script, string codes)
    {
        await using var peer = await ConnectAsync(new ScriptedStream(Greeting + script));
        var answers = await SendAsync(peer, "x\r\n", "bob@example.org", "cid@example.org");
        Assert.Equal(codes, string.Join(' ', answers.Select(answer => answer.Reply!.Code)));
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task Last_words_of_a_peer_that_cuts_us_off_amid_the_data_are_heard()
    {
        var stream = new ScriptedStream(
            Greeting + "C: *\nC: *\nC: *\nS: 250 ok\nS: 250 ok\nS: 354 go\nRAW 552 5.3.4 too much for us\\r\\n\nCLOSE");
        await using var peer = await ConnectAsync(new BreaksAfter(stream, 3));
        var answer = (await SendAsync(peer, "x\r\n", "bob@example.org"))[0];
        Assert.Equal((552, "end of data"), (answer.Reply!.Code, answer.Stage.Name()));
    }

    [Theory]
    [InlineData("CLOSE")]
    [InlineData("RAW 421 4.4.2 idle too long\\r\\n")]
    public async Task A_connection_that_was_closed_while_it_idled_is_no_answer(string end)
    {
        await using var peer = await ConnectAsync(
            new ScriptedStream(Greeting + Accepted("ann@client.example", "bob@example.org") + "\n" + end));
        await SendAsync(peer, "x\r\n", "bob@example.org");
        var failure = await Assert.ThrowsAsync<SmtpClientException>(() => SendAsync(peer, "x\r\n", "bob@example.org"));
        Assert.False(peer.IsUsable);
        Assert.NotNull(failure.Reply);
    }

    [Fact]
    public async Task Giving_up_ends_the_wait_immediately()
    {
        await using var peer = await ConnectAsync(new ScriptedStream(Greeting + "C: *\nSILENCE"));
        using var cancel = new CancellationTokenSource();
        var sending = peer.SendAsync(Mail("x\r\n", "b@example.org"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task Answers_heard_before_giving_up_stand()
    {
        var stream = new ScriptedStream("""
            S: 220 lmtp
            C: LHLO client.example
            S: 250-lmtp
            S: 250 PIPELINING
            C: *
            C: *
            C: *
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 a saved
            SILENCE
            """);
        await using var peer = await ConnectAsync(new ScriptedConnector().Then(stream), Options with { Protocol = PeerProtocol.Lmtp });
        using var cancel = new CancellationTokenSource();
        var sending = peer.SendAsync(Mail("x\r\n", "a@example.org", "b@example.org"), cancel.Token).AsTask();
        await Gatepost.Tests.Delivery.DeliveryRun.Until(() => journal.Events.Any(happened => happened.Reply?.Text == "a saved"));
        await cancel.CancelAsync();
        var result = await sending;
        Assert.Equal((250, "end of data"), (result.Answers[0].Reply!.Code, result.Answers[0].Stage.Name()));
        Assert.Null(result.Answers[1].Reply);
        Assert.IsAssignableFrom<OperationCanceledException>(result.BrokenOffBy);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task A_peer_that_answers_each_command_in_the_last_moment_does_not_hold_us_for_hours()
    {
        string[] recipients = [.. Enumerable.Range(0, 40).Select(i => $"r{i}@example.org")];
        var stream = new SlowAnswers(
            new ScriptedStream(PlainGreeting + "C: *\nS: 250 ok\n" + string.Concat(Enumerable.Repeat("C: *\nS: 250 ok\n", 41))), time);
        await using var peer = await ConnectAsync(stream);
        var start = time.GetUtcNow();
        stream.Delay = TimeSpan.FromMinutes(4);
        var sending = peer.SendAsync(Mail("x\r\n", recipients), CancellationToken.None).AsTask();
        for (int i = 0; i < 300 && !sending.IsCompleted; i++)
            await PassAsync(Task.Delay(2), TimeSpan.FromMinutes(1));
        var answers = (await sending).Answers;
        Assert.All(answers, answer => Assert.Equal("timed-out", answer.Reply!.Entry.Id));
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(60));
    }

    /// <summary>Lets each answer wait.</summary>
    private sealed class SlowAnswers(ScriptedStream inner, TimeProvider time) : Stream
    {
        public TimeSpan Delay { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Delay, time, cancellationToken);
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    /// <summary>Fails the write after so many good ones.</summary>
    private sealed class BreaksAfter(ScriptedStream inner, int writes) : Stream
    {
        private int done;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++done >= writes ? throw new IOException("broken pipe") : inner.WriteAsync(buffer, cancellationToken);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
        }
    }
}
