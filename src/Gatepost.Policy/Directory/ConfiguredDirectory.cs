using System.Collections.Frozen;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>A directory that is in the configuration: immutable, wholly in memory, replaced as a whole at reload.</summary>
public sealed class ConfiguredDirectory : IDirectory
{
    private readonly FrozenDictionary<string, Domain> domains;
    private readonly FrozenDictionary<AddressKey, Account> accounts;
    private readonly FrozenDictionary<AddressKey, Alias> aliases;
    private readonly FrozenDictionary<string, Block[]> blocks;
    private readonly TransportTable transports;

    /// <exception cref="ArgumentException">The parts do not fit together; <see cref="Problems"/> says all of it beforehand.</exception>
    public ConfiguredDirectory(IReadOnlyList<Domain> domains, IReadOnlyList<Account> accounts, IReadOnlyList<Alias> aliases,
        TransportTable? transports = null, IReadOnlyList<Block>? blocks = null)
    {
        this.domains = domains.ToFrozenDictionary(domain => DomainName.ToAscii(domain.Name), StringComparer.OrdinalIgnoreCase);
        this.accounts = accounts.ToFrozenDictionary(account => AddressKey.Of(account.Address));
        this.aliases = aliases.ToFrozenDictionary(alias => AddressKey.Of(alias.Address));
        this.transports = transports ?? TransportTable.ByMx;
        this.blocks = (blocks ?? []).GroupBy(block => block.Pattern, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(same => same.Key, same => same.ToArray(), StringComparer.OrdinalIgnoreCase);
        DefaultDomain = domains.FirstOrDefault(domain => domain.Kind == DomainKind.Hosted)?.Name;
    }

    public string? DefaultDomain { get; }

    public Machine? Machine { get; init; }

    public IEnumerable<Domain> Domains => domains.Values;

    public IEnumerable<Account> Accounts => accounts.Values;

    public IEnumerable<Alias> Aliases => aliases.Values;

    public IEnumerable<Block> Blocks => blocks.Values.SelectMany(same => same);

    public ValueTask<Domain?> FindDomainAsync(string name, CancellationToken cancel) =>
        ValueTask.FromResult(domains.GetValueOrDefault(DomainName.ToAscii(name)));

    public ValueTask<Account?> FindAccountAsync(AddressKey address, CancellationToken cancel) =>
        ValueTask.FromResult(accounts.GetValueOrDefault(address));

    public ValueTask<Alias?> FindAliasAsync(AddressKey address, CancellationToken cancel) =>
        ValueTask.FromResult(aliases.GetValueOrDefault(address));

    public ValueTask<IReadOnlyList<Block>> FindBlocksAsync(BlockSide side, AddressKey address, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<Block>>(blocks.Count == 0
            ? []
            : [.. Block.PatternsOf(address).SelectMany(pattern => blocks.GetValueOrDefault(pattern, []))
                .Where(block => block.Side == side)]);

    public Destination RouteTo(string domain) => transports.For(domain);

    /// <summary>Everything that keeps these parts from forming a directory, in the admin's words; empty when they do.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<Domain> domains, IReadOnlyList<Account> accounts, IReadOnlyList<Alias> aliases)
    {
        var byName = domains.ToLookup(domain => DomainName.ToAscii(domain.Name), StringComparer.OrdinalIgnoreCase);
        foreach (var twice in byName.Where(same => same.Count() > 1))
            yield return $"domain {twice.Key} is written {twice.Count()} times: keep one";

        foreach (var domain in domains.Where(domain => domain.Kind == DomainKind.Alias))
        {
            if (domain.AliasOf is not { } target || !byName.Contains(DomainName.ToAscii(target)))
                yield return $"domain {domain.Name} is an alias of {domain.AliasOf ?? "nothing"}, which is no domain here: add that "
                    + $"domain or name another";
        }

        foreach (var twice in accounts.Select(account => account.Address).Concat(aliases.Select(alias => alias.Address))
            .GroupBy(AddressKey.Of).Where(same => same.Count() > 1))
            yield return $"{twice.Key} is written {twice.Count()} times among mailboxes and aliases: keep one, or give the mailbox a "
                + $"forward";

        foreach (var address in accounts.Select(account => account.Address).Where(address => !IsHosted(address)))
            yield return $"mailbox {address}: {address.Domain} is no hosted domain: add it, or correct the address";

        foreach (var alias in aliases)
        {
            if (!byName.Contains(DomainName.ToAscii(alias.Address.Domain)))
                yield return $"alias {alias.Address}: {alias.Address.Domain} is no domain here: add it, or correct the address";
            if (alias.Targets.Count == 0)
                yield return $"alias {alias.Address} leads nowhere: give it a target or remove it";
        }

        bool IsHosted(Mailbox address) => byName[DomainName.ToAscii(address.Domain)].Any(domain => domain.Kind == DomainKind.Hosted);
    }
}
