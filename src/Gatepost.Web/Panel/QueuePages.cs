using Gatepost.Delivery.Queue;
using Gatepost.Web.Control;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>What waits, by destination and by reason, and what can be done with it.</summary>
internal static class QueuePages
{
    /// <summary>Messages that are shown of a selection; the count is of all.</summary>
    private const int MaxShown = 100;

    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/queue", Role.SignedIn, ShowGroupsAsync) { Menu = "panel.queue" },
        new("GET", "/queue/list", Role.SignedIn, ShowListAsync),
        new("GET", "/queue/{change}", Role.Operator, PreviewAsync),
        new("POST", "/queue/{change}", Role.Operator, ChangeAsync),
    ];

    private static async Task ShowGroupsAsync(PanelRequest request)
    {
        string by = request.Asked("by") == "reason" ? "reason" : "destination";
        var groups = await QueueGroup.GatherAsync(
            request.Desk.QueueAsync(new QueueFilter(), request.Cancel), by, request.Meanings, request.Cancel);
        await request.PageAsync<QueuePage, QueueModel>(new QueueModel(by, groups));
    }

    private static async Task ShowListAsync(PanelRequest request) =>
        await request.PageAsync<QueueListPage, QueueListModel>(await SelectAsync(request, FilterOf(request.Asked), null));

    /// <summary>What a change would touch, before it does.</summary>
    private static async Task PreviewAsync(PanelRequest request)
    {
        if (ChangeOf(request) is not { } change)
            await request.NotFoundAsync();
        else
            await request.PageAsync<QueueListPage, QueueListModel>(await SelectAsync(request, FilterOf(request.Asked), change));
    }

    private static async Task ChangeAsync(PanelRequest request)
    {
        if (ChangeOf(request) is not { } change)
        {
            await request.NotFoundAsync();
            return;
        }

        var filter = FilterOf(name => request.Field(name) is { Length: > 0 } value ? value : null);
        var before = await SelectAsync(request, filter, change);
        int touched = await request.Desk.ChangeQueueAsync(change, filter, request.Cancel) ?? 0;
        string word = change.ToString().ToLowerInvariant();
        await request.AuditAsync(
            "queue-" + word, before.Query, $"{before.Recipients} recipients of {before.Messages} messages", $"{touched} recipients");
        string done = request.Texts.Say(
            "queue.done-" + word, ("count", touched), ("shown", touched.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)));
        await request.SeeAsync("/queue", done);
    }

    private static async Task<QueueListModel> SelectAsync(PanelRequest request, QueueFilter filter, QueueChange? change)
    {
        var shown = new List<QueueItem>();
        int messages = 0, recipients = 0;
        await foreach (var item in request.Desk.QueueAsync(filter, request.Cancel))
        {
            (messages, recipients) = (messages + 1, recipients + item.Recipients.Count);
            if (shown.Count < MaxShown)
                shown.Add(request.Meanings.WithMeaning(item));
        }

        return new QueueListModel(filter, change, shown, messages, recipients);
    }

    private static QueueChange? ChangeOf(PanelRequest request) =>
        Enum.TryParse<QueueChange>(request.Value("change"), ignoreCase: true, out var change) && Enum.IsDefined(change)
            && !char.IsAsciiDigit(request.Value("change")[0]) ? change : null;

    private static QueueFilter FilterOf(Func<string, string?> value) => new()
    {
        QueueId = value("id"),
        Sender = value("sender"),
        Recipient = value("recipient"),
        Destination = value("destination"),
        Reason = value("reason"),
        State = value("held") is not null ? RecipientState.Held : null,
    };
}
