using System.Text;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Verbs;

/// <summary>
/// The verbs of the directory, with a server running and without: what they change holds for the next command of any session.
/// </summary>
public sealed class DirectoryVerbTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_domain_with_a_mailbox_is_made_while_the_server_runs_and_takes_mail_and_log_ins_immediately()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);
        await using (var client = await SmtpSocket.GreetedAsync(server.Mx, Cancel))
        {
            await client.AskAsync("MAIL FROM:<x@elsewhere.test>", "250", Cancel);
            await client.AskAsync("RCPT TO:<eve@new.test>", "554 5.7.1 <eve@new.test>: Relay access denied", Cancel);
            await DoneAsync(server, "", "domain", "add", "new.test");
            await DoneAsync(server, "pencil\n", "account", "add", "eve@new.test");
            await client.AskAsync("RCPT TO:<eve@new.test>", "250", Cancel);
            await DoneAsync(
                server, "", "account", "suspend", "eve@new.test", "--receiving", "--why", "unpaid", "--until", "2d", "--by", "carl");
            await client.AskAsync("RSET", "250", Cancel);
            await client.AskAsync("MAIL FROM:<x@elsewhere.test>", "250", Cancel);
            await client.AskAsync(
                "RCPT TO:<eve@new.test>", "554 5.7.1 <eve@new.test>: Recipient address rejected: USER IS SUSPENDED", Cancel);
            await DoneAsync(server, "", "account", "resume", "eve@new.test");
            await DoneAsync(server, "", "block", "add", "sender", "@elsewhere.test", "--why", "three complaints");
            await client.AskAsync("RSET", "250", Cancel);
            await client.AskAsync(
                "MAIL FROM:<x@elsewhere.test>", "554 5.7.1 <x@elsewhere.test>: Sender address rejected: Access denied", Cancel);
        }

        await using (var client = await SmtpSocket.GreetedAsync(server.Submission, Cancel))
        {
            await client.AskAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes("\0eve@new.test\0pencil")), "235", Cancel);
        }

        var listed = await server.RunAsync(Cancel, "block", "list", "--json");
        Assert.Contains("\"name\":\"@elsewhere.test\"", listed.Output, StringComparison.Ordinal);
        Assert.Contains("\"why\":\"three complaints\"", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_verb_called_done_survives_a_killed_server()
    {
        await using var server = new TrialServer();
        await server.StartAsync(Cancel);
        await DoneAsync(server, "", "domain", "add", "new.test");
        await DoneAsync(server, "", "alias", "add", "sales@new.test", "ann@demo.test");
        server.Process.Signal("KILL");
        await server.Process.EndedAsync(TimeSpan.FromSeconds(30), Cancel);

        var shown = await server.RunAsync(Cancel, "alias", "show", "sales@new.test", "--json");
        Assert.Contains("\"targets\":[\"ann@demo.test\"]", shown.Output, StringComparison.Ordinal);
        await server.StartAsync(Cancel);
        await using var client = await SmtpSocket.GreetedAsync(server.Mx, Cancel);
        await client.AskAsync("MAIL FROM:<>", "250", Cancel);
        await client.AskAsync("RCPT TO:<sales@new.test>", "250", Cancel);
    }

    [Fact]
    public async Task Without_a_server_the_verbs_change_the_file_itself_and_ask_before_they_take_away()
    {
        await using var server = new TrialServer();
        await DoneAsync(server, "", "domain", "add", "new.test", "--catch-all", "ann@demo.test");
        await DoneAsync(server, "", "account", "add", "eve@new.test", "--no-password", "--quota", "10MB");
        await DoneAsync(server, "", "forward", "add", "eve@new.test", "bob@demo.test", "--no-copy");

        var asked = await server.RunAsync(Cancel, "account", "remove", "eve@new.test");
        Assert.Equal(1, asked.ExitCode);
        Assert.Contains("say --yes", asked.Errors, StringComparison.Ordinal);
        var loop = await server.RunAsync(Cancel, "forward", "add", "eve@new.test", "other@new.test", "eve@new.test");
        Assert.Equal(0, loop.ExitCode);
        var unknown = await server.RunAsync(Cancel, "account", "set", "evee@new.test", "--quota", "none");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("did you mean eve@new.test?", unknown.Errors, StringComparison.Ordinal);
        var configured = await server.RunAsync(Cancel, "account", "remove", "ann@demo.test", "--yes");
        Assert.Contains("is in the configuration", configured.Errors, StringComparison.Ordinal);
        await DoneAsync(server, "", "account", "remove", "eve@new.test", "--yes");
        Assert.Equal(1, (await server.RunAsync(Cancel, "account", "show", "eve@new.test")).ExitCode);
    }

    private static async Task DoneAsync(TrialServer server, string input, params string[] arguments)
    {
        var finished = await server.FeedAsync(input, Cancel, arguments);
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }
}
