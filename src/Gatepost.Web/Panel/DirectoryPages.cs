using Gatepost.Policy.Directory;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>Domains, mailboxes, aliases, forwards, blocks and quotas.</summary>
internal static class DirectoryPages
{
    private const Role Those = Role.Staff | Role.Administrator;

    private const Role Changers = Role.Operator | Role.Administrator;

    private const int MaxShown = 1_000;

    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/directory", Those, ShowAsync) { Menu = "panel.directory" },
        new("POST", "/directory/alias", Changers, request => ChangeAsync(
            request, new SetAlias(request.Field("address"), true, Words(request.Field("targets"))), DirectoryKind.Alias)),
        new("POST", "/directory/alias/remove", Changers, request => ChangeAsync(
            request, new RemoveAddress(request.Field("address"), IsAlias: true), DirectoryKind.Alias)),
        new("POST", "/directory/forward", Changers, request => ChangeAsync(
            request, new SetForward(request.Field("address")) { Add = Words(request.Field("targets")) }, DirectoryKind.Forward)),
        new("POST", "/directory/forward/remove", Changers, request => ChangeAsync(
            request, new SetForward(request.Field("address")) { Remove = Words(request.Field("targets")) }, DirectoryKind.Forward)),
        new("POST", "/directory/block", Changers, request => ChangeAsync(
            request,
            new AddBlock(BlockSide.Sender, request.Field("pattern"), Optional(request, "for"), request.Field("why"), Until: null),
            DirectoryKind.Block)),
        new("POST", "/directory/block/remove", Changers, request => ChangeAsync(
            request, new RemoveBlock(request.Field("block")), DirectoryKind.Block)),
        new("POST", "/directory/suspend", Changers, request => ChangeAsync(
            request,
            new Suspend(request.Field("address"), Suspended.Everything, request.Field("why"), Until: null),
            DirectoryKind.Account)),
        new("POST", "/directory/resume", Changers, request => ChangeAsync(
            request, new Resume(request.Field("address"), Suspended.Everything), DirectoryKind.Account)),
    ];

    private static async Task ShowAsync(PanelRequest request)
    {
        var kind = KindOf(request.Asked("what"));
        var rows = await request.Desk.DirectoryAsync(
            new DirectoryQuestion(kind, kind == DirectoryKind.Domain ? null : request.Asked("domain")), request.Cancel)
            .Take(MaxShown).ToListAsync(request.Cancel);
        await request.PageAsync<DirectoryPage, DirectoryModel>(new DirectoryModel(kind, rows));
    }

    private static async Task ChangeAsync(PanelRequest request, DirectoryChange change, DirectoryKind kind)
    {
        string subject = request.Field("address") is { Length: > 0 } address ? address : request.Field("pattern") + request.Field("block");
        string before = await BeforeAsync(request, kind, subject);
        if (await request.Desk.ChangeDirectoryAsync(change, request.Cancel) is not { } answer)
        {
            await request.NotFoundAsync();
            return;
        }

        if (answer.Done)
            await request.AuditAsync("directory-" + change.GetType().Name, subject, before, answer.Message.ToString());
        await request.SeeAsync("/directory?what=" + kind.ToString().ToLowerInvariant(), answer.Message.In(request.Texts));
    }

    /// <summary>The entry as it is, in one line; empty where there is none.</summary>
    private static async Task<string> BeforeAsync(PanelRequest request, DirectoryKind kind, string subject)
    {
        var row = await request.Desk.DirectoryAsync(new DirectoryQuestion(kind), request.Cancel).FirstOrDefaultAsync(
            row => row.Name.Equals(subject, StringComparison.OrdinalIgnoreCase)
                || row.Id?.ToString(System.Globalization.CultureInfo.InvariantCulture) == subject,
            request.Cancel);
        return row is null ? "" : System.Text.Json.JsonSerializer.Serialize(row, Control.ControlJson.Lines.DirectoryRow);
    }

    private static DirectoryKind KindOf(string? word) =>
        word is { Length: > 0 } && !char.IsAsciiDigit(word[0]) && Enum.TryParse<DirectoryKind>(word, ignoreCase: true, out var kind)
            ? kind : DirectoryKind.Account;

    private static string[] Words(string text) =>
        text.Split([' ', ',', ';', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static string? Optional(PanelRequest request, string name) => request.Field(name) is { Length: > 0 } value ? value : null;
}
