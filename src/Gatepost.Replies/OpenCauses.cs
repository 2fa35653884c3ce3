namespace Gatepost.Replies;

/// <summary>Which other causes words may mean that name an effect rather than a cause: "access denied", "message rejected",
/// "try again later".</summary>
public static class OpenCauses
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

    /// <summary>All that a text may also mean, the likeliest first.</summary>
    /// <param name="entry">What it was recognised as.</param>
    /// <param name="told">The cause that is told.</param>
    /// <param name="second">Another cause that its words name nearly as plainly; null for none.</param>
    /// <param name="isPlain">True if nothing speaks against the words that decided: then the usual others are not meant.</param>
    public static IReadOnlyList<Reason> Of(ReplyEntry entry, Reason told, Reason? second, bool isPlain)
    {
        bool isNamed = isPlain && entry is { Kind: EntryKind.Dialect, Provider: null }
            && entry.Id.StartsWith("general-", StringComparison.Ordinal) && told != Reason.AccessDenied && told != Reason.PolicyRefused;
        return told.Permanence == Permanence.None ? []
            : [.. new[] { second }.Concat(isNamed ? [] : entry.Also).OfType<Reason>().Where(reason => reason != told).Distinct()];
    }

    /// <summary>The others, the likeliest first; none if the words of a reason name the cause itself.</summary>
    public static IReadOnlyList<Reason> Beside(Reason reason) => ByReason.GetValueOrDefault(reason) ?? [];
}
