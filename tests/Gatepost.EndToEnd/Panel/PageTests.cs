using System.Net;
using System.Text.RegularExpressions;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Panel;

/// <summary>What the pages show an operator, and what a change does.</summary>
public sealed class PageTests(PanelServerFixture desk) : IClassFixture<PanelServerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refusal_is_found_explained_and_answered_in_both_languages()
    {
        await using (var sender = await SmtpSocket.GreetedAsync(desk.Server.Setup.Mx, Cancel))
        {
            await sender.AskAsync("MAIL FROM:<customer@far.test>", "250", Cancel);
            await sender.AskAsync("RCPT TO:<nobody@demo.test>", "550", Cancel);
        }

        await desk.FoundAsync("refused", Cancel, "nobody@demo.test");
        using var client = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);

        // The text of the reply is enough to find it.
        var pasted = await client.PostAsync(
            "/search", Cancel, ("q", "550 5.1.1 <nobody@demo.test>: Recipient address rejected: User unknown in virtual alias table"));
        string path = Regex.Match(pasted.Html, "/story/[^\"]+").Value;
        var story = await client.GetAsync(path, Cancel);
        Assert.Contains("There is no mailbox or alias with this address here", story.Text, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<nobody@demo.test>", story.Text, StringComparison.Ordinal);
        Assert.Contains("Answer for the customer", story.Text, StringComparison.Ordinal);

        var russian = await client.GetAsync(path + "?answer=ru&raw=1", Cancel);
        Assert.Contains("Здесь нет ни ящика, ни псевдонима с таким адресом", russian.Text, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"verdict\"", russian.Text, StringComparison.Ordinal);

        var overview = await client.GetAsync("/", Cancel);
        Assert.Contains("recipient-unknown", overview.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_clients_text_is_only_text()
    {
        const string Script = "<script>alert(1)</script>";
        await using (var sender = await SmtpSocket.GreetedAsync(desk.Server.Setup.Mx, Cancel, "HELO <img/src=x/onerror=alert(1)>"))
        {
            await sender.SendAsync($"MAIL FROM:<\"{Script}\"@far.test>\r\n", Cancel);
            await sender.ReadReplyAsync(Cancel);
            await sender.SendAsync($"RCPT TO:<\"\u202e{Script}\"@demo.test>\r\n", Cancel);
            await sender.ReadReplyAsync(Cancel);
            await sender.SendAsync($"{Script}\u0001\r\n", Cancel);
            await sender.ReadReplyAsync(Cancel);
        }

        await desk.FoundAsync("script", Cancel, "text:script");
        using var client = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);
        var list = await client.GetAsync("/search?q=text:script", Cancel);
        var paths = Regex.Matches(list.Html, "/story/[^\"]+").Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(paths);
        foreach (
            var page in new[] { list, await client.GetAsync(paths[0] + "?raw=1", Cancel),
                await client.GetAsync("/search?q=" + Script, Cancel) })
        {
            Assert.Contains("script", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain('\u202e', page.Text);
            Assert.DoesNotContain('\u0001', page.Text);
        }
    }

    [Fact]
    public async Task A_group_of_the_queue_is_held_released_and_dropped_after_a_look_at_what_it_is()
    {
        string id = await desk.SendAsync(PanelServerFixture.User, "someone@far.test", "EHLO demo.test");
        using var client = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);
        Assert.Contains("127.0.0.1", (await client.GetAsync("/queue", Cancel)).Text, StringComparison.Ordinal);

        var preview = await client.GetAsync("/queue/hold?id=" + id, Cancel);
        Assert.Contains("1 recipient, 1 message", preview.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("held", (await desk.Server.RunAsync(Cancel, "queue", "show", id)).Output, StringComparison.Ordinal);

        Assert.Equal("/queue", (await client.PostAsync("/queue/hold", Cancel, ("id", id))).Location);
        Assert.Contains("1 recipient held", (await client.GetAsync("/queue", Cancel)).Text, StringComparison.Ordinal);
        Assert.Contains("held", (await desk.Server.RunAsync(Cancel, "queue", "show", id)).Output, StringComparison.Ordinal);

        await client.PostAsync("/queue/drop", Cancel, ("id", id));
        Assert.NotEqual(0, (await desk.Server.RunAsync(Cancel, "queue", "show", id)).ExitCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("/queue/explode", Cancel, ("id", id))).Status);
    }
}
