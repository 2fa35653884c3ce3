using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

/// <summary>Somebody has ann's password and ten thousand messages to send.</summary>
public sealed class HijackedAccountTests
{
    private const int Sessions = 8, MessagesASession = 1_250, Quota = 300;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_messages_get_exactly_the_quota_through_and_others_send_meanwhile()
    {
        var made = await ChildProcess.RunAsync(
            "dotnet", [GatepostServer.Program, "password", "--no-scram"], Cancel, input: "pencil\n"u8.ToArray());
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [policy]
                recipients-per-user = {Quota}

                [limits]
                refusals = 1000000

                [[account]]
                address = "ann@demo.test"
                {made.Output.Trim()}

                [[account]]
                address = "bob@demo.test"
                {made.Output.Trim()}
                """,
        });

        using var attackEnds = new CancellationTokenSource();
        var attacks = Enumerable.Range(0, Sessions).Select(_ => AttackAsync(server)).ToArray();
        var other = SendWhileAsync(server, attackEnds.Token);
        int through = (await Task.WhenAll(attacks)).Sum();
        await attackEnds.CancelAsync();
        int sent = await other;

        Assert.Equal(Quota, through);
        Assert.True(sent > 0, "the other user sent nothing while the attack went on");
        await Eventually.TrueAsync(() => server.Delivered("bob").Length == Quota && server.Delivered("ann").Length == sent, () =>
            server.Said, Cancel);

        // What was counted outlives the process, however that ends.
        await server.KillAsync();
        await server.StartAgainAsync(Cancel);
        await using var again = await LoggedInAsync(server, "ann@demo.test");
        await again.AskAsync("MAIL FROM:<ann@demo.test>", "250", Cancel);
        string refused = await again.AskAsync(
            "RCPT TO:<bob@demo.test>", "550 5.4.6 <bob@demo.test>: Recipient address rejected: Hourly sending quota exceeded", Cancel);
        Assert.Contains($"({Quota} of {Quota} in 60 minutes, free again at ", refused, StringComparison.Ordinal);
        string id = refused[refused.IndexOf("G-", StringComparison.Ordinal)..].TrimEnd(']');
        var trace = await server.RunAsync(Cancel, "trace", id);
        Assert.Contains("user-quota-exceeded", trace.Output, StringComparison.Ordinal);
    }

    /// <summary>Comes back as often as it is shown the door.</summary>
    /// <returns>Messages that came through.</returns>
    private static async Task<int> AttackAsync(GatepostServer server)
    {
        int through = 0;
        for (int tried = 0; tried < MessagesASession;)
        {
            await using var client = await LoggedInAsync(server, "ann@demo.test");
            while (tried < MessagesASession && await TryAsync(client) is { } passed)
            {
                tried++;
                through += passed ? 1 : 0;
            }
        }

        return through;
    }

    /// <returns>Whether the message came through; null if the session is over.</returns>
    private static async Task<bool?> TryAsync(SmtpSocket client)
    {
        await client.SendAsync("RSET\r\nMAIL FROM:<ann@demo.test>\r\nRCPT TO:<bob@demo.test>\r\n", Cancel);
        string? answer = null;
        for (int i = 0; i < 3; i++)
        {
            answer = await client.ReadReplyAsync(Cancel);
            if (answer is null || answer.StartsWith("421", StringComparison.Ordinal))
                return null;
        }

        if (!answer!.StartsWith("250", StringComparison.Ordinal))
        {
            Assert.StartsWith("550 5.4.6 ", answer, StringComparison.Ordinal);
            return false;
        }

        await client.AskAsync("DATA", "354", Cancel);
        await client.AskAsync("From: ann@demo.test\r\nSubject: offer\r\n\r\nBuy\r\n.", "250", Cancel);
        return true;
    }

    /// <returns>Messages sent, each of which must be taken.</returns>
    private static async Task<int> SendWhileAsync(GatepostServer server, CancellationToken attackEnds)
    {
        await using var client = await LoggedInAsync(server, "bob@demo.test");
        int sent = 0;
        while (!attackEnds.IsCancellationRequested && sent < Quota)
        {
            await client.SendMessageAsync(
                "bob@demo.test", "ann@demo.test", "From: bob@demo.test\r\nSubject: work\r\n\r\nHello\r\n"u8.ToArray(), Cancel);
            sent++;
            await Task.Delay(20, Cancel);
        }

        return sent;
    }

    private static async Task<SmtpSocket> LoggedInAsync(GatepostServer server, string user)
    {
        var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        await client.StartTlsAsync(Cancel);
        await client.AskAsync("EHLO client.test", "250", Cancel);
        await client.AskAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0pencil")), "235", Cancel);
        return client;
    }
}
