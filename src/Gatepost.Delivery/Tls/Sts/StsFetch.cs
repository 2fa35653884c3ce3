using System.Security.Authentication;
using System.Text;
using Gatepost.Delivery.Http;
using Gatepost.Replies;

namespace Gatepost.Delivery.Tls.Sts;

/// <summary>
/// Fetches <c>https://mta-sts.DOMAIN/.well-known/mta-sts.txt</c> (RFC 8461 §3.3): the certificate must be valid, a redirect is a failure,
/// size and time are limited.
/// </summary>
public sealed class StsFetch(GuardedHttp http) : IStsFetch, IDisposable
{
    private const int MostOctets = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient client = http.MakeClient(Patience, MostOctets);

    public async ValueTask<StsFetched> FetchAsync(string domain, CancellationToken cancel)
    {
        try
        {
            using var response = await client.GetAsync(new Uri($"https://mta-sts.{domain}/.well-known/mta-sts.txt"), cancel);
            int status = (int)response.StatusCode;
            if (status != 200)
                return Failed(status is >= 300 and < 400 ? OurEvidence.StsRedirected.Say(status) : OurEvidence.StsHttpStatus.Say(status));
            string? type = response.Content.Headers.ContentType?.MediaType;
            if (type is not null && type != "text/plain")
                return Failed(OurEvidence.StsContentType.Say(type));
            return new StsFetched(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancel)));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failed(OurEvidence.StsTimedOut.Say((int)Patience.TotalSeconds));
        }
        catch (HttpRequestException failure)
        {
            return failure.InnerException is AuthenticationException certificate
                ? Failed(OurEvidence.StsHttpsCertificate.Say(certificate.Message), StsFetched.CertificateInvalid)
                : failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                    ? Failed(OurEvidence.StsTooLarge.Say(MostOctets))
                    : Failed(OurEvidence.Quoted.Say(failure.InnerException?.Message ?? failure.Message));
        }
        catch (UriFormatException)
        {
            return Failed(OurEvidence.Quoted.Say("the domain cannot be part of a web address"));
        }
    }

    public void Dispose() => client.Dispose();

    private static StsFetched Failed(Finding problem, string failure = StsFetched.FetchError) => new(null, problem, failure);
}
