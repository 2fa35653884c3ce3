using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>Who changed what, and who is signed in.</summary>
internal static class AuditPages
{
    private const int MaxShown = 500;

    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/audit", Role.Operator, ShowAsync) { Menu = "panel.audit" },
        new("POST", "/audit/sessions/end", Role.Operator, EndAsync),
    ];

    private static Task ShowAsync(PanelRequest request) => request.PageAsync<AuditPage, AuditModel>(
        new AuditModel(request.Site.Audit.List(MaxShown), request.Site.Sessions.List()));

    private static async Task EndAsync(PanelRequest request)
    {
        string key = request.Field("session");
        var session = request.Site.Sessions.List().FirstOrDefault(one => one.Key == key);
        if (session is null || !await request.Site.Sessions.EndAsync(key))
        {
            await request.NotFoundAsync();
            return;
        }

        await request.AuditAsync("session-end", session.Account, $"since {session.Since:u} from {session.From}", "");
        await request.SeeAsync("/audit", request.Texts.Say("panel.session-ended", ("account", session.Account)));
    }
}
