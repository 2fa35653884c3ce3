using Gatepost.Configuration;
using Gatepost.Policy.Directory;
using Gatepost.Smtp;
using Domain = Gatepost.Policy.Directory.Domain;
using Kind = Gatepost.Policy.Directory.DomainKind;

namespace Gatepost.Composition;

/// <summary>Domains, mailboxes, aliases and transports of the configuration as the directory the rules ask.</summary>
internal static class DirectoryFromSettings
{
    public static ConfiguredDirectory Build(Settings settings)
    {
        var hosted = settings.Domains.Where(domain => domain.Kind == Configuration.DomainKind.Hosted).ToList();
        return new ConfiguredDirectory(
            [.. settings.Domains.Select(Domain)],
            [.. hosted.SelectMany(domain => domain.Mailboxes.Select(mailbox => Account(domain, mailbox, settings)))],
            [.. settings.Domains.SelectMany(Aliases)],
            new TransportTable(Ways(settings)),
            settings.Blocks);
    }

    private static Domain Domain(DomainSettings domain) => new()
    {
        Name = domain.Name,
        Kind = domain.Kind == Configuration.DomainKind.Relay ? Kind.Relay : Kind.Hosted,
        Deliver = domain.Deliver,
        RelayTo = domain.Kind == Configuration.DomainKind.Relay ? domain.DestinationOf("") : null,
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
            Suspensions = own is { Suspended: not Suspended.Nothing } ? [new Suspension(own.Suspended, "configuration", DateTimeOffset.UnixEpoch, own.SuspendedWhy)] : [],
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
        if (settings.Delivery.SmartHost is { } smartHost)
            yield return new("*", smartHost);
    }
}
