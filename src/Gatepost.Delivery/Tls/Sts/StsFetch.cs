using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Delivery.Tls.Sts;

/// <summary>
/// Fetches <c>https://mta-sts.DOMAIN/.well-known/mta-sts.txt</c> (RFC 8461 §3.3): the certificate must be valid, a redirect is a failure,
/// size and time are limited.
/// </summary>
public sealed class StsFetch : IStsFetch, IDisposable
{
    private const int MostOctets = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IResolver dns;
    private readonly Func<IPAddress, bool> refuses;
    private readonly HttpClient client;

    /// <param name="refuses">Whether nothing may be asked at an address: DNS of others must not lead into private networks.</param>
    public StsFetch(IResolver dns, Func<IPAddress, bool> refuses)
    {
        (this.dns, this.refuses) = (dns, refuses);
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = MostOctets,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Gatepost");
    }

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

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        string host = context.DnsEndPoint.Host;
        var answer = await dns.AddressesAsync(host, cancel);
        if (answer.Outcome != DnsOutcome.Found)
        {
            throw new IOException(answer.Outcome == DnsOutcome.Unanswered
                ? $"DNS gave no answer about {host}: {answer.Detail}" : $"{host} has no address in DNS");
        }

        Exception? last = null;
        foreach (var address in answer.Records.Where(address => !refuses(address)).Take(4))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception failure)
            {
                socket.Dispose();
                last = failure;
                if (failure is not SocketException)
                    throw;
            }
        }

        string where = string.Create(CultureInfo.InvariantCulture, $"{host}, port {context.DnsEndPoint.Port}");
        throw new IOException(last is null ? $"{host} is in a private network" : $"connect to {where}: {last.Message}", last);
    }
}
