using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Operation;

/// <summary>What an administrator does to a running server.</summary>
public sealed class OperationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("signal")]
    [InlineData("verb")]
    public async Task A_reload_changes_the_rules_under_a_session_and_drops_no_one(string how)
    {
        await using var server = await GatepostServer.StartAsync(Cancel);
        await using var client = await server.ClientAsync(Cancel);
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<zoe@demo.test>", "5", Cancel);

        server.Setup.Sections = """
            [[domain]]
            name = "more.test"
            mailboxes = ["zoe"]
            """;
        server.WriteConfiguration();
        if (how == "signal")
            server.Process.Signal("HUP");
        else
            Assert.Equal(0, (await server.RunAsync(Cancel, "reload")).ExitCode);

        await Eventually.TrueAsync(
            async () =>
            {
                await using var probe = await server.ClientAsync(Cancel);
                await probe.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
                await probe.SendAsync("RCPT TO:<zoe@more.test>\r\n", Cancel);
                return (await probe.ReadReplyAsync(Cancel))!.StartsWith("250", StringComparison.Ordinal);
            },
            () => server.Said,
            Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(SmtpSocket.Stuffed(SampleMessage.Small("across the reload")), Cancel);
        await client.ExpectAsync("250", Cancel);
        await server.ReceivedAsync("ann", "across the reload", Cancel);
    }

    [Fact]
    public async Task A_bad_file_leaves_the_old_one_in_force_and_names_every_line()
    {
        await using var server = await GatepostServer.StartAsync(Cancel);
        await using var client = await server.ClientAsync(Cancel);
        server.Setup.Sections = $"""
            [limits]
            recipients = "many"
            recipient = 3

            [[listener]]
            role = "mx"
            address = "127.0.0.1:{server.Setup.Mx}"
            proxy-from = ["127.0.0.1/8"]

            [[certificate]]
            file = "{server.Scratch.Write("broken.pem", "no certificate")}"
            key = "{server.Tls.KeyFile}"

            [[rule]]
            name = "greylist"

            [[domain]]
            name = "house.test"
            aliases = {"{"} x = "y", y = "x", z = "nobody" {"}"}
            """;
        server.WriteConfiguration();

        var reload = await server.RunAsync(Cancel, "reload");

        Assert.NotEqual(0, reload.ExitCode);
        string told = reload.Output + reload.Errors;
        string[] lines = [.. told.Split('\n').Where(line => System.Text.RegularExpressions.Regex.IsMatch(line, @"gatepost\.toml:\d+: "))];
        string[] faults =
            ["recipients is", "no key recipient", "is taken by the listener at line", "bits behind the prefix must be 0", "broken.pem",
                "did you mean \"greylisted\"?", "go round in a loop", "leads to nobody@house.test"];
        Assert.All(faults, fault =>
            Assert.True(lines.Any(line => line.Contains(fault, StringComparison.Ordinal)), $"not told: {fault}\n{told}"));
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("old rules"), Cancel);
        await using var second = await server.ClientAsync(Cancel);
    }

    [Fact]
    public async Task SIGTERM_tells_every_session_421_and_leaves_the_queue_clean()
    {
        await using var peer = ScriptedPeer.Start(new() { Greeting = "421 4.3.2 Not now" });
        await using var server = await GatepostServer.StartAsync(Cancel, new() { Sections = Errors.PeerDeathTests.RetryingTo(peer.Port) });
        await using var sender = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        await sender.SendMessageAsync("ann@demo.test", "bob@partner.test", SampleMessage.Small("kept over the restart"), Cancel);
        await using var idle = await server.ClientAsync(Cancel);

        server.Process.Signal("TERM");

        await idle.ExpectAsync("421 4.3.2", Cancel);
        Assert.True(await idle.IsClosedAsync(Cancel));
        await server.Process.EndedAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal(0, server.Process.ExitCode);

        await server.StartAgainAsync(Cancel);
        Assert.Contains("bob@partner.test", (await server.RunAsync(Cancel, "queue", "list", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_in_the_middle_of_DATA_is_not_cut_off_by_SIGTERM()
    {
        await using var server = await GatepostServer.StartAsync(Cancel);
        await using var client = await server.ClientAsync(Cancel);
        byte[] wire = SmtpSocket.Stuffed(SampleMessage.Small("finished in time"));
        await client.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await client.AskAsync("RCPT TO:<ann@demo.test>", "250", Cancel);
        await client.AskAsync("DATA", "354", Cancel);
        await client.SendAsync(wire.AsMemory(..20), Cancel);

        server.Process.Signal("TERM");
        await Task.Delay(200, Cancel);
        await client.SendAsync(wire.AsMemory(20..), Cancel);

        // Kept and told so, or told 421: never a 250 for nothing, never silence.
        string reply = await client.ReadReplyAsync(Cancel) ?? "";
        await server.Process.EndedAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Matches("^250 |^421 4\\.3\\.2 ", reply);
        await server.StartAgainAsync(Cancel);
        if (reply.StartsWith("250", StringComparison.Ordinal))
            await server.ReceivedAsync("ann", "finished in time", Cancel);
    }

    [Fact]
    public async Task Queued_mail_is_listed_held_released_and_dropped_by_verbs()
    {
        bool open = false;
        await using var peer =
            ScriptedPeer.Start(
                new()
                {
                    Answer = line => line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase) && !Volatile.Read(ref open)
                    ? "451 4.7.1 <patience@partner.test>: come back later" : null
                });
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [queue]
                retry-first = "1h"

                [delivery]
                smarthost = "127.0.0.1:{peer.Port}"
                """,
        });
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        string kept = QueueId(
            await client.SendMessageAsync("ann@demo.test", "patience@partner.test", SampleMessage.Small("held and released"), Cancel));
        string dropped = QueueId(
            await client.SendMessageAsync("ann@demo.test", "dropped@partner.test", SampleMessage.Small("dropped"), Cancel));

        // The remote's own words stand in the list.
        await Eventually.TrueAsync(async () => (await server.RunAsync(Cancel, "queue", "list", "--json")).Output.Split("come back later")
            .Length > 2, () => server.Said, Cancel);
        var shown = await server.RunAsync(Cancel, "queue", "show", kept);
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("come back later", shown.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await server.RunAsync(Cancel, "queue", "drop", dropped, "--yes")).ExitCode);
        Assert.DoesNotContain(dropped, (await server.RunAsync(Cancel, "queue", "list", "--json")).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await server.RunAsync(Cancel, "queue", "hold", kept)).ExitCode);
        Volatile.Write(ref open, true);
        await server.RunAsync(Cancel, "queue", "retry", kept);
        Assert.Contains(kept, (await server.RunAsync(Cancel, "queue", "list", "--json")).Output, StringComparison.Ordinal);
        Assert.Empty(peer.Taken);

        Assert.Equal(0, (await server.RunAsync(Cancel, "queue", "release", kept)).ExitCode);
        await server.RunAsync(Cancel, "queue", "retry", kept);
        await Eventually.TrueAsync(() => peer.Taken.Count == 1, () => server.Said, Cancel);
        await Errors.PeerDeathTests.QueueIsEmptyAsync(server);
        Assert.Empty(server.Delivered("ann"));
    }

    [Fact]
    public async Task An_administrators_bounce_tells_the_sender()
    {
        await using var peer = ScriptedPeer.Start(new() { Greeting = "421 4.3.2 Not now" });
        await using var server = await GatepostServer.StartAsync(
            Cancel, new() { Sections = $"[delivery]\nsmarthost = \"127.0.0.1:{peer.Port}\"" });
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        string id = QueueId(await client.SendMessageAsync("ann@demo.test", "bob@partner.test", SampleMessage.Small("given up"), Cancel));

        // A recipient that is being tried just now is nobody's to give back; the verb says that nothing matched, and is repeated.
        await Eventually.TrueAsync(async () => (await server.RunAsync(Cancel, "queue", "bounce", id, "--yes")).ExitCode == 0, () =>
            server.Said, Cancel);

        string bounce = Encoding.UTF8.GetString(await server.ReceivedAsync("ann", "multipart/report", Cancel));
        Assert.Contains("bob@partner.test", bounce, StringComparison.Ordinal);
        await Errors.PeerDeathTests.QueueIsEmptyAsync(server);
    }

    [Fact]
    public async Task Trace_tells_the_whole_story_of_a_message_and_of_a_refusal()
    {
        await using var peer =
            ScriptedPeer.Start(
                new()
                {
                    Answer = line =>
                    line.Contains("<gone@", StringComparison.Ordinal) ? "550 5.1.1 <gone@partner.test>: nobody of that name here" : null
                });
        await using var server = await GatepostServer.StartAsync(
            Cancel, new() { Sections = $"[delivery]\nsmarthost = \"127.0.0.1:{peer.Port}\"" });
        await using var client = await SmtpSocket.GreetedAsync(server.Setup.Internal, Cancel);
        string id = QueueId(await client.SendMessageAsync("ann@demo.test", "gone@partner.test", SampleMessage.Small("traced"), Cancel));
        await server.ReceivedAsync("ann", "multipart/report", Cancel);
        await using var stranger = await server.ClientAsync(Cancel);
        await stranger.AskAsync("MAIL FROM:<sender@client.test>", "250", Cancel);
        await stranger.AskAsync("RCPT TO:<other@elsewhere.test>", "5", Cancel);

        string story = await StoryAsync(server, id, "nobody of that name here");
        Assert.Contains("127.0.0.1", story, StringComparison.Ordinal);
        Assert.Contains("MAIL FROM:<ann@demo.test>", story, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("gone@partner.test", story, StringComparison.Ordinal);

        string refusal = await StoryAsync(server, "other@elsewhere.test", "RCPT TO:<other@elsewhere.test>");
        Assert.Contains("relay", refusal, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Health_and_metrics_answer()
    {
        await using var server = await GatepostServer.StartAsync(Cancel);
        await using var client = await server.ClientAsync(Cancel);
        await client.SendMessageAsync("sender@client.test", "ann@demo.test", SampleMessage.Small("counted"), Cancel);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Setup.Http}") };

        Assert.True((await http.GetAsync("/health", Cancel)).IsSuccessStatusCode);
        Assert.Contains("gatepost_", await http.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    /// <summary>The trace, once the journal has written what is looked for.</summary>
    private static async Task<string> StoryAsync(GatepostServer server, string subject, string awaited)
    {
        string story = "";
        await Eventually.TrueAsync(
            async () =>
                (story = (await server.RunAsync(Cancel, "trace", subject)).Output).Contains(awaited, StringComparison.OrdinalIgnoreCase),
            () => story + server.Said,
            Cancel,
            $"the trace of {subject} tells \"{awaited}\"");
        return story;
    }

    /// <summary>From "250 2.0.0 Ok: queued as ID".</summary>
    private static string QueueId(string reply) => reply[(reply.LastIndexOf(' ') + 1)..];
}
