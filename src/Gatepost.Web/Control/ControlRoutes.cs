using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Gatepost.Delivery.Queue;
using Gatepost.Smtp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Gatepost.Web.Control;

/// <summary>
/// The control API: HTTP over Unix sockets, one JSON object a line. Who may open the socket may do what it offers; the file's mode
/// decides.
/// </summary>
internal sealed class ControlRoutes(IServerControl server, IQueue queue, IJournalReader journal, TimeProvider time)
{
    private const int MaxEvents = 100_000;

    /// <summary>Octets: 10,000 addresses of full length.</summary>
    private const int MaxEnvelope = 4 << 20;

    /// <summary>For the administrator's socket.</summary>
    public void MapAdministration(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/status", (RequestDelegate)StatusAsync);
        routes.MapPost("/v1/reload", (RequestDelegate)(async context =>
            await ControlBody.AnswerAsync(context, await server.ReloadAsync(context.RequestAborted), ControlJson.Lines.Reloaded)));
        routes.MapPost("/v1/panel/link", (RequestDelegate)(context =>
            ControlBody.AnswerAsync(context, new PanelLink(server.MakePanelLink()?.ToString()), ControlJson.Lines.PanelLink)));
        routes.MapPost("/v1/queue/list", (RequestDelegate)ListAsync);
        routes.MapPost("/v1/queue/{change}", (RequestDelegate)ChangeAsync);
        routes.MapGet("/v1/journal", (RequestDelegate)FindAsync);
        routes.MapPost("/v1/clients/release", (RequestDelegate)ReleaseClientAsync);
        new SearchRoutes(server.Search).Map(routes);
        new QuarantineRoutes(server.Quarantine).Map(routes);
        new KeyRoutes(server.Keys).Map(routes);
        new ReportRoutes(server.Reports).Map(routes);
        new CertificateRoutes(server.Certificates).Map(routes);
        routes.MapPost("/v1/directory", (RequestDelegate)ChangeDirectoryAsync);
        routes.MapPost("/v1/directory/list", (RequestDelegate)ListDirectoryAsync);
    }

    /// <summary>For the socket every local program may open.</summary>
    public void MapSubmission(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/messages", (RequestDelegate)SubmitAsync);
        routes.MapGet("/v1/status", (RequestDelegate)StatusAsync);
    }

    private async Task StatusAsync(HttpContext context) =>
        await ControlBody.AnswerAsync(context, await server.StatusAsync(context.RequestAborted), ControlJson.Lines.ServerStatus);

    private async Task ListAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.QueueFilter) is not { } filter)
            return;

        await ControlBody.ListAsync(
            context, queue.ListAsync(filter, context.RequestAborted).Select(message => QueueItem.Of(message)), ControlJson.Lines.QueueItem);
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (!Enum.TryParse<QueueChange>((string?)context.Request.RouteValues["change"], ignoreCase: true, out var change)
            || !Enum.IsDefined(change))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await ControlBody.ReadAsync(context, ControlJson.Lines.QueueFilter) is not { } filter)
            return;

        int touched = await QueueChanges.ApplyAsync(server, queue, time, change, filter, context.RequestAborted);
        await ControlBody.AnswerAsync(context, new QueueChanged(touched), ControlJson.Lines.QueueChanged);
    }

    private async Task ReleaseClientAsync(HttpContext context)
    {
        string? address = context.Request.Query["address"];
        if (!System.Net.IPAddress.TryParse(address, out var client))
        {
            await ControlBody.RejectAsync(context, $"address is \"{address}\": an IP address was expected");
            return;
        }

        await ControlBody.AnswerAsync(
            context, new ClientReleased(await server.ReleaseClientAsync(client, context.RequestAborted)), ControlJson.Lines.ClientReleased);
    }

    private async Task FindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        string key = query["key"].ToString();
        _ = long.TryParse(query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out long after);
        if (!int.TryParse(query["max"], NumberStyles.None, CultureInfo.InvariantCulture, out int max) || max is < 1 or > MaxEvents)
            max = MaxEvents;

        var cancel = context.RequestAborted;
        var found = key.Length > 0
            ? await journal.FindAsync(key, after, max, cancel)
            : await journal.FindBetweenAsync(
                Instant(query["since"], DateTimeOffset.UnixEpoch), Instant(query["until"], DateTimeOffset.MaxValue), after, max, cancel);
        await ControlBody.ListAsync(context, found.ToAsyncEnumerable(), ControlJson.Lines.JournalEvent);
    }

    /// <param name="text">Milliseconds since 1970.</param>
    private static DateTimeOffset Instant(string? text, DateTimeOffset otherwise) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            && milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : otherwise;

    private async Task SubmitAsync(HttpContext context)
    {
        // The server's own limit on messages holds, not the web server's on request bodies.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;

        // The envelope is one line of JSON, the message follows it: no field of it can be too long for a URL or header.
        var reader = context.Request.BodyReader;
        var (request, problem) = await ReadEnvelopeAsync(reader, context.RequestAborted);
        if (request is null)
        {
            await ControlBody.RejectAsync(context, problem);
            return;
        }

        var message = new LocalMessage(request, PeerCredentials.UserId(context), reader);
        await ControlBody.AnswerAsync(context, await server.SubmitAsync(message, context.RequestAborted), ControlJson.Lines.Submitted);
    }

    private static async Task<(SubmitRequest? Request, string Problem)> ReadEnvelopeAsync(PipeReader reader, CancellationToken cancel)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                try
                {
                    var line = new Utf8JsonReader(read.Buffer.Slice(0, end));
                    return (JsonSerializer.Deserialize(ref line, ControlJson.Lines.SubmitRequest),
                        "the envelope is null, an object was expected");
                }
                catch (JsonException bad)
                {
                    return (null, $"the envelope on the first line: {bad.Message}");
                }
                finally
                {
                    reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                }
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.Buffer.Length > MaxEnvelope)
                return (null, $"the first line, which is the envelope, does not end within {MaxEnvelope} octets");
        }
    }

    private async Task ChangeDirectoryAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.DirectoryChange) is not { } change)
            return;
        if (change.By.Length == 0)
            change = change with { By = PeerCredentials.UserId(context) is { } uid ? $"uid {uid}" : "control socket" };
        await ControlBody.AnswerAsync(context, await server.ChangeAsync(change, context.RequestAborted), ControlJson.Lines.DirectoryAnswer);
    }

    private async Task ListDirectoryAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.DirectoryQuestion) is not { } question)
            return;

        await ControlBody.ListAsync(context, server.ListAsync(question, context.RequestAborted), ControlJson.Lines.DirectoryRow);
    }
}
