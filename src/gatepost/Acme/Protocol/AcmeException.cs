using Gatepost.Replies;

namespace Gatepost.Acme.Protocol;

/// <summary>A certificate could not be ordered.</summary>
/// <param name="reason">Why, and who must act.</param>
internal sealed class AcmeException(Finding reason) : Exception(reason.ToString())
{
    public Finding Reason => reason;

    /// <summary>Before that time the authority wants no further request; null if it did not say.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The last part of the problem's URN (RFC 8555 §6.7); null for a failure that is no problem document.</summary>
    public string? Problem { get; init; }
}
