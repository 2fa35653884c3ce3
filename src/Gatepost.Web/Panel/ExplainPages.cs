using Gatepost.Explain;
using Gatepost.Replies;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>What replies of any server mean: of a pasted text or a file, and by entry of the catalogue.</summary>
internal static class ExplainPages
{
    /// <summary>Octets of a document.</summary>
    private const int MaxDocument = 1 << 20;

    /// <summary>Documents at the same time: reading one takes a core.</summary>
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/explain", Role.Everyone, request => OpenAsync(request, () => ShowAsync(request, "", null)))
        {
            Menu = "panel.explain", MenuFor = Role.SignedIn,
        },
        new("POST", "/explain", Role.Everyone, request => OpenAsync(request, () => ExplainAsync(request)))
        {
            IsOpen = true, MaxForm = MaxDocument + (64 * 1024),
        },
        new("GET", "/replies", Role.Everyone, request => OpenAsync(request, () => ListAsync(request)))
        {
            Menu = "panel.catalogue", MenuFor = Role.SignedIn,
        },
        new("GET", "/replies/{name}", Role.Everyone, request => OpenAsync(request, () => ShowEntryAsync(request))),
    ];

    /// <summary>Visitors only where the configuration says so; the others always.</summary>
    private static Task OpenAsync(PanelRequest request, Func<Task> answer) =>
        request.Viewer.Role == Role.Visitor && !request.Site.Options().PublicExplain ? request.SeeAsync("/sign-in") : answer();

    private static async Task ExplainAsync(PanelRequest request)
    {
        byte[] document = System.Text.Encoding.UTF8.GetBytes(request.Field("text"));
        if (request.File("file") is { Length: > 0 } file)
        {
            using var octets = new MemoryStream();
            await file.CopyToAsync(octets, request.Cancel);
            document = octets.ToArray();
        }

        if (document.Length == 0)
        {
            await ShowAsync(request, "", null);
            return;
        }

        await Turns.WaitAsync(request.Cancel);
        try
        {
            var report = await Task.Run(() => new Explainer(request.Meanings.Knowledge).Read(document), request.Cancel);
            await ShowAsync(request, request.Field("text"), report);
        }
        finally
        {
            Turns.Release();
        }
    }

    private static Task ShowAsync(PanelRequest request, string text, DocumentReport? report) =>
        request.PageAsync<ExplainPage, ExplainModel>(new ExplainModel(text, report));

    private static Task ListAsync(PanelRequest request)
    {
        var knowledge = request.Meanings.Knowledge;
        string asked = request.Asked("q") ?? "";
        var found = knowledge.Entries.Values
            .Where(entry => entry.Kind is EntryKind.Own or EntryKind.Condition)
            .Select(entry => (Entry: entry, Meaning: knowledge.Words(entry, request.Texts.Language).Meaning ?? ""))
            .Where(one => asked.Length == 0 || one.Entry.Id.Contains(asked, StringComparison.OrdinalIgnoreCase)
                || one.Meaning.Contains(asked, StringComparison.OrdinalIgnoreCase)
                || one.Entry.Classic.Text.Contains(asked, StringComparison.OrdinalIgnoreCase))
            .OrderBy(one => one.Entry.Id, StringComparer.Ordinal).ToList();
        return request.PageAsync<RepliesPage, RepliesModel>(new RepliesModel(asked, found));
    }

    private static Task ShowEntryAsync(PanelRequest request) =>
        request.Meanings.Knowledge.Entries.TryGetValue(request.Value("name"), out var entry)
            ? request.PageAsync<ReplyPage, ReplyEntry>(entry)
            : request.NotFoundAsync();
}
