using Gatepost.Policy.Quotas;
using Gatepost.Smtp;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Shows the directory: what the configuration has, then what the tables have, a page at a time.</summary>
/// <param name="tables">The tables.</param>
/// <param name="configured">The configuration in force.</param>
/// <param name="view">Both together, as the rules see them.</param>
/// <param name="counters">Where hourly quotas are counted; null if they are not.</param>
/// <param name="sizes">What mailboxes hold; null if that is not known.</param>
public sealed class DirectoryListing(IDirectoryTables tables, Func<ConfiguredDirectory> configured, Func<IDirectory> view,
    ICounters? counters, IMailboxSizes? sizes, TimeProvider time)
{
    private const int Page = 500;

    private static readonly TimeSpan Hour = TimeSpan.FromMinutes(60);

    public IAsyncEnumerable<DirectoryRow> ListAsync(DirectoryQuestion question, CancellationToken cancel) => question.What switch
    {
        DirectoryKind.Domain => DomainsAsync(question, cancel),
        DirectoryKind.Block => BlocksAsync(question, cancel),
        DirectoryKind.Quota => QuotasAsync(question, cancel),
        _ => AddressesAsync(question, cancel),
    };

    private async IAsyncEnumerable<DirectoryRow> DomainsAsync(
        DirectoryQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? only = (question.Name ?? question.Domain) is { } name ? DomainName.ToKey(name) : null;
        var known = configured().Domains.Where(domain => only is null || domain.Name.Equals(only, StringComparison.OrdinalIgnoreCase))
            .OrderBy(domain => domain.Name, StringComparer.Ordinal);
        foreach (var domain in known)
            yield return await OfAsync(domain.Name, null, cancel);
        await foreach (var entry in DomainEntriesAsync(only, cancel))
            yield return await OfAsync(entry.Name, entry, cancel);
    }

    private async IAsyncEnumerable<DomainEntry> DomainEntriesAsync(
        string? only, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (only is not null)
        {
            if (tables.Read(reader => reader.FindDomain(only)) is { } one && await configured().FindDomainAsync(only, cancel) is null)
                yield return one;
            yield break;
        }

        string after = "";
        while (tables.Read(reader => reader.ListDomains(after, Page)) is { Count: > 0 } page)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var entry in page)
                yield return entry;
            after = page[^1].Name;
        }
    }

    private async ValueTask<DirectoryRow> OfAsync(string name, DomainEntry? entry, CancellationToken cancel)
    {
        var domain = (await view().FindDomainAsync(name, cancel))!;
        return new DirectoryRow
        {
            Name = domain.Name,
            From = From(entry is null),
            Kind = domain.Kind,
            AliasOf = domain.AliasOf,
            Deliver = domain.Deliver ?? domain.RelayTo?.ToString(),
            CatchAll = domain.CatchAll?.ToString(),
            Delimiter = domain.Delimiter?.ToString(),
            RecipientsPerHour = domain.RecipientsPerHour,
            Suspensions = Rows(domain.Suspensions),
            By = entry?.By,
            At = entry?.At,
        };
    }

    private async IAsyncEnumerable<DirectoryRow> AddressesAsync(
        DirectoryQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        AddressKey? only = question.Name is { } name && Smtp.Mailbox.TryParse(name, out var address) ? AddressKey.Of(address) : null;
        foreach (var row in Configured(question.What, question.Domain, only))
            yield return question.What == DirectoryKind.Alias ? row : await WithSuspensionsAsync(row, cancel);

        string? domain = question.Domain is { } wanted ? DomainName.ToKey(wanted) : null;
        var after = new AddressKey("", "");
        while (true)
        {
            var page = only is { } one
                ? tables.Read(reader => reader.FindAddress(one)) is { } found ? [found] : []
                : tables.Read(reader => reader.ListAddresses(domain, after, Page));
            foreach (var entry in page)
            {
                after = AddressKey.Of(Smtp.Mailbox.Parse(entry.Address));
                if (Fits(question.What, entry) && !await IsHiddenAsync(after, cancel))
                    yield return await OfAsync(entry, after, cancel);
            }

            if (only is not null || page.Count == 0)
                yield break;
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Where the configuration has the same name, that is what counts, and it was shown already.</summary>
    private async ValueTask<bool> IsHiddenAsync(AddressKey key, CancellationToken cancel) =>
        await configured().FindAccountAsync(key, cancel) is not null || await configured().FindAliasAsync(key, cancel) is not null;

    private static bool Fits(DirectoryKind what, AddressEntry entry) => what switch
    {
        DirectoryKind.Alias => entry.IsAlias,
        DirectoryKind.Forward => !entry.IsAlias && entry.Targets.Count > 0,
        _ => !entry.IsAlias,
    };

    /// <summary>A configured account may be suspended in the tables.</summary>
    private async ValueTask<DirectoryRow> WithSuspensionsAsync(DirectoryRow row, CancellationToken cancel) =>
        Smtp.Mailbox.TryParse(row.Name, out var address) && await view().FindAccountAsync(AddressKey.Of(address), cancel) is { } account
            ? row with { Suspensions = Rows(account.Suspensions) } : row;

    private IEnumerable<DirectoryRow> Configured(DirectoryKind what, string? domain, AddressKey? only)
    {
        if (what == DirectoryKind.Alias)
        {
            return configured().Aliases
                .Where(alias => IsWanted(AddressKey.Of(alias.Address)))
                .OrderBy(alias => alias.Address.ToString(), StringComparer.Ordinal)
                .Select(
                    alias =>
                        new DirectoryRow
                        {
                            Name = alias.Address.ToString(),
                            From = From(true),
                            Targets = [.. alias.Targets.Select(target => target.ToString())]
                        });
        }

        return configured().Accounts
            .Where(account => IsWanted(AddressKey.Of(account.Address)) && (what != DirectoryKind.Forward || account.Forwards.Count > 0))
            .OrderBy(account => account.Address.ToString(), StringComparer.Ordinal)
            .Select(account => Of(account, From(true)));

        bool IsWanted(AddressKey key) => (only is not { } one || key == one)
            && (domain is null || key.Domain.Equals(DomainName.ToAscii(domain), StringComparison.OrdinalIgnoreCase));
    }

    private async ValueTask<DirectoryRow> OfAsync(AddressEntry entry, AddressKey key, CancellationToken cancel)
    {
        if (entry.IsAlias)
            return new DirectoryRow { Name = key.ToString(), From = From(false), Targets = entry.Targets, By = entry.By, At = entry.At };
        return await view().FindAccountAsync(key, cancel) is { } account
            ? Of(account, From(false)) with { By = entry.By, At = entry.At }
            : new DirectoryRow { Name = key.ToString(), From = From(false), By = entry.By, At = entry.At };
    }

    private DirectoryRow Of(Account account, string from) => new()
    {
        Name = account.Address.ToString(),
        From = from,
        Targets = account.Forwards.Count == 0 ? null : [.. account.Forwards.Select(target => target.ToString())],
        KeepsCopy = account.Forwards.Count == 0 ? null : account.KeepsCopy,
        CanLogIn = account.Password is not null,
        MovedTo = account.MovedTo?.ToString(),
        SendsAs = account.SendsAs.Count == 0 ? null : account.SendsAs,
        Quota = account.Quota,
        RecipientsPerHour = account.RecipientsPerHour,
        ReceivedPerHour = account.ReceivedPerHour,
        Suspensions = Rows(account.Suspensions),
    };

    private async IAsyncEnumerable<DirectoryRow> QuotasAsync(
        DirectoryQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? name = question.Name is { } one && one.StartsWith('@') ? one[1..] : question.Name;
        if (question.Name is null || !question.Name.Contains('@') || question.Name.StartsWith('@'))
        {
            await foreach (var row in DomainsAsync(question with { Name = name }, cancel))
                yield return await UsedAsync(row, Counted.DomainRecipients, "@" + row.Name, row.Name, cancel);
        }

        if (question.Name is null || (question.Name.Contains('@') && !question.Name.StartsWith('@')))
        {
            await foreach (var row in AddressesAsync(question with { What = DirectoryKind.Account }, cancel))
                yield return await UsedAsync(row, Counted.UserRecipients, row.Name, row.Name, cancel);
        }
    }

    /// <summary>A row with the limits and what of them is used, and nothing else.</summary>
    private async ValueTask<DirectoryRow> UsedAsync(DirectoryRow row, Counted what, string shown, string whose, CancellationToken cancel)
    {
        long? sent = counters is null ? null : await UsedAsync(new CounterKey(what, whose.ToLowerInvariant()), cancel);
        long? received = counters is null || what == Counted.DomainRecipients ? null
            : await UsedAsync(new CounterKey(Counted.Received, whose.ToLowerInvariant()), cancel);
        long? octets = null;
        if (sizes is not null && row.Kind is null && Smtp.Mailbox.TryParse(row.Name, out var address)
            && await view().FindAccountAsync(AddressKey.Of(address), cancel) is { } account)
            octets = (await sizes.MeasureAsync(account, cancel))?.Octets;
        return new DirectoryRow
        {
            Name = shown,
            From = row.From,
            Quota = row.Quota,
            QuotaUsed = octets,
            RecipientsPerHour = row.RecipientsPerHour,
            RecipientsUsed = sent,
            ReceivedPerHour = row.ReceivedPerHour,
            ReceivedUsed = received,
            By = row.By,
            At = row.At,
        };
    }

    private async ValueTask<long> UsedAsync(CounterKey key, CancellationToken cancel) =>
        (await counters!.PeekAsync(new Claim(key, 1, int.MaxValue, Hour), time.GetUtcNow(), cancel)).Used;

    private async IAsyncEnumerable<DirectoryRow> BlocksAsync(
        DirectoryQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var block in configured().Blocks.Where(IsWanted))
            yield return Of(block, null);

        long after = 0;
        while (tables.Read(reader => reader.ListBlocks(after, Page)) is { Count: > 0 } page)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var entry in page.Where(entry => IsWanted(entry.Block)))
                yield return Of(entry.Block, entry.Id);
            after = page[^1].Id;
            await Task.Yield();
        }

        bool IsWanted(Block block) =>
            (question.Name is not { } name || block.Pattern.Equals(name, StringComparison.OrdinalIgnoreCase))
            && (question.Domain is not { } domain || block.Pattern.EndsWith("@" + domain, StringComparison.OrdinalIgnoreCase)
                || block.Scope?.EndsWith("@" + domain, StringComparison.OrdinalIgnoreCase) == true);
    }

    private DirectoryRow Of(Block block, long? id) => new()
    {
        Name = block.Pattern,
        From = From(id is null),
        Id = id,
        Side = block.Side,
        For = block.Scope,
        Why = block.Why,
        Until = block.Until,
        Expired = block.Until is null ? null : !block.IsInForce(time.GetUtcNow()),
        By = block.By,
        At = block.Since > DateTimeOffset.UnixEpoch ? block.Since : null,
    };

    private List<SuspensionRow>? Rows(IReadOnlyList<Suspension> suspensions)
    {
        var now = time.GetUtcNow();
        return suspensions.Count == 0
            ? null
            : [
                .. suspensions.Select(
                    one =>
                        new SuspensionRow(one.What.ToString().ToLowerInvariant(), one.By, one.Since > DateTimeOffset.UnixEpoch ? one.Since
                            : null, one.Why, one.Until, one.Covers(one.What, now)))];
    }

    private static string From(bool configured) => configured ? "configuration" : "directory";
}
