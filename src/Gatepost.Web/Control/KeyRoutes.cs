using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gatepost.Web.Control;

/// <summary>The DKIM keys on the administrator's socket.</summary>
internal sealed class KeyRoutes(IKeyControl keys)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/dkim", (RequestDelegate)RunAsync);

    private async Task RunAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.KeyRequest) is { } request)
            await ControlBody.AnswerAsync(context, await keys.RunAsync(request, context.RequestAborted), ControlJson.Lines.KeyAnswer);
    }
}
