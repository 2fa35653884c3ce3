using Gatepost.Smtp;
using static Gatepost.Policy.Directory.Administration.EnteredText;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Changes domains.</summary>
internal sealed class DomainEditor(DirectoryChecks checks, TimeProvider time)
{
    public async Task<string> SetAsync(IDirectoryWriter writer, SetDomain set, CancellationToken cancel)
    {
        string name = DomainName(set.Name);
        if (await checks.IsConfiguredAsync(name, cancel))
            throw Refused($"{name} stands in the configuration: change it there, then run `gatepost reload`");
        var old = writer.FindDomain(name);
        if (old is not null && set.IsNew)
            throw Refused($"{name} is there already: `gatepost domain set {name}` changes it, `gatepost domain show {name}` shows it");
        if (old is null && !set.IsNew)
            throw Refused($"{name} is no domain here{checks.Guess(writer, name)}: `gatepost domain add {name}` adds it");

        var entry = Written(old ?? new DomainEntry { Name = name }, set);
        await CheckAsync(writer, entry, cancel);
        writer.Put(entry with { By = set.By, At = time.GetUtcNow() });
        await checks.CheckLoopsAsync(writer, DirectoryChecks.AddressesIn(writer, name), cancel);
        return set.IsNew ? $"{name} added: {Told(entry)}" : $"{name} changed: {Told(entry)}";
    }

    private static DomainEntry Written(DomainEntry old, SetDomain set)
    {
        var kind = set.Kind ?? (set.AliasOf is { Length: > 0 } ? DomainKind.Alias : old.Kind);
        return old with
        {
            Kind = kind,
            AliasOf = kind == DomainKind.Alias ? set.AliasOf is { Length: > 0 } target ? DomainName(target) : old.AliasOf : null,
            Deliver = set.Deliver switch { null => old.Deliver, "" => null, var way => way },
            CatchAll = set.CatchAll switch { null => old.CatchAll, "" => null, var all => Address(all).ToString() },
            Delimiter = set.Delimiter switch
            {
                null => old.Delimiter,
                "" => null,
                [var sign] when !char.IsAsciiLetterOrDigit(sign) && sign is not ('@' or '.' or '"' or ' ') => sign,
                _ => throw Refused($"\"{Shown(set.Delimiter)}\" cannot divide a name from its detail: take + or -, or none"),
            },
            RecipientsPerHour = Limit(set.RecipientsPerHour, old.RecipientsPerHour, "the domain's hourly quota"),
        };
    }

    private async Task CheckAsync(IDirectoryReader reader, DomainEntry entry, CancellationToken cancel)
    {
        if (entry.Kind == DomainKind.Alias)
        {
            if (entry.AliasOf is null)
                throw Refused($"say which domain {entry.Name} stands for: --alias-of example.org");
            if (entry.AliasOf == entry.Name)
                throw Refused($"{entry.Name} cannot stand for itself");
            if (await checks.View(reader).FindDomainAsync(entry.AliasOf, cancel) is null)
                throw Refused($"{entry.AliasOf} is no domain here{checks.Guess(reader, entry.AliasOf)}: add it first");
            if (reader.HasAddresses(entry.Name))
                throw Refused($"{entry.Name} has mailboxes or aliases of its own: remove them before it stands for {entry.AliasOf}");
        }

        if (entry.Kind == DomainKind.Relay && reader.HasAddresses(entry.Name))
            throw Refused($"{entry.Name} has mailboxes or aliases: remove them before its mail is relayed");
        if (entry.CatchAll is not null && entry.Kind != DomainKind.Hosted)
            throw Refused($"{entry.Name} is not hosted here, so it has no catch-all: say --catch-all none");
        if (entry.Deliver is { } way)
            CheckWay(entry, way);
    }

    private static void CheckWay(DomainEntry entry, string way)
    {
        if (!Destination.TryParse(way, out var destination) || destination.Kind == DestinationKind.Mx)
        {
            throw Refused(
                $"\"{Shown(way)}\" is no way to deliver: "
                + "write maildir:/path/{domain}/{mailbox}, lmtp:host:port, lmtp:unix:/path or smtp:host:port");
        }

        if (destination.Kind != DestinationKind.Maildir)
            return;
        if (entry.Kind == DomainKind.Relay)
            throw Refused($"{entry.Name} has no mailboxes to deliver into: give it --kind hosted, or deliver by smtp or lmtp");
        if (!destination.Name.StartsWith('/') || !destination.Name.Contains("{mailbox}", StringComparison.Ordinal))
            throw Refused($"\"{Shown(way)}\": a Maildir needs an absolute path with {{mailbox}} in it");
    }

    public async Task<string> RemoveAsync(IDirectoryWriter writer, RemoveDomain remove, CancellationToken cancel)
    {
        string name = DomainName(remove.Name);
        if (await checks.IsConfiguredAsync(name, cancel))
            throw Refused($"{name} stands in the configuration: remove it there, then run `gatepost reload`");
        if (writer.FindDomain(name) is null)
            throw Refused($"{name} is no domain here{checks.Guess(writer, name)}");
        if (writer.HasAddresses(name) && !remove.WithAddresses)
        {
            throw Refused(
                $"{name} has mailboxes or aliases (`gatepost account list --domain {name}`): "
                + "say --with-addresses to remove them as well");
        }

        if (writer.ListDomains("", DirectoryChecks.MaxFollowed).FirstOrDefault(other => other.AliasOf == name) is { } alias)
            throw Refused($"{alias.Name} stands for {name}: remove {alias.Name} first, or let it stand for another");
        writer.RemoveDomain(name);
        return $"{name} removed; mail already in the queue is still delivered, and nothing of its mailboxes' mail was deleted";
    }

    private static string Told(DomainEntry entry) => entry.Kind switch
    {
        DomainKind.Alias => $"every address of it stands for the same name at {entry.AliasOf}",
        DomainKind.Relay => $"its mail is relayed {(entry.Deliver is null ? "by transport table and MX" : "to " + entry.Deliver)}",
        _ when entry.CatchAll is null => "hosted here, unknown addresses are refused",
        _ => $"hosted here, unknown addresses go to {entry.CatchAll}",
    };
}
