using Gatepost.Smtp;

namespace Gatepost.Policy.Directory;

/// <summary>The directory the rules ask: what is in the configuration, then what the tables have.</summary>
/// <remarks>
/// The configuration wins where both have a name. Suspensions and blocks of the tables hold for configured names as well: no one should
/// have to edit a file to stop a hijacked account.
/// </remarks>
/// <param name="configured">Of the configuration.</param>
/// <param name="source">The tables, cached or not.</param>
/// <param name="deliver">How hosted domains deliver that say nothing, with <c>{domain}</c> and <c>{mailbox}</c> in it.</param>
public sealed class StoredDirectory(ConfiguredDirectory configured, IDirectorySource source, string deliver) : IDirectory
{
    public string? DefaultDomain => configured.DefaultDomain ?? source.Tally.FirstHosted;

    public Machine? Machine => configured.Machine;

    public async ValueTask<Domain?> FindDomainAsync(string name, CancellationToken cancel)
    {
        string ascii = DomainName.ToAscii(name);
        var domain = await configured.FindDomainAsync(ascii, cancel) ?? FindStored(ascii);
        if (domain is null || !source.Tally.HasSuspensions
            || source.FindSuspensions("@" + domain.Name.ToLowerInvariant()) is not { Count: > 0 } suspensions)
            return domain;
        return domain with { Suspensions = [.. domain.Suspensions, .. suspensions] };
    }

    public async ValueTask<Account?> FindAccountAsync(AddressKey address, CancellationToken cancel)
    {
        if (await configured.FindAccountAsync(address, cancel) is { } account)
            return Suspended(account, address);
        // An alias of the configuration hides a mailbox of the tables, as it would one of its own.
        if (await configured.FindAliasAsync(address, cancel) is not null)
            return null;
        return source.Tally.HasAddresses && source.FindAddress(address) is { IsAlias: false } entry
            && await DomainOfAsync(address, cancel) is { } domain
            ? Suspended(Of(entry, domain), address)
            : null;
    }

    public async ValueTask<Alias?> FindAliasAsync(AddressKey address, CancellationToken cancel)
    {
        if (await configured.FindAliasAsync(address, cancel) is { } alias)
            return alias;
        if (await configured.FindAccountAsync(address, cancel) is not null)
            return null;
        return source.Tally.HasAddresses && source.FindAddress(address) is { IsAlias: true } entry
            ? new Alias(Mailbox.Parse(entry.Address), Parse(entry.Targets)) : null;
    }

    public async ValueTask<IReadOnlyList<Block>> FindBlocksAsync(BlockSide side, AddressKey address, CancellationToken cancel)
    {
        List<Block>? found = null;
        if (await configured.FindBlocksAsync(side, address, cancel) is { Count: > 0 } known)
            found = [.. known];
        if (!source.Tally.HasBlocks)
            return found ?? (IReadOnlyList<Block>)[];
        foreach (string pattern in Block.PatternsOf(address))
        {
            if (source.FindBlocks(side, pattern) is { Count: > 0 } blocks)
                (found ??= []).AddRange(blocks.Select(entry => entry.Block));
        }

        return found ?? (IReadOnlyList<Block>)[];
    }

    public Destination RouteTo(string domain) => configured.RouteTo(domain);

    private async ValueTask<Domain?> DomainOfAsync(AddressKey address, CancellationToken cancel) =>
        await configured.FindDomainAsync(address.Domain, cancel) ?? FindStored(address.Domain);

    private Domain? FindStored(string name) => source.Tally.HasDomains && source.FindDomain(name) is { } entry ? Of(entry) : null;

    private Account Suspended(Account account, AddressKey address) =>
        source.Tally.HasSuspensions && source.FindSuspensions(address.ToString().ToLowerInvariant()) is { Count: > 0 } suspensions
            ? account with { Suspensions = [.. account.Suspensions, .. suspensions] }
            : account;

    private Domain Of(DomainEntry entry)
    {
        string? way = entry.Deliver ?? (entry.Kind == DomainKind.Hosted ? deliver : null);
        var domain = new Domain
        {
            Name = entry.Name,
            Kind = entry.Kind,
            AliasOf = entry.AliasOf,
            Deliver = way,
            CatchAll = entry.CatchAll is { } all ? Mailbox.Parse(all) : null,
            Delimiter = entry.Delimiter,
            RecipientsPerHour = entry.RecipientsPerHour,
            Postmaster = new Destination(DestinationKind.Mx, entry.Name),
        };
        return domain with
        {
            RelayTo = entry.Kind == DomainKind.Relay ? domain.DestinationOf("") : null,
            Postmaster = domain.DestinationOf("postmaster") ?? domain.Postmaster,
        };
    }

    private static Account Of(AddressEntry entry, Domain domain)
    {
        var address = Mailbox.Parse(entry.Address);
        return new Account
        {
            Address = address,
            Destination = domain.DestinationOf(address.LocalPart.ToLowerInvariant()) ?? new Destination(DestinationKind.Mx, domain.Name),
            Forwards = Parse(entry.Targets),
            KeepsCopy = entry.KeepsCopy,
            MovedTo = entry.MovedTo is { } there ? Mailbox.Parse(there) : null,
            Quota = entry.Quota,
            RecipientsPerHour = entry.RecipientsPerHour,
            ReceivedPerHour = entry.ReceivedPerHour,
            SendsAs = entry.SendsAs,
            Password = entry.Password,
        };
    }

    private static IReadOnlyList<Mailbox> Parse(IReadOnlyList<string> addresses) =>
        addresses.Count == 0 ? [] : [.. addresses.Select(Mailbox.Parse)];
}
