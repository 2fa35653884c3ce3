using System.Text;
using Gatepost.EndToEnd.Components;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Policy;

/// <summary>Passwords that a real Dovecot keeps.</summary>
public sealed class DovecotAuthTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dovecot_says_who_may_log_in_and_while_it_is_away_no_one_is_called_a_liar()
    {
        await using var dovecot = await DovecotInstance.StartAsync(Cancel);
        await using var server = await GatepostServer.StartAsync(Cancel, new()
        {
            Sections = $"""
                [policy]
                dovecot-auth = "unix:{dovecot.AuthSocket}"
                """,
        });

        await using (var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel))
        {
            await client.StartTlsAsync(Cancel);
            string offered = await client.AskAsync("EHLO client.test", "250", Cancel);
            Assert.Contains("AUTH PLAIN LOGIN", offered, StringComparison.Ordinal);
            Assert.DoesNotContain("SCRAM", offered, StringComparison.Ordinal);
            await client.AskAsync(Plain("ann@demo.test", "wrong"), "535 5.7.8 ", Cancel);
            await client.AskAsync(Plain("nobody@demo.test", "pencil"), "535 5.7.8 ", Cancel);
            await client.SendAsync(Plain("ann@demo.test", "pencil") + "\r\n", Cancel);
            string? answer = await client.ReadReplyAsync(Cancel);
            Assert.True(answer?.StartsWith("235 2.7.0 ", StringComparison.Ordinal), $"{answer}\n{dovecot.Log}");
            // The name Dovecot gives back is the login, and it owns what the directory says it owns.
            await client.SendAsync("MAIL FROM:<bob@demo.test>\r\n", Cancel);
            Assert.Matches(
                "^553 5.7.1 <bob@demo.test>: Sender address rejected: not owned by user ann", await client.ReadReplyAsync(Cancel));
        }

        // Names that would mean something else in Dovecot's protocol, or in a format string, are just unknown.
        foreach (string stranger in new[] { "bob@demo.test", "ann@demo.test\tnologin", "eve@demo.test\nOK\t1", "{0}%s@demo.test" })
        {
            await using var client = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
            await client.AskAsync(Plain(stranger, "pencil"), "535 5.7.8 ", Cancel);
        }

        // A bare name is one of the default domain.
        await using (var bare = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel))
        {
            await bare.AskAsync(Plain("ann", "pencil"), "235 2.7.0 ", Cancel);
            await bare.SendMessageAsync("ann@demo.test", "bob@demo.test", SampleMessage.Small("by Dovecot"), Cancel);
            await server.ReceivedAsync("bob", "by Dovecot", Cancel);
        }

        await dovecot.DisposeAsync();
        await using var later = await SmtpSocket.GreetedAsync(server.Setup.Submission, Cancel);
        await later.StartTlsAsync(Cancel);
        await later.AskAsync("EHLO client.test", "250", Cancel);
        await later.AskAsync(Plain("ann@demo.test", "pencil"), "454 4.7.0 ", Cancel);
    }

    private static string Plain(string user, string password) =>
        "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
}
