using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Errors;

/// <summary>Nonsense and excess: refused in words, bounded in memory, and the next client notices nothing.</summary>
public sealed class GarbageTests(HostileServer fixture) : IClassFixture<HostileServer>
{
    private const int Bound = 64 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatepostServer Server => fixture.Server;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_octets_are_survived(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 50; i++)
        {
            await using var client = await SmtpSocket.ConnectAsync(
                random.Next(4) switch
                {
                    0 => Server.Setup.Submission,
                    1 => Server.Setup.Lmtp,
                    2 => Server.Setup.MxImplicitTls,
                    _ =>
                    Server.Setup.Mx
                }, Cancel);
            var noise = new byte[random.Next(1, 20_000)];
            random.NextBytes(noise);
            if (random.Next(2) == 0)
            {
                // Mostly lines, so that the parser behind the line reader gets its share.
                for (int at = 0; at < noise.Length; at++)
                    noise[at] = random.Next(20) == 0 ? (byte)"\r\n<>@: \0"[random.Next(8)] : (byte)random.Next(32, 127);
            }

            await SendAllAsync(client, noise);
        }

        await fixture.ServesOthersAsync(Cancel);
    }

    [Theory]
    [InlineData("EHLO ")]
    [InlineData("MAIL FROM:<")]
    [InlineData("MAIL FROM:<sender@client.test> SIZE=")]
    [InlineData("RCPT TO:<ann@demo.test> ORCPT=rfc822;")]
    [InlineData("BDAT ")]
    [InlineData("")]
    public async Task A_line_of_ten_megabytes_is_not_kept(string beginning)
    {
        long before = Server.ResidentMemory();
        await using var client = await Server.ClientAsync(Cancel);
        await client.SendAsync(beginning, Cancel);
        byte[] block = Encoding.ASCII.GetBytes(new string('7', 64 * 1024));
        long grown = 0;
        for (int sent = 0; sent < 10 * 1024 * 1024 && await TrySendAsync(client, block); sent += block.Length)
            grown = Math.Max(grown, Server.ResidentMemory() - before);

        Assert.True(grown < Bound, $"an endless line cost {grown / 1024 / 1024} MB");
        await TrySendAsync(client, "\r\n"u8.ToArray());
        string replies = await SaysAsync(client);
        Assert.True(replies.Length == 0 || replies.StartsWith('5') || replies.StartsWith("421", StringComparison.Ordinal), replies);
        await fixture.ServesOthersAsync(Cancel);
    }

    [Theory]
    [InlineData("MAIL FROM:<sender@client.test> SIZE=99999999999999999999999999")]
    [InlineData("MAIL FROM:<sender@client.test> SIZE=9223372036854775808")]
    [InlineData("MAIL FROM:<sender@client.test> SIZE=-1")]
    [InlineData("MAIL FROM:<sender@client.test> SIZE=20000000")]
    [InlineData("MAIL FROM:<sender@client.test> BODY=WHATEVER")]
    [InlineData("MAIL FROM:<sender@client.test> NONSENSE=1")]
    [InlineData("MAIL FROM:<@@>")]
    [InlineData("MAIL FROM:sender@client.test>")]
    [InlineData("MAIL FROM:<sender@client.test")]
    [InlineData("RCPT TO:<ann@demo.test>")]
    [InlineData("BDAT 18446744073709551616 LAST")]
    [InlineData("BDAT -5")]
    [InlineData("BDAT")]
    [InlineData("DATA now")]
    [InlineData("EHLO")]
    [InlineData("WHATEVER")]
    public async Task What_is_wrong_is_refused_with_a_status_and_the_session_goes_on(string command)
    {
        await using var client = await Server.ClientAsync(Cancel);
        string reply = await client.AskAsync(command, "5", Cancel);
        Assert.Matches(@"^5\d\d[ -]5\.\d{1,3}\.\d{1,3} \S", reply);

        if (!command.StartsWith("BDAT", StringComparison.Ordinal))
            await client.AskAsync("NOOP", "250", Cancel);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_read_to_its_end_and_refused()
    {
        long before = Server.ResidentMemory();
        await using var client = await Server.ClientAsync(Cancel);
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 1024)));
        for (int sent = 0; sent < 15 * 1024 * 1024; sent += block.Length)
            await client.SendAsync(block, Cancel);
        await client.SendAsync(".\r\n", Cancel);

        await client.ExpectAsync("552 5.3.4", Cancel);
        await client.AskAsync("NOOP", "250", Cancel);
        Assert.True(Server.ResidentMemory() - before < Bound);
    }

    [Fact]
    public async Task A_line_of_a_megabyte_inside_a_message_and_ten_thousand_fields_are_no_danger()
    {
        await using var client = await Server.ClientAsync(Cancel);
        string mark = $"long-{Guid.NewGuid():N}";
        var message = new StringBuilder($"Subject: {mark}\r\n");
        for (int i = 0; i < 10_000; i++)
            message.Append("X-Field-").Append(i).Append(": ").Append('v', 40).Append("\r\n");
        message.Append("\r\n").Append('x', 1_000_000).Append("\r\n");
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(SmtpSocket.Stuffed(Encoding.ASCII.GetBytes(message.ToString())), Cancel);

        // Taken or refused is a choice; understood it must be.
        string reply = await client.ReadReplyAsync(Cancel) ?? "";
        Assert.Matches(@"^(250|5\d\d) [25]\.\d+\.\d+ ", reply);
        if (reply.StartsWith("250", StringComparison.Ordinal))
        {
            byte[] received = await Server.ReceivedAsync("ann", mark, Cancel);
            Octets.ArrivedAsSent(Encoding.ASCII.GetBytes(message.ToString()), received);
        }

        await fixture.ServesOthersAsync(Cancel);
    }

    [Fact]
    public async Task The_hundred_and_first_recipient_gets_452_and_the_others_stay()
    {
        await using var client = await SmtpSocket.GreetedAsync(Server.Setup.Internal, Cancel);
        await client.AskAsync("MAIL FROM:<ann@demo.test>", "250", Cancel);
        for (int i = 0; i < 100; i++)
            await client.AskAsync($"RCPT TO:<reader{i}@partner.test>", "250", Cancel);

        await client.AskAsync("RCPT TO:<reader100@partner.test>", "452 4.5.3", Cancel);
        await client.AskAsync("RCPT TO:<reader101@partner.test>", "452 4.5.3", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.AskAsync("Subject: too many\r\n\r\nfor one message\r\n.", "250", Cancel);
    }

    [Fact]
    public async Task Endless_mistakes_end_the_session_with_421()
    {
        await using var client = await Server.ClientAsync(Cancel);
        string? reply = "";
        for (int i = 0; i < 1000 && reply is not null && !reply.StartsWith("421", StringComparison.Ordinal); i++)
        {
            await client.SendAsync($"NONSENSE{i}\r\n", Cancel);
            reply = await client.ReadReplyAsync(Cancel);
        }

        Assert.StartsWith("421 4.7.0", reply, StringComparison.Ordinal);
        Assert.True(await client.IsClosedAsync(Cancel));
    }

    [Fact]
    public async Task Nothing_a_client_says_can_forge_a_line_of_the_log()
    {
        await using var client = await Server.ClientAsync(Cancel);
        await client.SendAsync("EHLO x\u001b[2Jy\u0085z\r\n", Cancel);
        await client.ReadReplyAsync(Cancel);
        await client.SendAsync("MAIL FROM:<\"\u001b]0;owned\u0007\"@client.test>\r\n", Cancel);
        await client.ReadReplyAsync(Cancel);
        await fixture.ServesOthersAsync(Cancel);

        Assert.DoesNotContain('\u001b', Server.Said);
        Assert.DoesNotContain('\u0007', Server.Said);
        Assert.DoesNotContain("Unhandled exception", Server.Said, StringComparison.Ordinal);
    }

    private static async Task SendAllAsync(SmtpSocket client, byte[] octets)
    {
        if (await TrySendAsync(client, octets))
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await SaysAsync(client);
    }

    private static async Task<bool> TrySendAsync(SmtpSocket client, ReadOnlyMemory<byte> octets)
    {
        try
        {
            await client.SendAsync(octets, Cancel);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What it still says before it closes; a server with nothing more to say is given half a second.</summary>
    private static async Task<string> SaysAsync(SmtpSocket client)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(500);
        try
        {
            return await client.ReadReplyAsync(patience.Token) ?? "";
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            return "";
        }
    }
}
