using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gatepost.Web.Control;

/// <summary>The quarantine on the administrator's socket.</summary>
internal sealed class QuarantineRoutes(IQuarantineControl quarantine)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/quarantine/list", (RequestDelegate)ListAsync);
        MapOne(routes, "show", quarantine.ShowAsync, ControlJson.Lines.QuarantineContent!);
        MapOne(routes, "release", quarantine.ReleaseAsync, ControlJson.Lines.QuarantineChanged);
        MapOne(routes, "drop", quarantine.DropAsync, ControlJson.Lines.QuarantineChanged);
    }

    private async Task ListAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.QuarantineFilter) is { } filter)
            await ControlBody.ListAsync(
                context, quarantine.ListAsync(filter, context.RequestAborted), ControlJson.Lines.QuarantinedMessage);
    }

    private static void MapOne<T>(
        IEndpointRouteBuilder routes, string verb, Func<string, CancellationToken, Task<T>> act, JsonTypeInfo<T> type) =>
        routes.MapPost("/v1/quarantine/" + verb, (RequestDelegate)(async context =>
        {
            if (await ControlBody.ReadAsync(context, ControlJson.Lines.QuarantineFilter) is not { } filter)
                return;
            if (filter.Id is { } id)
                await ControlBody.AnswerAsync(context, await act(id, context.RequestAborted), type);
            else
                await ControlBody.RejectAsync(context, "id is missing: name one message");
        }));
}
