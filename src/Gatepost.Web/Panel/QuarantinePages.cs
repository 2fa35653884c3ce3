using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>Messages that were kept back: shown as text, released or dropped.</summary>
internal static class QuarantinePages
{
    private const int MaxShown = 200;

    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/quarantine", Role.Staff | Role.Administrator, ListAsync) { Menu = "panel.quarantine" },
        new("GET", "/quarantine/{id}", Role.Staff | Role.Administrator, ShowAsync),
        new("POST", "/quarantine/{id}/release", Role.Operator, request => SettleAsync(request, release: true)),
        new("POST", "/quarantine/{id}/drop", Role.Operator, request => SettleAsync(request, release: false)),
    ];

    private static async Task ListAsync(PanelRequest request)
    {
        var messages = await request.Desk.QuarantineAsync(request.Cancel).Take(MaxShown).ToListAsync(request.Cancel);
        await request.PageAsync<QuarantinePage, QuarantineModel>(new QuarantineModel(messages));
    }

    private static async Task ShowAsync(PanelRequest request)
    {
        if (await request.Desk.QuarantinedAsync(request.Value("id"), request.Cancel) is { } found)
            await request.PageAsync<QuarantinedPage, Control.QuarantineContent>(found);
        else
            await request.NotFoundAsync();
    }

    private static async Task SettleAsync(PanelRequest request, bool release)
    {
        string id = request.Value("id");
        if (await request.Desk.QuarantinedAsync(id, request.Cancel) is not { } before
            || await request.Desk.SettleQuarantinedAsync(id, release, request.Cancel) is not { } changed)
        {
            await request.NotFoundAsync();
            return;
        }

        await request.AuditAsync(
            release ? "quarantine-release" : "quarantine-drop", id, $"{before.Message.Rule}, from <{before.Message.Sender}>",
            changed.Told.ToString());
        await request.SeeAsync("/quarantine", $"{id}: {changed.Told.In(request.Texts)}");
    }
}
