using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gatepost.Web.Control;

/// <summary>The certificates on the administrator's socket.</summary>
internal sealed class CertificateRoutes(ICertificateControl certificates)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/certificates", (RequestDelegate)RunAsync);

    private async Task RunAsync(HttpContext context)
    {
        if (await ControlBody.ReadAsync(context, ControlJson.Lines.CertificateOrderRequest) is not { } request)
            return;
        await ControlBody.AnswerAsync(
            context, await certificates.RunAsync(request, context.RequestAborted), ControlJson.Lines.CertificateAnswer);
    }
}
