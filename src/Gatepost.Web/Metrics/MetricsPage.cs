using Microsoft.AspNetCore.Http;
using Prometheus;

namespace Gatepost.Web.Metrics;

/// <summary><c>/metrics</c> in the Prometheus text format. Counters count as things happen; gauges are read when the page is.</summary>
public sealed class MetricsPage(CollectorRegistry registry)
{
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        await registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }
}
