using System.Text;
using System.Text.Json;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Verbs;

/// <summary>Sessions of every kind against the real server, and each found again by each of its words.</summary>
public sealed class FindTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_session_is_found_by_each_of_its_words_beside_the_server_and_after_it()
    {
        await using var server = await StartAsync();
        string refused = await RefusedAsync(server);
        string delivered = await SendAsync(server, "mailer.sending.test", "bob@demo.test", "shop.1@sending.test");
        string deferred = await SendAsync(server, "printer.sending.test", "far@away.test", "print.2@sending.test");
        await FailedLoginAsync(server);
        await Eventually.TrueAsync(
            async () => (await FindAsync(server, "outcome:delivered bob@demo.test")).Count > 0
                && (await FindAsync(server, "outcome:deferred")).Count > 0,
            () => server.Said, Cancel);

        var expected = new Dictionary<string, string[]>
        {
            [refused] = ["nobody@demo.test", "to:nobody@demo.test", "stranger@refused.test", "@refused.test", "host:liar.refused.test",
                "550 5.1.1 refused.test", "recipient-unknown", "mailbox-unknown", "rule:recipient-unknown today",
                "127.0.0.0/24 liar.refused.test", "outcome:refused nobody@demo.test -1h", "text:obody@dem"],
            [delivered] = ["shop.1@sending.test", "<SHOP.1@sending.test>", delivered.ToLowerInvariant(), "bob@demo.test outcome:delivered",
                "mailer.sending.test 127.0.0.1", "from:carol@sending.test to:bob@demo.test", "text:mailer.sen"],
            [deferred] = ["print.2@sending.test", "far@away.test", "outcome:deferred", "@away.test host-unreachable"],
        };
        foreach (bool isRunning in new[] { true, false })
        {
            foreach (var (id, words) in expected)
            {
                foreach (string query in isRunning ? words : words[..2])
                    Assert.True((await FindAsync(server, query)).Contains(id), $"{query} does not lead to {id} (running: {isRunning})");
            }

            var login = Assert.Single(await FindAsync(server, "login:ann@demo.test"));
            Assert.Contains(login, await FindAsync(server, "outcome:refused 535"));
            Assert.Empty(await FindAsync(server, "ghost@nowhere.test"));
            if (isRunning)
            {
                server.Process.Signal("TERM");
                await server.Process.EndedAsync(TimeSpan.FromSeconds(30), Cancel);
            }
        }
    }

    [Fact]
    public async Task The_pasted_text_of_a_refusal_leads_to_it_and_says_who_can_act()
    {
        await using var server = await StartAsync();
        string refused = await RefusedAsync(server);
        const string Pasted =
            "host mx.demo.test said: 550 5.1.1 <nobody@demo.test>: Recipient address rejected: User unknown in virtual alias "
            + "table (in reply to RCPT TO command)";
        Assert.Contains(refused, await FindAsync(server, Pasted));

        var table = await server.RunAsync(Cancel, "find", "nobody@demo.test");
        Assert.Contains(refused, table.Output, StringComparison.Ordinal);
        Assert.Contains("mailbox-unknown", table.Output, StringComparison.Ordinal);
        Assert.Contains("WHO CAN ACT", table.Output, StringComparison.Ordinal);
        Assert.Contains("КТО МОЖЕТ ПОМОЧЬ", (await server.RunAsync(Cancel, "find", "nobody@demo.test", "--lang", "ru")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_and_words_that_cannot_be_read_have_statuses_of_their_own()
    {
        await using var server = await StartAsync();
        Assert.Equal(1, (await server.RunAsync(Cancel, "find", "ghost@nowhere.test")).ExitCode);
        Assert.Equal(64, (await server.RunAsync(Cancel, "find", "outcome:lost")).ExitCode);
        Assert.Equal(64, (await server.RunAsync(Cancel, "find", "--limit", "0", "x@y.test")).ExitCode);
    }

    private static async Task<GatepostServer> StartAsync()
    {
        var made = await ChildProcess.RunAsync("dotnet", [GatepostServer.Program, "password"], Cancel, input: "pencil\n"u8.ToArray());
        return await GatepostServer.StartAsync(Cancel, new GatepostSetup
        {
            Sections = $"""
                [[account]]
                address = "ann@demo.test"
                {made.Output.Trim()}

                [delivery]
                smarthost = "127.0.0.1:1"
                """,
        });
    }

    private static async Task<string> RefusedAsync(GatepostServer server)
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Mx, Cancel, "EHLO liar.refused.test");
        await client.AskAsync("MAIL FROM:<stranger@refused.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<nobody@demo.test>", "550 5.1.1", Cancel);
        await client.AskAsync("QUIT", "221", Cancel);
        string id = "";
        await Eventually.TrueAsync(
            async () => (id = (await FindAsync(server, "nobody@demo.test")).FirstOrDefault() ?? "").Length > 0, () => server.Said, Cancel);
        return id;
    }

    private static async Task<string> SendAsync(GatepostServer server, string helo, string recipient, string messageId)
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel, "EHLO " + helo);
        await client.AskAsync("MAIL FROM:<carol@sending.test>", "250", Cancel);
        await client.AskAsync($"RCPT TO:<{recipient}>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        string kept = await client.AskAsync($"Message-ID:\r\n <{messageId}>\r\nSubject: x\r\n\r\nhello\r\n.", "250", Cancel);
        return kept.Trim().Split(' ')[^1];
    }

    private static async Task FailedLoginAsync(GatepostServer server)
    {
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel, "EHLO phone.test");
        await client.StartTlsAsync(Cancel);
        await client.AskAsync("EHLO phone.test", "250", Cancel);
        await client.AskAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes("\0ann@demo.test\0wrong")), "535", Cancel);
        await client.AskAsync("QUIT", "221", Cancel);
    }

    /// <summary>The ids that are found.</summary>
    private static async Task<IReadOnlyList<string>> FindAsync(GatepostServer server, string query)
    {
        var finished = await server.RunAsync(Cancel, "find", "--json", query);
        Assert.True(finished.ExitCode is 0 or 1, finished.ToString());
        var ids = new List<string>();
        foreach (string line in finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("id", out var id))
                ids.Add(id.GetString()!);
        }

        return ids;
    }
}
