using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

/// <summary>A mailbox that is full is told to who is still there to hear it, never by a bounce afterwards.</summary>
public sealed class MailboxFullTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_mailbox_refuses_at_RCPT_a_message_too_large_for_it_by_SIZE_and_both_pass_once_there_is_room()
    {
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = """
                [[account]]
                address = "ann@demo.test"
                quota = "64KB"
                """,
        });
        await using var client = await server.ClientAsync(Cancel);
        byte[] letter = SampleMessage.Large("x@client.test", "ann@demo.test", 50_000);
        await client.SendMessageAsync("", "ann@demo.test", letter, Cancel);
        await server.ReceivedAsync("ann", "A large one", Cancel);

        // 50 KB of 64 KB are used: 20 KB more do not fit, a small letter does.
        await EventuallyAsync(
            server, "522 5.7.1 <ann@demo.test>: Recipient address rejected: Requested mail action aborted: exceeded storage allocation");
        await client.SendMessageAsync("", "ann@demo.test", SampleMessage.Small("second"), Cancel);
        await server.ReceivedAsync("ann", "second", Cancel);
        Assert.Equal(2, server.Delivered("ann").Length);

        foreach (string file in server.Delivered("ann"))
            File.Delete(file);
        File.Delete(Path.Combine(server.Data, "mail", "demo.test", "ann", "maildirsize"));
        await EventuallyAsync(server, "250");
        // Nobody was sent a bounce, and nothing waits.
        Assert.Equal("", (await server.RunAsync(Cancel, "queue", "list", "--json")).Output.Trim());
        Assert.Empty(server.Delivered("bob"));
    }

    /// <summary>What is measured may be some seconds old: the question is repeated until the answer is as expected.</summary>
    private static async Task EventuallyAsync(GatepostServer server, string expected)
    {
        string? last = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await using var client = await server.ClientAsync(Cancel);
                await client.AskAsync("MAIL FROM:<> SIZE=20000", "250", Cancel);
                await client.SendAsync("RCPT TO:<ann@demo.test>\r\n", Cancel);
                last = await client.ReadReplyAsync(Cancel);
                return last?.StartsWith(expected, StringComparison.Ordinal) == true;
            },
            () => $"expected {expected}, last reply {last}",
            Cancel);
    }
}
