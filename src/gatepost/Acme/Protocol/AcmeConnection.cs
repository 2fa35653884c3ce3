using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatepost.Replies;

namespace Gatepost.Acme.Protocol;

/// <summary>An answer of an authority.</summary>
/// <param name="Status">Of HTTP, 200 to 299.</param>
/// <param name="Location">Where the object is that was made.</param>
/// <param name="RetryAt">Before that time it need not be asked again; null if it did not say.</param>
internal sealed record AcmeAnswer(int Status, byte[] Body, string? Location, DateTimeOffset? RetryAt);

/// <summary>Requests to an authority over HTTPS: bounded in time and size, without redirects, every failure with its reason.</summary>
internal sealed class AcmeConnection : IDisposable
{
    /// <summary>A chain of certificates has some 10 KB.</summary>
    private const int MostOctets = 1 << 20;

    /// <summary>A nonce that another node of the authority does not know is no failure (RFC 8555 §6.5).</summary>
    private const int MostNonces = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient client;
    private readonly TimeProvider time;
    private string? nonce;

    /// <param name="handler">Belongs to the connection from here on; it must not follow redirects.</param>
    public AcmeConnection(HttpMessageHandler handler, TimeProvider time)
    {
        this.time = time;
        client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = MostOctets };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Gatepost");
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
    }

    public void Dispose() => client.Dispose();

    /// <exception cref="AcmeException">There is no usable answer.</exception>
    public async Task<T> GetAsync<T>(string url, JsonTypeInfo<T> type, CancellationToken cancel) =>
        Read(url, await SendAsync(HttpMethod.Get, url, null, cancel).ConfigureAwait(false), type);

    /// <summary>A signed request, again with another nonce if the authority does not know the first.</summary>
    /// <param name="newNonce">Where nonces come from.</param>
    /// <param name="sign">Makes the body for a nonce.</param>
    /// <exception cref="AcmeException">There is no usable answer.</exception>
    public async Task<AcmeAnswer> PostAsync(string? newNonce, string url, Func<string, byte[]> sign, CancellationToken cancel)
    {
        for (int tries = 1; ; tries++)
        {
            string used = Interlocked.Exchange(ref nonce, null) ?? await NonceAsync(newNonce, cancel).ConfigureAwait(false);
            using var body = new ByteArrayContent(sign(used));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
            try
            {
                return await SendAsync(HttpMethod.Post, url, body, cancel).ConfigureAwait(false);
            }
            catch (AcmeException failure) when (failure.Problem == AcmeProblem.BadNonce && tries < MostNonces)
            {
                // The rejection brought a fresh one.
            }
        }
    }

    /// <exception cref="AcmeException">It is not what was expected.</exception>
    public static T Read<T>(string url, AcmeAnswer answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException broken)
        {
            throw new AcmeException(OurEvidence.AcmeUnreadable.Say(url, broken.Message));
        }
    }

    private async Task<string> NonceAsync(string? url, CancellationToken cancel)
    {
        if (url is null)
            throw new AcmeException(OurEvidence.AcmeUnreadable.Say("newNonce", "the directory does not name it"));
        await SendAsync(HttpMethod.Head, url, null, cancel).ConfigureAwait(false);
        return Interlocked.Exchange(ref nonce, null)
            ?? throw new AcmeException(OurEvidence.AcmeUnreadable.Say(url, "there is no Replay-Nonce"));
    }

    private async Task<AcmeAnswer> SendAsync(HttpMethod method, string url, HttpContent? body, CancellationToken cancel)
    {
        // RFC 8555 §6.1: nothing but HTTPS, whatever an answer points to.
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
            throw new AcmeException(OurEvidence.AcmeNotHttps.Say(SafeText.Of(url, 200).ToString()));
        try
        {
            using var request = new HttpRequestMessage(method, address) { Content = body };
            using var response = await client.SendAsync(request, cancel).ConfigureAwait(false);
            if (response.Headers.TryGetValues("Replay-Nonce", out var nonces))
                Volatile.Write(ref nonce, nonces.First());
            byte[] octets = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            var answer = new AcmeAnswer(status, octets, response.Headers.Location?.OriginalString, RetryAt(response));
            return status is >= 200 and < 300 ? answer : throw Rejected(url, response, answer);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new AcmeException(OurEvidence.AcmeTimedOut.Say(url, (int)Patience.TotalSeconds));
        }
        catch (HttpRequestException failure)
        {
            throw new AcmeException(failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? OurEvidence.AcmeTooLarge.Say(url, new Octets(MostOctets))
                : failure.InnerException is AuthenticationException certificate
                    ? OurEvidence.AcmeUntrusted.Say(url, certificate.Message)
                    : OurEvidence.AcmeUnreachable.Say(url, failure.InnerException?.Message ?? failure.Message));
        }
    }

    private static AcmeException Rejected(string url, HttpResponseMessage response, AcmeAnswer answer)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            var problem = Read(url, answer, AcmeJson.Default.AcmeProblem);
            return new AcmeException(problem.ToFinding()) { RetryAt = answer.RetryAt, Problem = problem.Name };
        }

        return new AcmeException(OurEvidence.AcmeStatus.Say(url, answer.Status)) { RetryAt = answer.RetryAt };
    }

    private DateTimeOffset? RetryAt(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delay } => time.GetUtcNow() + delay,
        { Date: { } date } => date,
        _ => null,
    };
}
