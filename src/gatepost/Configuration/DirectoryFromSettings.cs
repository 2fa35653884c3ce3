using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Domain = Gatepost.Policy.Directory.Domain;

namespace Gatepost.Configuration;

/// <summary>Domains, mailboxes, aliases and transports of the configuration as the directory the rules ask.</summary>
internal static class DirectoryFromSettings
{
    public static ConfiguredDirectory Build(Settings settings) =>
        new(Domains(settings), Accounts(settings), Aliases(settings), new TransportTable(Ways(settings)), settings.Blocks)
        {
            Machine = new Machine(settings.HostName, settings.LocalMailTo is { } to && Mailbox.TryParse(to, out var alias) ? alias : null),
        };

    /// <summary>What keeps the domains, mailboxes and aliases from forming a directory; empty if nothing does.</summary>
    public static IEnumerable<string> Problems(Settings settings) =>
        ConfiguredDirectory.Problems(Domains(settings), Accounts(settings), Aliases(settings));

    private static IReadOnlyList<Domain> Domains(Settings settings) => [.. settings.Domains.Select(Domain)];

    private static IReadOnlyList<Account> Accounts(Settings settings) =>
    [
        .. settings.Domains
            .Where(domain => domain.Kind == DomainKind.Hosted)
            .SelectMany(domain => domain.Mailboxes.Select(mailbox => Account(domain, mailbox, settings))),
    ];

    private static IReadOnlyList<Alias> Aliases(Settings settings) => [.. settings.Domains.SelectMany(Aliases)];

    private static Domain Domain(DomainSettings domain) => new()
    {
        Name = domain.Name,
        Kind = domain.Kind,
        Deliver = domain.Deliver,
        RelayTo = domain.Kind == DomainKind.Relay ? domain.DestinationOf("") : null,
        CatchAll = domain.Aliases.TryGetValue("*", out var all) ? all[0] : null,
        Postmaster = domain.DestinationOf("postmaster") ?? new Destination(DestinationKind.Mx, domain.Name),
    };

    /// <summary>A mailbox whose name is also an alias sends copies on, and keeps one where the alias names it.</summary>
    private static Account Account(DomainSettings domain, string mailbox, Settings settings)
    {
        var address = Mailbox.Parse($"{mailbox}@{domain.Name}");
        var targets = domain.Aliases.GetValueOrDefault(mailbox, []);
        var own = settings.Accounts.GetValueOrDefault(address.ToString().ToLowerInvariant());
        return new Account
        {
            Address = address,
            Password = own?.Password,
            Quota = own?.Quota,
            RecipientsPerHour = own?.RecipientsPerHour,
            ReceivedPerHour = own?.ReceivedPerHour,
            SendsAs = own?.SendsAs ?? [],
            MovedTo = own?.MovedTo,
            Suspensions = own is { Suspended: not Suspended.Nothing }
                ? [new Suspension(own.Suspended, "configuration", DateTimeOffset.UnixEpoch, own.SuspendedWhy)] : [],
            Destination = domain.DestinationOf(mailbox)!,
            Forwards = [.. targets.Where(target => AddressKey.Of(target) != AddressKey.Of(address))],
            KeepsCopy = targets.Count == 0 || targets.Any(target => AddressKey.Of(target) == AddressKey.Of(address)),
        };
    }

    private static IEnumerable<Alias> Aliases(DomainSettings domain) =>
        domain.Aliases
            .Where(alias => alias.Key != "*" && !domain.Mailboxes.Contains(alias.Key))
            .Select(alias => new Alias(Mailbox.Parse($"{alias.Key}@{domain.Name}"), alias.Value));

    private static IEnumerable<KeyValuePair<string, Destination>> Ways(Settings settings)
    {
        foreach (var transport in settings.Transports)
            yield return new(transport.Domain.StartsWith('.') ? "*" + transport.Domain : transport.Domain, transport.To);
        if (settings.SmartHost is { } smartHost)
            yield return new("*", smartHost);
    }
}
