using Microsoft.AspNetCore.Http;

namespace Gatepost.Web.Metrics;

/// <summary><c>/metrics</c> in the Prometheus text format.</summary>
public sealed class MetricsPage(MetricsText metrics)
{
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = MetricsText.ContentType;
        await context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
    }
}
