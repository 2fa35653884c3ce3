using Gatepost.Delivery.Queue;
using Gatepost.Web.Control;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>The first page.</summary>
internal static class OverviewPages
{
    /// <summary>Messages of the queue that are looked at: the overview must not take long because the queue is.</summary>
    private const int MaxMessages = 5_000;

    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/", Role.SignedIn, ShowAsync) { Menu = "panel.overview", MenuFor = Role.Staff },
    ];

    private static async Task ShowAsync(PanelRequest request)
    {
        var status = await request.Desk.StatusAsync(request.Cancel);
        if (status is null || request.Desk.Activity is not { } activity)
        {
            await request.SeeAsync("/search");
            return;
        }

        var waiting = request.Desk.QueueAsync(new QueueFilter(), request.Cancel).Take(MaxMessages);
        var groups = await QueueGroup.GatherAsync(waiting, "destination", request.Meanings, request.Cancel);
        var hours = activity.Last(Metrics.HourlyCounts.Kept);
        await request.PageAsync<OverviewPage, OverviewModel>(new OverviewModel(
            status, [.. hours.TakeLast(24)], [.. hours.Take(24)], activity.CompleteSince, groups));
    }
}
