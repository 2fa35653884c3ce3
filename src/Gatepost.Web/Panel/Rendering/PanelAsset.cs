using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Gatepost.Web.Panel.Rendering;

/// <summary>A file that comes with the program: the same for everyone, so it may be kept by browsers.</summary>
internal sealed class PanelAsset
{
    private readonly byte[] octets;
    private readonly string type;
    private readonly string tag;

    private PanelAsset(string path, string type)
    {
        (Path, this.type) = (path, type);
        using var stream = typeof(PanelAsset).Assembly.GetManifestResourceStream("panel" + path)
            ?? throw new InvalidOperationException($"{path} is not in the build");
        octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        tag = $"\"{Convert.ToHexString(SHA256.HashData(octets))[..16]}\"";
    }

    public static IReadOnlyList<PanelAsset> All { get; } = [new("/panel.css", "text/css"), new("/panel.svg", "image/svg+xml")];

    public string Path { get; }

    public Task WriteAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600, must-revalidate";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = type;
        return context.Response.Body.WriteAsync(octets, context.RequestAborted).AsTask();
    }
}
