using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Acme.Challenges;
using Gatepost.Acme.Protocol;
using Gatepost.Replies;

namespace Gatepost.Acme;

/// <summary>One order, from its names to the certificate (RFC 8555 §7.4).</summary>
/// <param name="responder">Shows that the names are ours.</param>
/// <param name="report">Takes each step.</param>
internal sealed class CertificateOrder(AcmeClient client, IChallengeResponder responder, TimeProvider time, Action<Finding> report)
{
    /// <returns>The certificate and its chain, PEM; it is for this key and has every name.</returns>
    /// <param name="replaces">Which certificate is renewed (RFC 9773 §4.1); null for none.</param>
    /// <exception cref="AcmeException">There is no certificate.</exception>
    public async Task<string> RunAsync(
        IReadOnlyList<string> names, CertificateKey key, string? replaces, CancellationToken cancel)
    {
        string all = string.Join(", ", names);
        var (url, order) = await PlaceAsync(names, replaces, cancel).ConfigureAwait(false);
        report(OurEvidence.AcmeOrdered.Say(all));
        foreach (string authorization in order.Authorizations.Take(names.Count))
            await AuthorizeAsync(authorization, names, cancel).ConfigureAwait(false);
        string chain = await client.CertificateAsync(url, all, key.Request(names), cancel).ConfigureAwait(false);
        if (Problem(chain, names, key) is { } why)
            throw new AcmeException(OurEvidence.AcmeCertificateUnusable.Say(all, why));
        return chain;
    }

    /// <summary>What is replaced is only a hint: an order that is rejected with it is placed without.</summary>
    private async Task<(string Url, AcmeOrder Order)> PlaceAsync(IReadOnlyList<string> names, string? replaces, CancellationToken cancel)
    {
        try
        {
            return await client.OrderAsync(names, replaces, cancel).ConfigureAwait(false);
        }
        catch (AcmeException rejected) when (
            replaces is not null && rejected.Problem is not (
                null or AcmeProblem.RateLimited or AcmeProblem.NoAccount or AcmeProblem.BadNonce))
        {
            return await client.OrderAsync(names, null, cancel).ConfigureAwait(false);
        }
    }

    private async Task AuthorizeAsync(string url, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var authorization = await client.AuthorizationAsync(url, cancel).ConfigureAwait(false);
        if (authorization.Identifier is not { Type: "dns", Value: var name } || !names.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new AcmeException(OurEvidence.AcmeUnreadable.Say(url, "it is about a name that was not ordered"));
        if (authorization.Status == "valid")
        {
            report(OurEvidence.AcmeNameKnown.Say(name));
            return;
        }

        var challenge = authorization.Challenges.FirstOrDefault(one => one.Type == responder.Type)
            ?? throw new AcmeException(OurEvidence.AcmeNoChallenge.Say(
                name, responder.Type, string.Join(", ", authorization.Challenges.Select(one => SafeText.Of(one.Type, 40)))));
        // RFC 8555 §8.1: nothing else is a token, and nothing else may become part of a path.
        if (challenge.Token is not { Length: > 0 and < 1000 } token || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new AcmeException(OurEvidence.AcmeUnreadable.Say(url, "the challenge has no usable token"));

        string answer = client.Key.Authorize(token);
        try
        {
            await responder.SetAsync(name, token, answer, cancel).ConfigureAwait(false);
            await client.ReadyAsync(challenge, cancel).ConfigureAwait(false);
            authorization = await client.DecidedAsync(url, name, cancel).ConfigureAwait(false);
        }
        finally
        {
            await responder.ClearAsync(name, token, answer).ConfigureAwait(false);
        }

        if (authorization.Status != "valid")
        {
            var error = authorization.Challenges.FirstOrDefault(one => one.Type == responder.Type)?.Error;
            var why = error?.ToFinding() ?? OurEvidence.Quoted.Say($"status {SafeText.Of(authorization.Status, 40)}");
            throw new AcmeException(OurEvidence.AcmeChallengeRejected.Say(name, responder.Type, why)) { Problem = error?.Name };
        }

        report(OurEvidence.AcmeNameShown.Say(name, responder.Type));
    }

    /// <summary>What is wrong with what came; null if it can be used.</summary>
    private string? Problem(string chain, IReadOnlyList<string> names, CertificateKey key)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(chain);
            return !certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey) ? "it is for another key"
                : names.FirstOrDefault(name => !certificate.MatchesHostname(name)) is { } missing ? $"{missing} is not in it"
                : certificate.NotAfter.ToUniversalTime() <= time.GetUtcNow().UtcDateTime ? "it has expired"
                : null;
        }
        catch (CryptographicException broken)
        {
            return broken.Message;
        }
    }
}
