using Gatepost.Policy.Directory;

namespace Gatepost.Policy.Quotas;

/// <summary>How full a mailbox is.</summary>
/// <param name="Octets">What it holds.</param>
/// <param name="Unchanged">Since when nothing came in or was deleted, where known: a full mailbox nobody tidies.</param>
/// <param name="Limit">Octets the mailbox itself says it may hold; null where it says nothing.</param>
public readonly record struct MailboxSize(long Octets, DateTimeOffset? Unchanged, long? Limit = null);

/// <summary>Knows how full mailboxes are. Asked at RCPT, so it answers quickly or not at all.</summary>
public interface IMailboxSizes
{
    /// <returns>Null where it could not be learnt: unknown, never "full".</returns>
    ValueTask<MailboxSize?> MeasureAsync(Account account, CancellationToken cancel);
}
