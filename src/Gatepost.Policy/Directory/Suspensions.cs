using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>Finds what keeps an account from something: its own suspension or that of its domain.</summary>
public static class Suspensions
{
    /// <returns>Null where nothing does.</returns>
    public static async ValueTask<Suspension?> FindAsync(IDirectory directory, Mailbox address, Suspended what, DateTimeOffset now, CancellationToken cancel)
    {
        if ((await directory.FindAccountAsync(AddressKey.Of(address), cancel))?.Suspension is { } own && own.Covers(what, now))
            return own;
        var domain = await directory.FindDomainAsync(address.Domain, cancel);
        return domain?.Suspension is { } general && general.Covers(what, now) ? general : null;
    }
}
