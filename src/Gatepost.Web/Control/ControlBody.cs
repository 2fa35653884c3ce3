using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gatepost.Web.Control;

/// <summary>Bodies of the control API: a question read, an answer written, and a reason whenever a question cannot be read.</summary>
internal static class ControlBody
{
    /// <summary>The question, or null after a 400 that says what is wrong with it.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) is { } read)
                return read;
            await RejectAsync(context, "the body is null, an object was expected");
        }
        catch (Exception bad) when (bad is JsonException or NotSupportedException)
        {
            await RejectAsync(context, bad.Message);
        }

        return null;
    }

    /// <summary>400 with the reason as a problem (RFC 9457).</summary>
    public static async Task RejectAsync(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/problem+json";
        var problem = new ControlProblem("The request cannot be read", StatusCodes.Status400BadRequest, reason);
        await WriteLineAsync(context, problem, ControlJson.Lines.ControlProblem);
    }

    public static Task AnswerAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return WriteLineAsync(context, value, type);
    }

    /// <summary>Any number of answers, one a line.</summary>
    public static async Task ListAsync<T>(HttpContext context, IAsyncEnumerable<T> values, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var value in values.WithCancellation(context.RequestAborted))
            await WriteLineAsync(context, value, type);
    }

    private static async Task WriteLineAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
        await context.Response.WriteAsync("\n", context.RequestAborted);
    }
}
