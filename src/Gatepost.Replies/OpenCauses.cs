namespace Gatepost.Replies;

/// <summary>Which other causes words may mean that name an effect rather than a cause: "access denied", "message rejected",
/// "try again later".</summary>
internal static class OpenCauses
{
    private static readonly Dictionary<Reason, Reason[]> ByReason = new()
    {
        [Reason.AccessDenied] = [Reason.ClientBlocked, Reason.SenderRefused, Reason.AuthRequired, Reason.RelayDenied],
        [Reason.PolicyRefused] = [Reason.SpamDetected, Reason.ClientBlocked, Reason.SenderRefused, Reason.AuthRequired],
        [Reason.SystemError] = [Reason.Greylisted, Reason.RateLimited, Reason.ConfigurationError],
        [Reason.ContentRefused] = [Reason.SpamDetected, Reason.AttachmentRefused, Reason.MessageMalformed],
        [Reason.RecipientRefused] = [Reason.MailboxUnknown, Reason.SenderRefused],
        [Reason.SenderRefused] = [Reason.SenderDomainNotFound, Reason.SenderNotOwned, Reason.SenderAuthFailed],
        [Reason.HostUnreachable] = [Reason.ClientBlocked, Reason.DnsFailure],
        [Reason.ClientBlocked] = [Reason.ReputationBad, Reason.RdnsMissing],
        [Reason.LocalDeliveryFailed] = [Reason.MailboxFull, Reason.ConfigurationError],
        [Reason.ProtocolError] = [Reason.AuthRequired, Reason.TlsRequired],
    };

    /// <summary>The others, the likeliest first; none if the words of a reason name the cause itself.</summary>
    public static IReadOnlyList<Reason> Beside(Reason reason) => ByReason.GetValueOrDefault(reason) ?? [];
}
