using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gatepost.Web.Autoconfig;

/// <summary>Answers mail programs that ask how to reach the mail of a domain, over HTTPS.</summary>
/// <param name="find">The settings of a hosted domain; null for another, or if there are none.</param>
internal sealed class AutoconfigRoutes(Func<string, CancellationToken, ValueTask<MailProgramSettings?>> find)
{
    private const string Prefix = "autoconfig.";

    private const int MostOctets = 16 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mail/config-v1.1.xml", (RequestDelegate)ThunderbirdAsync);
        routes.MapGet("/.well-known/autoconfig/mail/config-v1.1.xml", (RequestDelegate)ThunderbirdAsync);
        routes.MapPost("/autodiscover/autodiscover.xml", (RequestDelegate)AutodiscoverAsync);
    }

    private async Task ThunderbirdAsync(HttpContext context)
    {
        string host = context.Request.Host.Host.ToLowerInvariant();
        string domain = host.StartsWith(Prefix, StringComparison.Ordinal) ? host[Prefix.Length..] : host;
        if (await find(domain, context.RequestAborted) is not { } settings)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "application/xml; charset=utf-8";
        await context.Response.WriteAsync(AutoconfigXml.Thunderbird(settings), context.RequestAborted);
    }

    private async Task AutodiscoverAsync(HttpContext context)
    {
        string? address = await ReadAsync(context) is { } question ? AutoconfigXml.AddressOf(question) : null;
        int at = address?.LastIndexOf('@') ?? -1;
        var settings = at > 0 ? await find(address![(at + 1)..].ToLowerInvariant(), context.RequestAborted) : null;
        context.Response.ContentType = "text/xml; charset=utf-8";
        await context.Response.WriteAsync(
            settings is null ? AutoconfigXml.AutodiscoverError("no settings for this address")
                : AutoconfigXml.Autodiscover(settings, address!),
            context.RequestAborted);
    }

    /// <summary>The question; null if it is too long.</summary>
    private static async Task<string?> ReadAsync(HttpContext context)
    {
        byte[] octets = new byte[MostOctets];
        int length = await context.Request.Body.ReadAtLeastAsync(octets, MostOctets, throwOnEndOfStream: false, context.RequestAborted);
        return length < MostOctets ? System.Text.Encoding.UTF8.GetString(octets, 0, length) : null;
    }
}
