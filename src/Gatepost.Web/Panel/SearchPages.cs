using System.Globalization;
using Gatepost.Explain;
using Gatepost.Smtp.Search;
using Gatepost.Web.Control;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;

namespace Gatepost.Web.Panel;

/// <summary>From any word of a complaint to the story.</summary>
internal static class SearchPages
{
    private const int PageSize = 25;

    /// <summary>Octets of a pasted bounce.</summary>
    private const int MaxDocument = 1 << 20;

    /// <summary>Pages of the index that are read for one page of ours: a rare word in a long journal is found in several steps.</summary>
    private const int MaxSteps = 20;

    public static IReadOnlyList<PanelRoute> All { get; } =
    [
        new("GET", "/search", Role.SignedIn, request => FindAsync(request, request.Asked("q") ?? "")) { Menu = "panel.search" },
        new("POST", "/search", Role.SignedIn, request => FindAsync(request, request.Field("q"))) { MaxForm = MaxDocument },
        new("GET", "/story/{id}", Role.SignedIn, ShowAsync),
    ];

    private static async Task FindAsync(PanelRequest request, string asked)
    {
        asked = asked.Trim();
        if (asked.Length == 0)
        {
            await ShowAsync(request, new SearchModel("", [], "", [], null));
            return;
        }

        var knowledge = request.Meanings.Knowledge;
        var reader = new FindWords(new Explainer(knowledge), knowledge, request.Site.Time.GetUtcNow(), TimeZoneInfo.Utc);
        var (searches, problems) = reader.OfText(asked, "");
        if (problems.Count > 0)
        {
            await ShowAsync(request, new SearchModel(asked, [], "", problems, null));
            return;
        }

        try
        {
            await ShowAsync(request, await FindAsync(request, asked, searches));
        }
        catch (FormatException)
        {
            await request.ProblemAsync(400, "panel.page-gone");
        }
    }

    /// <summary>The best search first; the next only if it finds nothing.</summary>
    private static async Task<SearchModel> FindAsync(PanelRequest request, string asked, IReadOnlyList<SearchQuery> searches)
    {
        foreach (var search in searches)
        {
            var found = new List<Story>();
            string? cursor = searches.Count == 1 ? request.Asked("cursor") : null;
            for (int step = 0; step < MaxSteps; step++)
            {
                var page = await request.Desk.SearchAsync(
                    search with { Limit = PageSize - found.Count, Cursor = cursor }, request.Cancel);
                found.AddRange(page.Stories);
                cursor = page.Cursor;
                if (cursor is null || found.Count >= PageSize)
                    break;
            }

            if (found.Count == 0 && cursor is null)
                continue;
            string? next = cursor is null || searches.Count > 1 ? null
                : $"/search?q={Uri.EscapeDataString(asked)}&cursor={Uri.EscapeDataString(cursor)}";
            return new SearchModel(asked, found, Written(search), [], next);
        }

        return new SearchModel(asked, [], Written(searches[^1]), [], null);
    }

    private static Task ShowAsync(PanelRequest request, SearchModel model) => request.PageAsync<FindPage, SearchModel>(model);

    private static async Task ShowAsync(PanelRequest request)
    {
        if (await request.Desk.StoryAsync(request.Value("id"), request.Cancel) is not { } story)
        {
            await request.NotFoundAsync();
            return;
        }

        var language = request.Meanings.Knowledge.FindLanguage(request.Asked("answer")) ?? request.Texts.Language;
        string? answer = StoryModel.AnswerFor(story, new ReplyExplainer(request.Meanings.Knowledge, language));
        await request.PageAsync<StoryPage, StoryModel>(new StoryModel(story, answer, language, request.Asked("raw") is not null));
    }

    private static string Written(SearchQuery query)
    {
        string words = string.Join(' ', query.Words.Select(word => word.Written));
        return query.Since is null && query.Until is null ? words : $"{words} {Time(query.Since)}..{Time(query.Until)}";

        static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
    }
}
