using Gatepost.Files;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;

namespace Gatepost.Policy.Quotas;

/// <summary>The room in Maildirs, seen from the directory: an account and its quota. Other destinations cannot be measured.</summary>
/// <param name="mailboxes">Shared with delivery, so that a message accepted and not delivered yet is counted.</param>
public sealed class MaildirSizes(MailboxUsages mailboxes) : IMailboxSizes
{
    public MaildirSizes(TimeProvider time)
        : this(new MailboxUsages(time))
    {
    }

    public ValueTask<MailboxState?> MeasureAsync(Account account, CancellationToken cancel) =>
        UsageOf(account) is { } usage ? usage.MeasureAsync(account.Quota, cancel) : default;

    public ValueTask<MailboxState?> ReserveAsync(
        Account account, string key, long octets, Func<MailboxState, bool> accept, CancellationToken cancel) =>
        UsageOf(account) is { } usage ? usage.ReserveAsync(key, octets, account.Quota, accept, cancel) : default;

    public void Release(Account account, string key) => UsageOf(account)?.Release(key);

    private MailboxUsage? UsageOf(Account account) =>
        account.Destination.Kind == DestinationKind.Maildir ? mailboxes.Of(account.Destination.Name) : null;
}

/// <summary>Measures and reserves nothing: for dry runs.</summary>
internal sealed class ReadOnlyMailboxSizes(IMailboxSizes sizes) : IMailboxSizes
{
    public ValueTask<MailboxState?> MeasureAsync(Account account, CancellationToken cancel) => sizes.MeasureAsync(account, cancel);
}
