using Gatepost.Files;
using Gatepost.Policy.Directory;

namespace Gatepost.Policy.Quotas;

/// <summary>Knows how full mailboxes are, and keeps room in them for messages that were accepted.</summary>
public interface IMailboxSizes
{
    /// <summary>How full the mailbox is now.</summary>
    /// <returns>Null when it cannot be learnt: unknown, never "full".</returns>
    ValueTask<MailboxState?> MeasureAsync(Account account, CancellationToken cancel);

    /// <summary>Reserves room until the message is delivered, if <paramref name="accept"/> says so.</summary>
    /// <param name="key">The message's queue id.</param>
    /// <param name="accept">Whether to reserve, given the state before.</param>
    /// <returns>The state before; null when it cannot be learnt, and then nothing is reserved.</returns>
    ValueTask<MailboxState?> ReserveAsync(
        Account account, string key, long octets, Func<MailboxState, bool> accept, CancellationToken cancel) =>
        MeasureAsync(account, cancel);

    /// <summary>Gives reserved room back: the message is refused.</summary>
    void Release(Account account, string key)
    {
    }
}
