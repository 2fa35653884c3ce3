using Gatepost.Dns;
using Gatepost.MailAuth.Dmarc;
using Gatepost.Smtp;

namespace Gatepost.Policy;

/// <summary>Where the administrator knows better than the author's domain what to do with mail that fails DMARC.</summary>
/// <remarks>An entry is a domain in From, which counts for those below it as well, or an envelope sender with @.
/// Anybody can write an envelope sender, so one that accepts counts only where SPF proves it.</remarks>
public sealed record DmarcOverrides
{
    /// <summary>Accepted although they fail.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Into quarantine if they fail.</summary>
    public IReadOnlyList<string> Quarantine { get; init; } = [];

    /// <summary>Rejected if they fail.</summary>
    public IReadOnlyList<string> Reject { get; init; } = [];

    /// <summary>The policy that counts instead of the domain's, and the entry that says so; null if none does. A sender goes before a
    /// domain, a longer domain before a shorter one, and accepting before rejecting.</summary>
    /// <param name="author">The domain in From; null if there is none.</param>
    /// <param name="sender">Of the envelope; null is the null sender.</param>
    /// <param name="isProven">Whether SPF passed for that sender.</param>
    public (DmarcPolicy Policy, string Entry)? Find(string? author, Mailbox? sender, bool isProven)
    {
        (DmarcPolicy Policy, string Entry)? found = null;
        string? domain = author is null ? null : DnsName.Normalise(author);
        foreach (var (policy, list) in ((DmarcPolicy, IReadOnlyList<string>)[])
            [(DmarcPolicy.None, Accept), (DmarcPolicy.Quarantine, Quarantine), (DmarcPolicy.Reject, Reject)])
        {
            foreach (string entry in list)
            {
                if (entry.Contains('@', StringComparison.Ordinal))
                {
                    if (sender is not null && (isProven || policy != DmarcPolicy.None)
                        && entry.Equals(sender.ToString(), StringComparison.OrdinalIgnoreCase))
                        return (policy, entry);
                }
                else if (domain is not null && entry.Length > (found?.Entry.Length ?? 0) && IsWithin(domain, entry))
                {
                    found = (policy, entry);
                }
            }
        }

        return found;
    }

    /// <summary>An entry as it is written may have another form of the same domain; nearly none ends as the author's does.</summary>
    private static bool IsWithin(string domain, string entry) =>
        DnsName.IsWithin(domain, entry) || (DnsName.Normalise(entry) is { } name && DnsName.IsWithin(domain, name));
}
