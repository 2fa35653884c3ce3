using System.Net;
using Gatepost.Web.Panel;
using Gatepost.Web.Panel.Access;
using Xunit;

namespace Gatepost.EndToEnd.Panel;

/// <summary>Every route of the panel's own table, asked by every role, with the ids of another tenant.</summary>
public sealed class RoleTests(PanelServerFixture desk) : IClassFixture<PanelServerFixture>
{
    private static readonly (Role Role, string? Account)[] Roles =
    [
        (Role.Visitor, null), (Role.User, PanelServerFixture.User), (Role.Administrator, PanelServerFixture.Administrator),
        (Role.Support, PanelServerFixture.Support), (Role.Operator, PanelServerFixture.Operator),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_route_answers_only_those_it_is_for_and_shows_tenants_nothing_of_others()
    {
        await desk.FoundAsync(desk.OtherId, Cancel, "to:" + PanelServerFixture.OtherRecipient);
        foreach (var (role, account) in Roles)
        {
            using var client = account is null ? new PanelClient(desk.Port) : await desk.SignedInAsync(account, Cancel);
            foreach (var route in PanelRoutes.All.Where(route => route.Pattern != "/sign-out"))
            {
                foreach (string path in Paths(route))
                    await CheckAsync(client, route, path, role);
            }
        }
    }

    [Theory]
    [InlineData(PanelServerFixture.User)]
    [InlineData(PanelServerFixture.Administrator)]
    public async Task A_tenant_finds_its_own_mail(string account)
    {
        string id = await desk.SendAsync("someone@far.test", PanelServerFixture.User, "EHLO far.test");
        await desk.FoundAsync("delivered", Cancel, id);
        using var client = await desk.SignedInAsync(account, Cancel);

        var found = await client.GetAsync("/search?q=far.test", Cancel);
        Assert.Contains("/story/" + id, found.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(PanelServerFixture.OtherRecipient, found.Text, StringComparison.Ordinal);
        var story = await client.GetAsync("/story/" + id, Cancel);
        Assert.Equal(HttpStatusCode.OK, story.Status);
        Assert.Contains(PanelServerFixture.User, story.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_sender_address_opens_nothing()
    {
        string id = await desk.SendAsync(PanelServerFixture.User, PanelServerFixture.OtherRecipient, "EHLO forger.test");
        await desk.FoundAsync(id, Cancel, id);
        foreach (string account in new[] { PanelServerFixture.User, PanelServerFixture.Administrator })
        {
            using var client = await desk.SignedInAsync(account, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/story/" + id, Cancel)).Status);
            foreach (string path in new[] { "/search?q=forger.test", "/search?q=from:" + PanelServerFixture.User, "/queue/list", "/queue" })
                Assert.DoesNotContain(
                    PanelServerFixture.OtherRecipient, (await client.GetAsync(path, Cancel)).Text, StringComparison.Ordinal);
        }
    }

    private async Task CheckAsync(PanelClient client, PanelRoute route, string path, Role role)
    {
        var page = route.Method == "GET" ? await client.GetAsync(path, Cancel)
            : await client.PostAsync(path, Cancel, ("id", "no-such-id"), ("q", "far.test"));
        string what = $"{role} {route.Method} {path}: {page.Status} {page.Location}";
        if ((route.Roles & role) == 0)
        {
            Assert.True(page.Status == HttpStatusCode.Forbidden || page.Location == "/sign-in", what);
            return;
        }

        Assert.True((int)page.Status < 500, what);
        if ((role & (Role.Staff | Role.Visitor)) != 0)
            return;
        Assert.False(page.Text.Contains(PanelServerFixture.OtherRecipient, StringComparison.Ordinal), what + page.Text);
        if (route.Pattern.Contains("{id}", StringComparison.Ordinal) && path.Contains(desk.OtherId, StringComparison.Ordinal))
            Assert.True(page.Status == HttpStatusCode.NotFound, what);
    }

    /// <summary>Placeholders filled in with what belongs to another tenant; searches and lists asked for it.</summary>
    private IEnumerable<string> Paths(PanelRoute route)
    {
        string path = route.Pattern.Replace("{id}", desk.OtherId, StringComparison.Ordinal)
            .Replace("{change}", "hold", StringComparison.Ordinal).Replace("{code}", "en", StringComparison.Ordinal)
            .Replace("{name}", "recipient-unknown", StringComparison.Ordinal).Replace("{token}", "none", StringComparison.Ordinal);
        yield return path;
        if (route.Method != "GET")
            yield break;
        yield return path + "?q=" + desk.OtherId;
        yield return path + "?q=far.test&destination=far.test&domain=other.test";
        yield return path + "?id=" + desk.OtherId;
    }
}
