using System.Text;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>How the octets of a message cross: dot-stuffing, BDAT, LMTP.</summary>
public sealed class DataTests : PeerConversation
{
    [Fact]
    public async Task LMTP_gives_each_accepted_recipient_an_answer_of_its_own_after_the_data()
    {
        var stream = new ScriptedStream("""
            S: 220 lmtp
            C: LHLO client.example
            S: 250-lmtp
            S: 250 PIPELINING
            C: *
            C: *
            C: *
            C: *
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 550 5.1.1 no
            S: 250 ok
            S: 354 go
            DATA
            S: 250 2.0.0 a saved
            S: 452 4.2.2 c full
            """);
        await using var peer = await ConnectAsync(new ScriptedConnector().Then(stream), Options with { Protocol = PeerProtocol.Lmtp });
        var answers = await SendAsync(peer, "x\r\n", "a@example.org", "b@example.org", "c@example.org");
        Assert.Equal([250, 550, 452], answers.Select(answer => answer.Reply!.Code));
        Assert.Equal(["end of data", "RCPT", "end of data"], answers.Select(answer => answer.Stage.Name()));
    }

    [Fact]
    public async Task BDAT_carries_the_octets_as_they_are()
    {
        const string octets = "\0.\r\n.\r\r\nno line end\n";
        var stream = new ScriptedStream("""
            S: 220 hi
            C: *
            S: 250-mx
            S: 250-PIPELINING
            S: 250-CHUNKING
            S: 250 BINARYMIME
            C: MAIL FROM:<ann@client.example> BODY=BINARYMIME
            C: *
            S: 250 ok
            S: 250 ok
            C: BDAT 20 LAST
            BDAT 20
            S: 250 ok
            """);
        await using var peer = await ConnectAsync(stream);
        var result = await peer.SendAsync(Mail(octets, "b@example.org") with { BodyType = BodyType.BinaryMime }, default);
        Assert.Equal(250, result.Answers[0].Reply!.Code);
        Assert.Empty(stream.Differences);
        Assert.Equal(octets, stream.Bodies[0]);
    }

    [Fact]
    public async Task A_body_from_the_store_is_stuffed_across_the_borders_of_its_pieces()
    {
        string body = string.Concat(Enumerable.Range(0, 40_000).Select(i => i % 3 == 0 ? ".\r\n" : "line\r\n"));
        var stream = new ScriptedStream(PlainGreeting + "C: *\nS: 250 ok\nC: *\nS: 250 ok\nC: *\nS: 354 go\nDATA\nS: 250 ok");
        await using var peer = await ConnectAsync(stream);
        var mail =
            Mail("") with
            {
                Body = OutgoingBody.From(body.Length, _ => new(new Pieces(Encoding.ASCII.GetBytes(body)))),
                Recipients = [new OutgoingRecipient(Mailbox.Parse("b@example.org"))]
            };
        Assert.Equal(250, (await peer.SendAsync(mail, default)).Answers[0].Reply!.Code);
        Assert.Equal(body.Replace("\r\n.", "\r\n..", StringComparison.Ordinal).Insert(0, ".") + ".\r\n", stream.Bodies[0]);
    }

    [Fact]
    public async Task A_stored_body_with_a_bare_line_end_is_never_finished()
    {
        var stream = new ScriptedStream(PlainGreeting + "C: *\nS: 250 ok\nC: *\nS: 250 ok\nC: *\nS: 354 go\nDATA\nS: 250 ok");
        await using var peer = await ConnectAsync(stream);
        var mail =
            Mail("") with
            {
                Body = OutgoingBody.From(9, _ => new(new Pieces("a\n.\r\nb\r\n"u8.ToArray()))),
                Recipients = [new OutgoingRecipient(Mailbox.Parse("b@example.org"))]
            };
        Assert.Equal("bare-line-end", (await peer.SendAsync(mail, default)).Answers[0].Reply!.Entry.Id);
        Assert.Empty(stream.Bodies);
        Assert.False(peer.IsUsable);
    }

    [Fact]
    public async Task A_store_that_breaks_amid_the_data_costs_the_connection_and_not_the_message()
    {
        var stream = new ScriptedStream(PlainGreeting + "C: *\nS: 250 ok\nC: *\nS: 250 ok\nC: *\nS: 354 go\nDATA\nS: 250 ok");
        await using var peer = await ConnectAsync(stream);
        var mail =
            Mail("") with
            {
                Body = OutgoingBody.From(9, _ => throw new IOException("disk")),
                Recipients = [new OutgoingRecipient(Mailbox.Parse("b@example.org"))]
            };
        Assert.Equal("body-unreadable", (await peer.SendAsync(mail, default)).Answers[0].Reply!.Entry.Id);
        Assert.Empty(stream.Bodies);
    }

    /// <summary>Gives its octets out in pieces of odd lengths.</summary>
    private sealed class Pieces(byte[] octets) : MemoryStream(octets)
    {
        private int turn;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (turn++ % 7919))], cancellationToken);
    }
}
