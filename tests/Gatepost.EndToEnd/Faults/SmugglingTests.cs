using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>Nothing but CRLF.CRLF ends a message: what others might take for its end smuggles no second one in.</summary>
public sealed class SmugglingTests(HostileServer fixture) : IClassFixture<HostileServer>
{
    private const string Envelope = "MAIL FROM:<boss@demo.test>\r\nRCPT TO:<ann@demo.test>\r\nDATA\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> FalseEnds =>
    [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r.\n", "\r\n.\r\r\n", "\n\n.\r\n", "\r\n\0.\r\n",
            "\r\n.\0\r\n", "\r\n. \r\n",
    ];

    [Theory]
    [MemberData(nameof(FalseEnds))]
    public async Task A_false_end_of_data_smuggles_no_message(string falseEnd)
    {
        string mark = $"smuggled-{Guid.NewGuid():N}";
        int before = fixture.Server.Delivered("ann").Length;
        await using var client = await fixture.Server.ClientAsync(Cancel);
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);

        await client.SendAsync($"Subject: outer\r\n\r\nbody{falseEnd}{Envelope}Subject: {mark}\r\n\r\nforged\r\n.\r\nNOOP\r\n", Cancel);

        // One reply for the one message and one for NOOP, or the end of the connection; never a third.
        string final = await client.ReadReplyAsync(Cancel) ?? "";
        Assert.True(final.StartsWith('2') || final.StartsWith('5'), final);
        string? next = await client.ReadReplyAsync(Cancel);
        Assert.True(
            next is null || next.StartsWith("250", StringComparison.Ordinal) || next.StartsWith("421", StringComparison.Ordinal), next);
        await client.SendAsync("QUIT\r\n", Cancel);
        await client.ReadToEndAsync(Cancel);
        await fixture.ServesOthersAsync(Cancel);

        int delivered = fixture.Server.Delivered("ann").Length - before;
        Assert.Equal(final.StartsWith('2') ? 1 : 0, delivered);
        foreach (string file in fixture.Server.Delivered("ann"))
            Assert.False((await File.ReadAllTextAsync(file, Cancel)) is var text && text.Contains(mark, StringComparison.Ordinal)
                && !text.Contains("Subject: outer", StringComparison.Ordinal), "the forged message was delivered on its own");
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\r.\r")]
    [InlineData("bare\nfeed")]
    [InlineData("bare\rreturn")]
    public async Task A_bare_CR_or_LF_is_refused_in_DATA_and_in_BDAT(string bare)
    {
        string message = $"Subject: bare\r\n\r\nline {bare} line\r\n";
        await using var client = await fixture.Server.ClientAsync(Cancel);

        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(message + ".\r\n", Cancel);
        await client.ExpectAsync("5", Cancel);

        await using var second = await fixture.Server.ClientAsync(Cancel);
        await second.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await second.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await second.SendAsync($"BDAT {message.Length} LAST\r\n{message}", Cancel);
        await second.ExpectAsync("5", Cancel);
    }

    [Fact]
    public async Task The_same_holds_for_LMTP()
    {
        await using var client = await SmtpSocket.GreetedAsync(fixture.Server.Setup.Lmtp, Cancel, "LHLO client.test");
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<bob@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);

        await client.SendAsync($"Subject: outer\r\n\r\nbody\n.\n{Envelope}Subject: forged\r\n\r\nforged\r\n.\r\n", Cancel);

        // LMTP: one reply a recipient.
        await client.ExpectAsync("5", Cancel);
        await client.ExpectAsync("5", Cancel);
    }

    [Fact]
    public async Task A_chunk_may_hold_what_looks_like_an_end_of_data()
    {
        string mark = $"chunk-{Guid.NewGuid():N}";
        byte[] message = Encoding.ASCII.GetBytes($"Subject: {mark}\r\n\r\nbefore\r\n.\r\n{Envelope}after\r\n");
        await using var client = await fixture.Server.ClientAsync(Cancel);
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);

        // Cut in the middle of the false end.
        int cut = message.AsSpan().IndexOf("\r\n.\r\n"u8) + 3;
        await client.SendAsync($"BDAT {cut}\r\n", Cancel);
        await client.SendAsync(message.AsMemory(..cut), Cancel);
        await client.ExpectAsync("250", Cancel);
        await client.SendAsync($"BDAT {message.Length - cut} LAST\r\n", Cancel);
        await client.SendAsync(message.AsMemory(cut..), Cancel);
        await client.ExpectAsync("250", Cancel);

        byte[] received = await fixture.Server.ReceivedAsync("ann", mark, Cancel);
        Octets.ArrivedAsSent(message, received);
    }
}
