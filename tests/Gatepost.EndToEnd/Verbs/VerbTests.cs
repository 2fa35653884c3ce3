using System.Text.Json;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Verbs;

/// <summary>What the program's verbs do to a real server, and without one; exit statuses are those of docs/manual/gatepost.md.</summary>
public sealed class VerbTests
{
    /// <summary>Mail for elsewhere goes nowhere and waits.</summary>
    private const string NobodyListens = """
        [delivery]
        smarthost = "127.0.0.1:1"
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_server_over_the_same_folder_or_port_is_told_why_it_cannot_start()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);

        var sameFolder = await server.RunAsync(Cancel, "serve");
        Assert.Equal(69, sameFolder.ExitCode);
        Assert.Contains("in use by process", sameFolder.Errors, StringComparison.Ordinal);

        using var elsewhere = new ScratchFolder();
        var samePort = await server.RunAsync(Cancel, "serve", "--data", elsewhere["data"]);
        Assert.Equal(69, samePort.ExitCode);
        Assert.Contains($"127.0.0.1:{server.Mx}", samePort.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", sameFolder.Errors + samePort.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sendmail_says_0_only_for_what_is_safe_and_67_for_what_was_refused()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);

        var kept = await server.FeedAsync("Subject: by sendmail\nTo: ann@demo.test\nBcc: bob@demo.test\n\n.hello\n.\nnever seen\n", Cancel,
            "sendmail", "-t", "-F", "Юля");
        Assert.True(kept.ExitCode == 0, kept.ToString());
        string message = await server.ReceivedAsync("bob", "by sendmail", Cancel);
        Assert.Contains("\n.hello", message, StringComparison.Ordinal);
        Assert.DoesNotContain("never seen", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Bcc", message, StringComparison.OrdinalIgnoreCase);
        Assert.Matches("(?m)^Message-I[Dd]: ", message);
        Assert.Matches("(?m)^Date: ", message);
        Assert.Matches(@"(?m)^From: =\?utf-8\?", message);

        var refused = await server.FeedAsync("Subject: x\n\nhello\n", Cancel, "sendmail", "nobody@demo.test", "ann@demo.test");
        Assert.Equal(67, refused.ExitCode);
        Assert.Contains("nobody@demo.test: 550 5.1.1", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("nothing was sent", refused.Errors, StringComparison.Ordinal);

        Assert.Equal(64, (await server.FeedAsync("Subject: x\n\nhello\n", Cancel, "sendmail")).ExitCode);
        Assert.Equal(65, (await server.FeedAsync("To: <<>>@@\n\nhello\n", Cancel, "sendmail", "-t")).ExitCode);
    }

    [Fact]
    public async Task Sendmail_without_a_server_is_a_temporary_failure_in_a_clear_sentence()
    {
        await using var server = new TrialServer();
        var failed = await server.FeedAsync("Subject: x\n\nhello\n", Cancel, "sendmail", "ann@demo.test");
        Assert.Equal(75, failed.ExitCode);
        Assert.Contains("no mail server runs", failed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sendmail_bs_is_a_conversation_on_standard_input_and_output()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);
        var spoken = await server.FeedAsync(
            "EHLO here.test\r\nMAIL FROM:<ann@demo.test>\r\nRCPT TO:<bob@demo.test>\r\nDATA\r\nSubject: by "
            + "bs\r\n\r\nhello\r\n.\r\nQUIT\r\n", Cancel, "sendmail", "-bs");
        Assert.True(spoken.ExitCode == 0, spoken.ToString());
        Assert.Contains("250 2.0.0 Ok: queued as", spoken.Output, StringComparison.Ordinal);
        await server.ReceivedAsync("bob", "by bs", Cancel);
    }

    [Fact]
    public async Task The_queue_is_shown_and_changed_with_and_without_a_running_server_and_the_trace_keeps_who_did_what()
    {
        await using var server = new TrialServer(NobodyListens);
        await server.StartAsync(Cancel);
        await server.FeedAsync(
            "Subject: x\n\nhello\n", Cancel, "sendmail", "-f", "ann@demo.test", "far@elsewhere.example", "off@elsewhere.example");
        string id = await server.QueueIdAsync(Cancel);
        await Eventually.TrueAsync(async () => (await server.RunAsync(Cancel, "queue", "show", id))
            .Output.Contains("next-host-unreachable", StringComparison.Ordinal), () => server.Said, Cancel);

        var grouped = JsonDocument.Parse(
            (await server.RunAsync(Cancel, "queue", "list", "--by", "reason", "--json", "--lang", "ru")).Output).RootElement;
        Assert.Equal(("host-unreachable", 2), (grouped.GetProperty("group").GetString(), grouped.GetProperty("recipients").GetInt32()));
        Assert.Matches(@"\p{IsCyrillic}", grouped.GetProperty("meaning").GetString());

        Assert.Equal(0, (await server.RunAsync(Cancel, "queue", "hold", "--recipient", "far@elsewhere.example")).ExitCode);
        Assert.Equal(64, (await server.RunAsync(Cancel, "queue", "hold")).ExitCode);
        var unasked = await server.RunAsync(Cancel, "queue", "drop", id);
        Assert.Equal(1, unasked.ExitCode);
        Assert.Contains("2 recipients of 1 message without notifying anybody: say --yes", unasked.Errors, StringComparison.Ordinal);

        await server.StopAsync(Cancel);
        Assert.Equal(0, server.Process.ExitCode);
        Assert.Contains("held", (await server.RunAsync(Cancel, "queue", "list", "--held")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(Cancel, "queue", "release", id)).ExitCode);
        Assert.Equal(69, (await server.RunAsync(Cancel, "queue", "bounce", id, "--yes")).ExitCode);
        Assert.Equal(0, (await server.RunAsync(Cancel, "queue", "drop", id, "--yes")).ExitCode);
        Assert.Equal(1, (await server.RunAsync(Cancel, "queue", "show", id)).ExitCode);

        string story = (await server.RunAsync(Cancel, "trace", id)).Output;
        foreach (
            string told in new[] { "MAIL FROM:<ann@demo.test>", "Connection refused", "Meaning:", "put on hold by the administrator",
                "released by the administrator", "dropped without notice by the administrator" })
            Assert.Contains(told, story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_shows_the_record_of_a_text_that_carries_our_id_and_of_no_other()
    {
        await using var server = new TrialServer(NobodyListens);
        await server.StartAsync(Cancel);
        string reply;
        await using (var client = await SmtpSocket.GreetedAsync(server.Mx, Cancel))
        {
            await client.AskAsync("MAIL FROM:<you@example.org>", "250", Cancel);
            await client.SendAsync("RCPT TO:<nobody@demo.test>\r\n", Cancel);
            reply = (await client.ReadReplyAsync(Cancel))!.TrimEnd();
        }

        string verdict = reply[(reply.IndexOf("[G-", StringComparison.Ordinal) + 1)..reply.IndexOf(']')];
        string told = (await server.RunAsync(Cancel, "explain", reply, "--lang", "en")).Output;
        Assert.Contains($"The record of this server (gatepost trace {verdict}):", told, StringComparison.Ordinal);
        Assert.Contains("sender: <you@example.org>", told, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await server.RunAsync(Cancel, "explain", "--json", reply)).Output).RootElement
            .GetProperty("reports")[0];
        Assert.Equal(verdict, json.GetProperty("record")[0].GetProperty("verdict").GetString());

        // The same without a server, from the files of the data folder
        await server.StopAsync(Cancel);
        Assert.Contains("sender: <you@example.org>", (await server.RunAsync(Cancel, "explain", reply)).Output, StringComparison.Ordinal);

        string foreign = (await server.RunAsync(Cancel, "explain", "550 5.1.1 <nobody@demo.test>: User unknown")).Output;
        Assert.DoesNotContain("gatepost trace", foreign, StringComparison.Ordinal);
        string elsewhere = (await server.RunAsync(Cancel, "explain", "550 5.1.1 User unknown [G-00000000]", "--lang", "en")).Output;
        Assert.Contains("At that server, gatepost trace G-00000000 shows the whole record.", elsewhere, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_id_read_off_a_reply_opens_the_refused_session()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);
        await using var client = await SmtpSocket.GreetedAsync(server.Mx, Cancel);
        await client.AskAsync("MAIL FROM:<you@example.org>", "250", Cancel);
        await client.SendAsync("RCPT TO:<nobody@demo.test>\r\n", Cancel);
        string reply = (await client.ReadReplyAsync(Cancel))!;
        string verdict = reply[(reply.IndexOf("[G-", StringComparison.Ordinal) + 1)..reply.IndexOf(']')];

        var lines = (await server.RunAsync(Cancel, "trace", verdict, "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var refusal = Assert.Single(lines, line =>
            line.TryGetProperty("verdict", out var id) && id.GetString() == verdict && line.GetProperty("kind").GetString() == "verdict");
        Assert.Equal("recipient-unknown", refusal.GetProperty("rule").GetString());
        Assert.Contains(lines, line => line.TryGetProperty("meaning", out var meaning) && meaning.GetString()!.Length > 20);
        Assert.Equal(1, (await server.RunAsync(Cancel, "trace", "G-NOTHERE")).ExitCode);

        // One refusal and nothing of the conversation around it; the same is found by sender, recipient, address and time
        string record = (await server.RunAsync(Cancel, "trace", verdict.ToLowerInvariant(), "--lang", "en")).Output;
        Assert.Contains("sender: <you@example.org>", record, StringComparison.Ordinal);
        Assert.Contains("would pass: a mailbox or alias of that name, or a catch-all", record, StringComparison.Ordinal);
        Assert.Contains("no objection: ", record, StringComparison.Ordinal);
        Assert.DoesNotContain("MAIL FROM", record, StringComparison.Ordinal);
        Assert.Contains("прошло бы: ящик или псевдоним с таким именем", (await server.RunAsync(Cancel, "trace", verdict, "--lang", "ru"))
            .Output, StringComparison.Ordinal);
        foreach (
            string[] way in (string[][])[["you@example.org"], ["nobody@demo.test"], ["127.0.0.1"], ["--since", "10m"],
                ["@demo.test", "--since", "10m", "--until", "0s"]])
        {
            var told = await server.RunAsync(Cancel, ["trace", .. way]);
            Assert.True(
                told.Output.Contains(verdict, StringComparison.Ordinal), $"trace {string.Join(' ', way)}: {told.Output}{told.Errors}");
        }

        Assert.Equal(1, (await server.RunAsync(Cancel, "trace", "you@example.org", "--until", "10m")).ExitCode);
        Assert.Equal(64, (await server.RunAsync(Cancel, "trace")).ExitCode);
    }

    [Fact]
    public async Task Trace_follows_what_happens_next()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);
        await using var follower = ChildProcess.Start(
            "dotnet", [TrialServer.Program, "trace", "ann@demo.test", "--follow", "--json", "--config", server.File]);
        await server.FeedAsync("Subject: watched\n\nhello\n", Cancel, "sendmail", "ann@demo.test");
        await follower.SaidAsync("\"kind\":\"accepted\"", Cancel);
        await follower.SaidAsync("\"kind\":\"delivered\"", Cancel);
        Assert.False(follower.HasExited);
    }

    [Fact]
    public async Task Paused_delivery_keeps_what_arrives_and_a_reload_lets_it_go()
    {
        await using var server = new TrialServer("[delivery]\npaused = true");
        await server.StartAsync(Cancel);
        await server.FeedAsync("Subject: patient\n\nhello\n", Cancel, "sendmail", "ann@demo.test");
        Assert.NotEmpty(await server.QueueIdAsync(Cancel));

        File.WriteAllText(server.File, File.ReadAllText(server.File).Replace("paused = true", "paused = false", StringComparison.Ordinal));
        Assert.Equal(0, (await server.RunAsync(Cancel, "reload")).ExitCode);
        await server.ReceivedAsync("ann", "patient", Cancel);
    }

    [Fact]
    public async Task A_bad_file_reloads_nothing_and_says_78_with_every_fault()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);
        File.AppendAllText(server.File, "\n[limits]\nrecipients = \"many\"\nerors = 3\n");
        var reload = await server.RunAsync(Cancel, "reload");
        Assert.Equal(78, reload.ExitCode);
        Assert.Contains("recipients is a text", reload.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean errors?", reload.Errors, StringComparison.Ordinal);
        Assert.Contains("stays in force", reload.Errors, StringComparison.Ordinal);
        await server.Process.SaidAsync("^ready$", Cancel);
        await Eventually.TrueAsync(() => server.Process.Errors.Contains("did you mean errors?", StringComparison.Ordinal), () =>
            server.Said, Cancel);
        Assert.Equal(78, (await server.RunAsync(Cancel, "config", "check")).ExitCode);
    }

    [Fact]
    public async Task Health_and_metrics_tell_and_the_control_socket_is_for_its_own_user_and_group()
    {
        await using var server = new TrialServer(NobodyListens);
        await server.StartAsync(Cancel);
        await server.FeedAsync("Subject: x\n\nhello\n", Cancel, "sendmail", "ann@demo.test", "far@elsewhere.example");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Http}") };

        var health = JsonDocument.Parse(await http.GetStringAsync("/health", Cancel)).RootElement;
        Assert.True(health.GetProperty("ok").GetBoolean());
        Assert.Equal(["store", "queue", "disk", "journal"], health.GetProperty("checks").EnumerateArray()
            .Select(check => check.GetProperty("name").GetString()));
        await Eventually.TrueAsync(async () => (await http.GetStringAsync("/metrics", Cancel))
            .Contains("gatepost_queue_recipients 1\n", StringComparison.Ordinal), () => server.Said, Cancel);
        Assert.Contains(
            "gatepost_replies_given_total{entry=\"queued\"} 1", await http.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.PostAsync("/v1/reload", null, Cancel)).StatusCode);
        Assert.Equal(
            (UnixFileMode)0b110_110_000, File.GetUnixFileMode(Path.Combine(Path.GetDirectoryName(server.File)!, "data", "control.sock")));
    }
}
