using System.Net;
using Xunit;

namespace Gatepost.EndToEnd.Panel;

/// <summary>The way in and out of the panel, and what keeps strangers and other sites out.</summary>
public sealed class SignInTests(PanelServerFixture desk) : IClassFixture<PanelServerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_signs_an_operator_in_once()
    {
        string link = new Uri((await desk.Server.RunAsync(Cancel, "panel-link")).Output.Trim()).PathAndQuery;
        using var first = new PanelClient(desk.Port);

        // A program that looks at the link does not use it up.
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(link, Cancel)).Status);
        Assert.Equal("/", (await first.PostAsync(link, Cancel)).Location);
        Assert.Contains("Mail of the last 24 hours", (await first.GetAsync("/", Cancel)).Text, StringComparison.Ordinal);

        using var second = new PanelClient(desk.Port);
        Assert.Equal(HttpStatusCode.NotFound, (await second.PostAsync(link, Cancel)).Status);
        Assert.Equal("/sign-in", (await second.GetAsync("/", Cancel)).Location);
    }

    [Fact]
    public async Task A_password_signs_its_account_in_and_a_wrong_one_does_not()
    {
        using var right = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);
        Assert.Equal(HttpStatusCode.OK, (await right.GetAsync("/", Cancel)).Status);

        using var wrong = new PanelClient(desk.Port);
        var answer = await wrong.PostAsync("/sign-in", Cancel, ("account", PanelServerFixture.Operator), ("password", "guess"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("do not belong together", answer.Text, StringComparison.Ordinal);
        Assert.Empty(wrong.Cookies);

        string found = await desk.FoundAsync("\"refused\"", Cancel, "login:" + PanelServerFixture.Operator, "rule:login");
        Assert.Contains("127.0.0.1", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_when_its_owner_signs_out()
    {
        using var client = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);
        var cookie = Assert.Single(client.Cookies);
        Assert.True(cookie.HttpOnly);

        Assert.Equal("/sign-in", (await client.PostAsync("/sign-out", Cancel)).Location);

        using var thief = new PanelClient(desk.Port);
        var page = await thief.GetAsync("/", Cancel, ("Cookie", $"{cookie.Name}={cookie.Value}"));
        Assert.Equal("/sign-in", page.Location);
    }

    [Fact]
    public async Task A_form_of_another_site_or_without_its_token_changes_nothing()
    {
        using var client = await desk.SignedInAsync(PanelServerFixture.Operator, Cancel);
        foreach (var header in new[] { ("Origin", "https://elsewhere.example"), ("Sec-Fetch-Site", "cross-site") })
        {
            var foreign = await client.PostFromAsync("/sign-out", [header], Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, foreign.Status);
        }

        client.FormToken = new string('0', 64);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/sign-out", Cancel)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", Cancel)).Status);
    }

    [Fact]
    public async Task Every_answer_forbids_scripts_frames_and_other_hosts()
    {
        using var client = new PanelClient(desk.Port);
        foreach (string path in new[] { "/sign-in", "/", "/no-such-page", "/panel.css", "/panel.svg" })
        {
            var page = await client.GetAsync(path, Cancel);
            string policy = page.Headers["Content-Security-Policy"];
            Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
            Assert.DoesNotContain("<script", page.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("style=", page.Html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_name_that_is_not_ours_gets_nothing()
    {
        using var client = new PanelClient(desk.Port);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.GetAsync("/sign-in", Cancel, ("Host", "rebound.example"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/sign-in", Cancel, ("Host", "desk.demo.test"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/sign-in", Cancel, ("Host", $"localhost:{desk.Port}"))).Status);
    }

    [Fact]
    public async Task The_language_is_the_browsers_until_it_is_chosen()
    {
        using var client = new PanelClient(desk.Port);
        Assert.Contains(
            "Вход", (await client.GetAsync("/sign-in", Cancel, ("Accept-Language", "de, ru-RU;q=0.8"))).Html, StringComparison.Ordinal);
        Assert.Contains("Sign in", (await client.GetAsync("/sign-in", Cancel)).Html, StringComparison.Ordinal);

        Assert.Equal("/sign-in?x=1", (await client.GetAsync("/language/ru?back=%2Fsign-in%3Fx%3D1", Cancel)).Location);
        Assert.Contains("<html lang=\"ru\">", (await client.GetAsync("/sign-in", Cancel)).Html, StringComparison.Ordinal);
        foreach (string elsewhere in new[] { "//elsewhere.example", "/%5Celsewhere.example", "https://elsewhere.example" })
            Assert.Equal("/", (await client.GetAsync("/language/ru?back=" + elsewhere, Cancel)).Location);
    }

    [Fact]
    public async Task A_forwarded_address_of_an_unknown_client_is_not_believed()
    {
        using var client = new PanelClient(desk.Port);
        await client.PostFromAsync(
            "/sign-in", [("X-Forwarded-For", "203.0.113.77")], Cancel, ("account", PanelServerFixture.User), ("password", "guess"));
        string found = await desk.FoundAsync("127.0.0.1", Cancel, "login:" + PanelServerFixture.User);
        Assert.DoesNotContain("203.0.113.77", found, StringComparison.Ordinal);
    }
}
