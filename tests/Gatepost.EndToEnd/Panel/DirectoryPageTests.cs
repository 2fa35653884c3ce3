using System.Net;
using System.Text.RegularExpressions;
using Gatepost.EndToEnd.Harness;
using Xunit;

namespace Gatepost.EndToEnd.Panel;

/// <summary>Directory, rules, explain, the catalogue and the page of one refusal.</summary>
public sealed class DirectoryPageTests(PanelServerFixture desk) : IClassFixture<PanelServerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_changes_their_domain_and_no_other()
    {
        using var client = await desk.SignedInAsync(PanelServerFixture.Administrator, Cancel);
        await client.GetAsync("/directory?what=alias", Cancel);

        var added = await client.PostAsync(
            "/directory/alias", Cancel, ("address", "info@demo.test"), ("targets", PanelServerFixture.User));
        Assert.Equal("/directory?what=alias", added.Location);
        Assert.Contains("info@demo.test", (await client.GetAsync(added.Location!, Cancel)).Text, StringComparison.Ordinal);
        await using (var sender = await SmtpSocket.GreetedAsync(desk.Server.Setup.Mx, Cancel))
        {
            await sender.AskAsync("MAIL FROM:<customer@far.test>", "250", Cancel);
            await sender.AskAsync("RCPT TO:<info@demo.test>", "250", Cancel);
        }

        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("/directory/alias", [("address", "info@other.test"), ("targets", PanelServerFixture.Administrator)]),
            ("/directory/forward", [("address", PanelServerFixture.Other), ("targets", PanelServerFixture.Administrator)]),
            ("/directory/suspend", [("address", PanelServerFixture.Other), ("why", "revenge")]),
            ("/directory/suspend", [("address", "@other.test"), ("why", "revenge")]),
            ("/directory/block", [("pattern", "@far.test"), ("why", "for everybody")]),
            ("/directory/block", [("pattern", "@far.test"), ("for", "@other.test"), ("why", "of another")]),
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync(path, Cancel, fields)).Status);
        }

        var page = await client.GetAsync("/directory?what=account&domain=other.test", Cancel);
        Assert.DoesNotContain("eve@", page.Text, StringComparison.Ordinal);

        // Who, from where, what.
        using var chief = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);
        string audit = (await chief.GetAsync("/audit", Cancel)).Text;
        Assert.Matches($"(?s){PanelServerFixture.Administrator}.*127\\.0\\.0\\.1.*directory-SetAlias", audit);
        Assert.DoesNotContain("revenge", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_account_is_signed_out_of_the_panel()
    {
        using var victim = await desk.SignedInAsync(PanelServerFixture.Other, Cancel);
        Assert.Equal(HttpStatusCode.OK, (await victim.GetAsync("/search", Cancel)).Status);
        using var chief = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);

        await chief.PostAsync("/directory/suspend", Cancel, ("address", PanelServerFixture.Other), ("why", "a test"));
        Assert.Equal("/sign-in", (await victim.GetAsync("/search", Cancel)).Location);
        Assert.Contains("a test", (await chief.GetAsync("/directory?what=account", Cancel)).Text, StringComparison.Ordinal);

        await chief.PostAsync("/directory/resume", Cancel, ("address", PanelServerFixture.Other));
        Assert.Equal(HttpStatusCode.OK, (await victim.GetAsync("/search", Cancel)).Status);
    }

    [Fact]
    public async Task A_pasted_reply_is_explained_and_the_catalogue_has_an_address_for_each_entry()
    {
        using var client = await desk.SignedInAsync(PanelServerFixture.User, Cancel);
        var page = await client.PostAsync(
            "/explain", Cancel, ("text", "550-5.1.1 The email account that you tried to reach does not exist <b>x</b>"));
        Assert.Contains("does not exist", page.Text, StringComparison.Ordinal);
        Assert.Contains("What it means", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>x</b>", page.Html, StringComparison.Ordinal);

        var catalogue = await client.GetAsync("/replies", Cancel);
        Assert.Contains("/replies/relay-denied", catalogue.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/replies/relay-denied", Cancel)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/replies/no-such-entry", Cancel)).Status);

        using var visitor = new PanelClient(desk.Port);
        Assert.Equal("/sign-in", (await visitor.GetAsync("/replies", Cancel)).Location);
        Assert.Equal("/sign-in", (await visitor.PostAsync("/explain", Cancel, ("text", "550 no"))).Location);
    }

    [Fact]
    public async Task A_refused_sender_sees_the_refusal_by_its_id_and_nothing_of_the_recipient()
    {
        string refused;
        await using (var sender = await SmtpSocket.GreetedAsync(desk.Server.Setup.Mx, Cancel))
        {
            await sender.AskAsync("MAIL FROM:<visitor@far.test>", "250", Cancel);
            refused = await sender.AskAsync("RCPT TO:<secret-name@demo.test>", "550", Cancel);
        }

        string id = Regex.Match(refused, "G-[0-9A-Z]{8}").Value;
        await desk.FoundAsync(id, Cancel, id);
        using var visitor = new PanelClient(desk.Port);
        var page = await visitor.GetAsync("/v/" + id, Cancel, ("Accept-Language", "ru"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("visitor@far.test", page.Text, StringComparison.Ordinal);
        Assert.Contains("Здесь нет ни ящика", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-name", page.Html, StringComparison.Ordinal);

        HttpStatusCode last = HttpStatusCode.OK;
        for (int i = 0; i < 40 && last != HttpStatusCode.TooManyRequests; i++)
            last = (await visitor.GetAsync("/v/G-00000000", Cancel)).Status;
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Fact]
    public async Task The_rules_page_counts_refusals()
    {
        using var client = await desk.SignedInAsync(PanelServerFixture.Support, Cancel);
        string text = (await client.GetAsync("/rules", Cancel)).Text;
        Assert.Contains("recipient-unknown", text, StringComparison.Ordinal);
        Assert.Contains("There is no mailbox or alias with this address here", text, StringComparison.Ordinal);
    }
}
