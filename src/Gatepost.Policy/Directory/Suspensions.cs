using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>Finds what keeps an account from something: its own suspension or that of its domain.</summary>
public static class Suspensions
{
    /// <returns>Null if nothing does.</returns>
    public static async ValueTask<Suspension?> FindAsync(
        IDirectory directory, Mailbox address, Suspended what, DateTimeOffset now, CancellationToken cancel)
    {
        if ((await directory.FindAccountAsync(AddressKey.Of(address), cancel))?.Suspensions.Covering(what, now) is { } own)
            return own;
        return (await directory.FindDomainAsync(address.Domain, cancel))?.Suspensions.Covering(what, now);
    }

    /// <summary>The first that takes something away now; null if none does.</summary>
    public static Suspension? Covering(this IReadOnlyList<Suspension> suspensions, Suspended what, DateTimeOffset now)
    {
        foreach (var suspension in suspensions)
        {
            if (suspension.Covers(what, now))
                return suspension;
        }

        return null;
    }
}
