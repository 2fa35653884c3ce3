using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>Follows one recipient through alias domains, aliases, forwards and catch-alls to mailboxes and to other servers.</summary>
/// <remarks>
/// Depth first; an address that is met again on the way that led to it closes a loop. Met again on another way it is only a duplicate.
/// </remarks>
public sealed class AliasExpansion
{
    /// <summary>Aliases one behind the other: as many as anybody has had a reason for.</summary>
    public const int MaxDepth = 20;

    /// <summary>Final addresses of one recipient.</summary>
    public const int MaxRoutes = 1_000;

    private readonly IDirectory directory;
    private readonly List<Route> routes = [];
    private readonly List<Account> accounts = [];
    private readonly List<AddressKey> way = [];
    private readonly Dictionary<AddressKey, bool> done = [];
    private List<string>? broken;
    private ResolutionOutcome fault;

    private AliasExpansion(IDirectory directory) => this.directory = directory;

    /// <summary>
    /// Resolves one recipient. The common cases, a mailbox without forwards, a domain that is not ours and an unknown address, need
    /// no expansion.
    /// </summary>
    public static async ValueTask<Resolution> ResolveAsync(IDirectory directory, Mailbox recipient, CancellationToken cancel)
    {
        string name = recipient.Domain.Length > 0 ? recipient.Domain : directory.DefaultDomain ?? "";
        if (name.Length == 0)
            return new Resolution(ResolutionOutcome.Unknown, null, [], [], []);
        if (await directory.FindDomainAsync(name, cancel) is not { } domain)
            return new Resolution(
                ResolutionOutcome.Foreign, null, [new Route(recipient, directory.RouteTo(DomainName.ToAscii(name)))], [], []);

        var key = new AddressKey(recipient.LocalPart, name);
        var account = domain.Kind == DomainKind.Hosted ? await directory.FindAccountAsync(key, cancel) : null;
        if (account is { Forwards.Count: 0 })
            return new Resolution(ResolutionOutcome.Found, domain, [new Route(recipient, account.Destination)], [account], []);
        if (account is null && IsPlainlyHosted(key, domain) && await directory.FindAliasAsync(key, cancel) is null)
            return new Resolution(ResolutionOutcome.Unknown, domain, [], [], []);

        var expansion = new AliasExpansion(directory);
        bool known = await expansion.FollowAsync(recipient, key, domain, cancel);
        return expansion.Conclude(domain, known);
    }

    /// <summary>
    /// Whether nothing but an account or an alias of just that name can know the address: guessed addresses are to cost little.
    /// </summary>
    private static bool IsPlainlyHosted(AddressKey key, Domain domain) =>
        domain is { Kind: DomainKind.Hosted, CatchAll: null } && Plain(key, domain) is null
            && !key.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase);

    private Resolution Conclude(Domain domain, bool known) =>
        broken is not null ? new Resolution(fault, domain, [], [], broken)
        : known && routes.Count > 0
        ? new Resolution(ResolutionOutcome.Found, domain, routes, accounts, [.. done.Keys.Select(key => key.ToString())])
        : new Resolution(ResolutionOutcome.Unknown, domain, [], [], []);

    /// <returns>False if the address does not exist.</returns>
    private async ValueTask<bool> FollowAsync(Mailbox address, AddressKey key, Domain? domain, CancellationToken cancel)
    {
        if (broken is not null)
            return true;
        if (way.Contains(key))
            return Break(ResolutionOutcome.Loop, key);
        if (way.Count >= MaxDepth || routes.Count >= MaxRoutes)
            return Break(ResolutionOutcome.TooWide, key);
        if (done.TryGetValue(key, out bool before))
            return before;

        done[key] = true;
        way.Add(key);
        bool known = domain is null ? Leave(address) : await StepAsync(address, key, domain, cancel);
        way.RemoveAt(way.Count - 1);
        return done[key] = known;
    }

    private async ValueTask<bool> StepAsync(Mailbox address, AddressKey key, Domain domain, CancellationToken cancel)
    {
        if (await directory.FindAliasAsync(key, cancel) is { } alias)
            return await FollowAllAsync(alias.Targets, cancel);
        if (domain.Kind == DomainKind.Hosted && await directory.FindAccountAsync(key, cancel) is { } account)
            return await EnterAsync(address, account, cancel);
        if (Plain(key, domain) is { } plain && await IsThereAsync(plain, domain, cancel))
            return await FollowAsync(address, plain, domain, cancel);

        return domain.Kind switch
        {
            DomainKind.Relay => Add(new Route(address, domain.RelayTo ?? directory.RouteTo(domain.Name))),
            DomainKind.Alias => await FollowAliasDomainAsync(key, domain, cancel),
            _ when key.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase) => Add(new Route(address, domain.Postmaster)),
            _ when domain.CatchAll is { } all => await FollowAllAsync([all], cancel),
            _ => false,
        };
    }

    private async ValueTask<bool> EnterAsync(Mailbox address, Account account, CancellationToken cancel)
    {
        accounts.Add(account);
        // Forwarding to oneself is how many panels and .forward files say "keep a copy".
        var self = AddressKey.Of(account.Address);
        var others = account.Forwards.Where(target => AddressKey.Of(target) != self).ToList();
        if (account.KeepsCopy || others.Count < account.Forwards.Count || others.Count == 0)
            Add(new Route(address, account.Destination));
        // When every forward leads nowhere, no mail is lost: it stays here until the forwards are repaired.
        if (others.Count > 0 && !await FollowAllAsync(others, cancel) && broken is null
            && !(account.KeepsCopy || others.Count < account.Forwards.Count))
            Add(new Route(address, account.Destination));
        return true;
    }

    /// <summary>A target that does not exist loses its copy only where others remain: an alias with no living target is unknown.</summary>
    private async ValueTask<bool> FollowAllAsync(IReadOnlyList<Mailbox> targets, CancellationToken cancel)
    {
        bool any = false;
        foreach (var target in targets)
        {
            var domain = await directory.FindDomainAsync(target.Domain, cancel);
            any |= await FollowAsync(target, AddressKey.Of(target), domain, cancel);
        }

        return any;
    }

    private async ValueTask<bool> FollowAliasDomainAsync(AddressKey key, Domain domain, CancellationToken cancel)
    {
        if (await directory.FindDomainAsync(domain.AliasOf!, cancel) is not { } real
            || !Mailbox.TryParse($"{Quoted(key.LocalPart)}@{real.Name}", out var there))
            return false;
        return await FollowAsync(there!, AddressKey.Of(there!), real, cancel);
    }

    private async ValueTask<bool> IsThereAsync(AddressKey key, Domain domain, CancellationToken cancel) =>
        await directory.FindAliasAsync(key, cancel) is not null
        || (domain.Kind == DomainKind.Hosted && await directory.FindAccountAsync(key, cancel) is not null);

    private bool Leave(Mailbox address) => Add(new Route(address, directory.RouteTo(DomainName.ToAscii(address.Domain))));

    private bool Add(Route route)
    {
        routes.Add(route);
        return true;
    }

    private bool Break(ResolutionOutcome outcome, AddressKey at)
    {
        fault = outcome;
        broken = [.. way.Select(key => key.ToString()), at.ToString()];
        return true;
    }

    /// <summary><c>ann</c> of <c>ann+lists</c>; null if there is no detail or nothing before it.</summary>
    private static AddressKey? Plain(AddressKey key, Domain domain)
    {
        int at = domain.Delimiter is { } delimiter ? key.LocalPart.IndexOf(delimiter) : -1;
        return at > 0 ? new AddressKey(key.LocalPart[..at], key.Domain) : null;
    }

    /// <summary>A local part as it is allowed before an @, quoted again where it must be.</summary>
    private static string Quoted(string localPart) =>
        Mailbox.TryParse(localPart + "@x", out _) ? localPart : "\"" + localPart.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
