using Gatepost.Smtp.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gatepost.Web.Control;

/// <summary>The search on the administrator's socket: a query in, a page of stories out.</summary>
internal sealed class SearchRoutes(IStorySearch search)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/search", (RequestDelegate)SearchAsync);

    private async Task SearchAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.SearchQuery) is not { } query)
            return;
        if (query.Limit is < 1 or > SearchQuery.MaxLimit)
        {
            await ControlBody.RejectAsync(context, $"limit is {query.Limit}: 1 to {SearchQuery.MaxLimit} stories");
            return;
        }

        try
        {
            await ControlBody.AnswerAsync(
                context, await search.SearchAsync(query, context.RequestAborted), ControlJson.Lines.SearchPage);
        }
        catch (FormatException bad)
        {
            await ControlBody.RejectAsync(context, bad.Message);
        }
    }
}
