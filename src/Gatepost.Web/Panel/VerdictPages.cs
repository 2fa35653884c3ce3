using System.Net;
using System.Threading.RateLimiting;
using Gatepost.Policy.Reputation;
using Gatepost.Web.Panel.Access;
using Gatepost.Web.Panel.Pages;
using StatusCodes = Microsoft.AspNetCore.Http.StatusCodes;

namespace Gatepost.Web.Panel;

/// <summary>What a refused sender may see of the refusal, by the id in the reply. <c>help-url</c> puts the link there.</summary>
internal static class VerdictPages
{
    /// <summary>
    /// An id has 40 random bits; 30 guesses in ten minutes from one network (one /64 of IPv6) find one of a million refusals in ten years.
    /// </summary>
    private static readonly PartitionedRateLimiter<IPAddress> Guesses = PartitionedRateLimiter.Create<IPAddress, string>(client =>
        RateLimitPartition.GetFixedWindowLimiter(
            TemporaryBlocks.NetworkOf(client).ToString(),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = 30, Window = TimeSpan.FromMinutes(10), QueueLimit = 0 }));

    public static IReadOnlyList<PanelRoute> All { get; } = [new("GET", "/v/{id}", Role.Everyone, ShowAsync)];

    private static async Task ShowAsync(PanelRequest request)
    {
        using var permit = Guesses.AttemptAcquire(request.Client);
        if (!permit.IsAcquired)
            await request.ProblemAsync(StatusCodes.Status429TooManyRequests, "panel.verdict-slower");
        else if (await request.Desk.VerdictAsync(request.Value("id"), request.Cancel) is { } refused)
            await request.PageAsync<VerdictPage, Tenants.RefusedMail>(refused);
        else
            await request.ProblemAsync(StatusCodes.Status404NotFound, "panel.no-verdict");
    }
}
