using System.Text.Json;
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
        routes.MapPost("/v1/quarantine/show", (RequestDelegate)(context => OneAsync(context, quarantine.ShowAsync, ControlJson.Lines.QuarantineContent!)));
        routes.MapPost("/v1/quarantine/release", (RequestDelegate)(context => OneAsync(context, quarantine.ReleaseAsync, ControlJson.Lines.QuarantineChanged)));
        routes.MapPost("/v1/quarantine/drop", (RequestDelegate)(context => OneAsync(context, quarantine.DropAsync, ControlJson.Lines.QuarantineChanged)));
    }

    private async Task ListAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } filter)
            return;
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var message in quarantine.ListAsync(filter, context.RequestAborted))
            await WriteAsync(context, message, ControlJson.Lines.QuarantinedMessage);
    }

    private static async Task OneAsync<T>(HttpContext context, Func<string, CancellationToken, Task<T>> act, JsonTypeInfo<T> type)
    {
        if (await ReadAsync(context) is not { Id: { } id })
            return;
        context.Response.ContentType = "application/json";
        await WriteAsync(context, await act(id, context.RequestAborted), type);
    }

    private static async Task<QuarantineFilter?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, ControlJson.Lines.QuarantineFilter, context.RequestAborted) ?? new QuarantineFilter();
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return null;
        }
    }

    private static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
        await context.Response.WriteAsync("\n", context.RequestAborted);
    }
}
