using Gatepost.Smtp;
using Gatepost.Smtp.Client;
using Xunit;

namespace Gatepost.Tests.Smtp.Client;

/// <summary>What is said beside the addresses, and to whom it may be said.</summary>
public sealed class ParameterTests : PeerConversation
{
    [Fact]
    public async Task What_the_peer_cannot_take_is_known_before_a_word_is_said()
    {
        await using var peer = await ConnectAsync(new ScriptedStream(PlainGreeting));
        Assert.Equal(
            "peer-not-8bit", (await peer.SendAsync(Mail("ä\r\n", "b@example.org") with { BodyType = BodyType.EightBitMime }, default))
            .Answers[0].Reply!.Entry.Id);
        Assert.Equal("peer-not-utf8", (await SendAsync(peer, "x\r\n", "боб@example.org"))[0].Reply!.Entry.Id);
        Assert.Equal(
            "peer-not-utf8-header", (
                await peer.SendAsync(Mail("Subject: ä\r\n\r\nx\r\n", "b@example.org") with { SmtpUtf8 = true }, default))
            .Answers[0].Reply!.Entry.Id);
        Assert.Equal(
            "peer-not-binary", (await peer.SendAsync(Mail("x\r\n", "b@example.org") with { BodyType = BodyType.BinaryMime }, default))
            .Answers[0].Reply!.Entry.Id);
        Assert.Equal("bare-line-end", (await SendAsync(peer, "a\r\n.\n\r\n", "b@example.org"))[0].Reply!.Entry.Id);
        Assert.True(peer.IsUsable);

        await using var small = await ConnectAsync(new ScriptedStream(Greeting));
        Assert.Equal("peer-size-limit", (await SendAsync(small, new string('x', 10_001), "b@example.org"))[0].Reply!.Entry.Id);
    }

    [Fact]
    public async Task A_message_that_said_SMTPUTF8_without_need_or_8BITMIME_with_plain_text_goes_to_anybody()
    {
        var stream = new ScriptedStream(PlainGreeting + """
            C: MAIL FROM:<ann@client.example>
            S: 250 ok
            C: *
            S: 250 ok
            C: DATA
            S: 354 go
            DATA
            S: 250 ok
            """);
        await using var peer = await ConnectAsync(stream);
        var result = await peer.SendAsync(
            Mail("Subject: x\r\n\r\nx\r\n", "b@example.org") with { SmtpUtf8 = true, BodyType = BodyType.EightBitMime }, default);
        Assert.Equal(250, result.Answers[0].Reply!.Code);
        Assert.Empty(stream.Differences);
    }

    [Fact]
    public async Task DSN_parameters_SMTPUTF8_and_8BITMIME_are_said_to_a_peer_that_knows_them()
    {
        var stream = new ScriptedStream(Greeting + """
            C: MAIL FROM:<ann@client.example> SIZE=4 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1
            C: RCPT TO:<боб@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob+40example.org
            C: RCPT TO:<b@example.org> NOTIFY=NEVER
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 ok
            """);
        await using var peer = await ConnectAsync(stream);
        var result = await peer.SendAsync(Mail("ä\r\n") with
        {
            BodyType = BodyType.EightBitMime,
            SmtpUtf8 = true,
            Return = DsnReturn.Headers,
            EnvelopeId = "QQ+2B1",
            Recipients =
            [
                new OutgoingRecipient(Mailbox.Parse("боб@example.org"), DsnNotify.Success | DsnNotify.Delay, "rfc822;bob+40example.org"),
                new OutgoingRecipient(Mailbox.Parse("b@example.org"), DsnNotify.Never),
            ],
        }, default);
        Assert.Empty(stream.Differences);
        Assert.True(result.CarriedDsn);
    }

    [Fact]
    public async Task A_parameter_that_could_break_out_of_its_command_is_left_out()
    {
        var stream = new ScriptedStream(Greeting + """
            C: MAIL FROM:<ann@client.example> SIZE=3
            C: RCPT TO:<b@example.org> NOTIFY=NEVER
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            DATA
            S: 250 ok
            """);
        await using var peer = await ConnectAsync(stream);
        await peer.SendAsync(
            Mail("x\r\n") with
            {
                EnvelopeId = "a\r\nRSET",
                Recipients = [
                new OutgoingRecipient(Mailbox.Parse("b@example.org"), DsnNotify.Never, "rfc822;a b")]
            }, default);
        Assert.Empty(stream.Differences);
    }
}
