using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatepost.Replies;

namespace Gatepost.Acme.Protocol;

/// <summary>What is asked of an authority with an account (RFC 8555 §7).</summary>
/// <param name="directory">Its directory, as read.</param>
internal sealed class AcmeClient(AcmeConnection connection, AcmeDirectory directory, AccountKey key, TimeProvider time)
{
    /// <summary>How long an order or an authorization may take to be decided.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>The address of the account; null before <see cref="OpenAccountAsync"/>.</summary>
    public string? Account { get; set; }

    public AccountKey Key => key;

    /// <summary>Opens an account, or finds the one that the key has already.</summary>
    /// <param name="contact">A mail address; null for none.</param>
    /// <param name="binding">Of an authority that knows its customers from elsewhere: id and secret; null for none.</param>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="AcmeException">There is none.</exception>
    public async Task<bool> OpenAccountAsync(string? contact, (string Id, byte[] Secret)? binding, CancellationToken cancel)
    {
        string url = Named(directory.NewAccount, "newAccount");
        var payload = new AcmeNewAccount(
            TermsOfServiceAgreed: true, contact is null ? null : ["mailto:" + contact],
            binding is { } known ? key.Bind(known.Id, known.Secret, url) : null);
        Account = null;
        var answer = await PostAsync(url, JsonSerializer.SerializeToUtf8Bytes(payload, AcmeJson.Default.AcmeNewAccount), cancel)
            .ConfigureAwait(false);
        Account = Named(answer.Location, "Location");
        return answer.Status == 201;
    }

    /// <param name="names">In A-labels.</param>
    /// <param name="replaces">Which certificate is renewed (RFC 9773 §4.1); sent only to an authority that can read it.</param>
    /// <exception cref="AcmeException">The order is rejected.</exception>
    public async Task<(string Url, AcmeOrder Order)> OrderAsync(
        IReadOnlyList<string> names, string? replaces, CancellationToken cancel)
    {
        string url = Named(directory.NewOrder, "newOrder");
        var payload = new AcmeNewOrder([.. names.Select(AcmeIdentifier.OfName)], directory.RenewalInfo is null ? null : replaces);
        var answer = await PostAsync(url, JsonSerializer.SerializeToUtf8Bytes(payload, AcmeJson.Default.AcmeNewOrder), cancel)
            .ConfigureAwait(false);
        return (Named(answer.Location, "Location"), AcmeConnection.Read(url, answer, AcmeJson.Default.AcmeOrder));
    }

    /// <exception cref="AcmeException">There is no usable answer.</exception>
    public async Task<AcmeAuthorization> AuthorizationAsync(string url, CancellationToken cancel) =>
        (await FetchAsync(url, AcmeJson.Default.AcmeAuthorization, cancel).ConfigureAwait(false)).Value;

    /// <summary>Says that a challenge can be looked at (RFC 8555 §7.5.1).</summary>
    /// <exception cref="AcmeException">It is rejected.</exception>
    public Task ReadyAsync(AcmeChallenge challenge, CancellationToken cancel) =>
        PostAsync(Named(challenge.Url, "url"), "{}"u8.ToArray(), cancel);

    /// <summary>Waits until an authorization is decided.</summary>
    /// <exception cref="AcmeException">It is not decided in time.</exception>
    public Task<AcmeAuthorization> DecidedAsync(string url, string name, CancellationToken cancel) => WaitAsync(
        url, name, AcmeJson.Default.AcmeAuthorization, authorization => authorization.Status != "pending", cancel);

    /// <summary>Has the certificate made, and waits for it.</summary>
    /// <param name="url">Of the order.</param>
    /// <param name="request">PKCS #10, DER.</param>
    /// <returns>The certificate and its chain, PEM.</returns>
    /// <exception cref="AcmeException">There is no certificate.</exception>
    public async Task<string> CertificateAsync(string url, string name, byte[] request, CancellationToken cancel)
    {
        var order = await WaitAsync(url, name, AcmeJson.Default.AcmeOrder, order => order.Status != "pending", cancel)
            .ConfigureAwait(false);
        if (order.Status == "ready")
        {
            var payload = new AcmeFinalize(Base64Url.EncodeToString(request));
            await PostAsync(
                Named(order.Finalize, "finalize"), JsonSerializer.SerializeToUtf8Bytes(payload, AcmeJson.Default.AcmeFinalize), cancel)
                .ConfigureAwait(false);
            order = await WaitAsync(url, name, AcmeJson.Default.AcmeOrder, one => one.Status is not ("ready" or "processing"), cancel)
                .ConfigureAwait(false);
        }

        if (order.Status != "valid")
        {
            throw new AcmeException(OurEvidence.AcmeOrderInvalid.Say(
                name, order.Error?.ToFinding() ?? OurEvidence.Quoted.Say($"status {SafeText.Of(order.Status, 40)}")));
        }

        var answer = await PostAsync(Named(order.Certificate, "certificate"), [], cancel).ConfigureAwait(false);
        return Encoding.UTF8.GetString(answer.Body);
    }

    /// <summary>When the authority wants a certificate renewed (RFC 9773); null if it does not say.</summary>
    /// <param name="id">Of the certificate (RFC 9773 §4.1).</param>
    /// <exception cref="AcmeException">There is no usable answer.</exception>
    public async Task<RenewalWindow?> RenewalAsync(string id, CancellationToken cancel)
    {
        if (directory.RenewalInfo is not { } at)
            return null;
        var info = await connection.GetAsync($"{at.TrimEnd('/')}/{id}", AcmeJson.Default.RenewalInfo, cancel).ConfigureAwait(false);
        return info.SuggestedWindow is { } window && window.Start <= window.End ? window : null;
    }

    private static string Named(string? url, string what) =>
        url ?? throw new AcmeException(OurEvidence.AcmeUnreadable.Say(what, "it is missing"));

    /// <summary>POST-as-GET (RFC 8555 §6.3).</summary>
    private async Task<(T Value, DateTimeOffset? RetryAt)> FetchAsync<T>(string url, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        var answer = await PostAsync(url, [], cancel).ConfigureAwait(false);
        return (AcmeConnection.Read(url, answer, type), answer.RetryAt);
    }

    private Task<AcmeAnswer> PostAsync(string url, byte[] payload, CancellationToken cancel) =>
        connection.PostAsync(directory.NewNonce, url, nonce => key.Sign(payload, url, nonce, Account), cancel);

    private async Task<T> WaitAsync<T>(
        string url, string name, JsonTypeInfo<T> type, Func<T, bool> isDecided, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        var pause = ShortestPause;
        while (true)
        {
            var (value, retryAt) = await FetchAsync(url, type, cancel).ConfigureAwait(false);
            if (isDecided(value))
                return value;
            var wanted = retryAt - time.GetUtcNow() ?? pause;
            var wait = wanted < ShortestPause ? ShortestPause : wanted > LongestPause ? LongestPause : wanted;
            if (time.GetElapsedTime(began) + wait > Patience)
                throw new AcmeException(OurEvidence.AcmeUndecided.Say(name, Patience));
            await Task.Delay(wait, time, cancel).ConfigureAwait(false);
            pause *= 2;
        }
    }
}
