using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gatepost.Web.Control;

/// <summary>Reports to other domains on the administrator's socket.</summary>
internal sealed class ReportRoutes(IReportControl reports)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/reports", (RequestDelegate)RunAsync);

    private async Task RunAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.ReportRequest) is { } request)
            await ControlBody.AnswerAsync(context, await reports.RunAsync(request, context.RequestAborted), ControlJson.Lines.ReportAnswer);
    }
}
