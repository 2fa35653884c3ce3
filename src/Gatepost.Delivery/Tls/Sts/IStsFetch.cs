using Gatepost.Replies;

namespace Gatepost.Delivery.Tls.Sts;

/// <summary>Fetches the policy file of a domain.</summary>
public interface IStsFetch
{
    /// <summary>Never throws except for a caller that gives up.</summary>
    ValueTask<StsFetched> FetchAsync(string domain, CancellationToken cancel);
}

/// <summary>What fetching a policy brought.</summary>
/// <param name="Text">Null if it failed.</param>
/// <param name="Problem">Why it failed.</param>
/// <param name="Failure">The same as reports name it (RFC 8460 §4.3).</param>
public sealed record StsFetched(string? Text, Finding? Problem = null, string? Failure = null)
{
    public const string FetchError = "sts-policy-fetch-error", Invalid = "sts-policy-invalid", CertificateInvalid = "sts-webpki-invalid";
}
