using Gatepost.Replies;
using Gatepost.Smtp;
using static Gatepost.Policy.Directory.Administration.EnteredText;

namespace Gatepost.Policy.Directory.Administration;

/// <summary>Changes domains.</summary>
internal sealed class DomainEditor(DirectoryChecks checks, TimeProvider time)
{
    private const string Forms = "maildir:/path/{domain}/{mailbox}, lmtp:host:port, lmtp:unix:/path, smtp:host:port";

    public async Task<Finding> SetAsync(IDirectoryWriter writer, SetDomain set, CancellationToken cancel)
    {
        string name = DomainName(set.Name);
        if (await checks.IsConfiguredAsync(name, cancel))
            throw Refused(OurEvidence.ChangeInConfiguration.Say(name));
        var old = writer.FindDomain(name);
        if (old is not null && set.IsNew)
            throw Refused(OurEvidence.DomainIsThere.Say(name));
        if (old is null && !set.IsNew)
            throw Refused(OurEvidence.DomainNotHere.Say(name, checks.Guess(writer, name)));

        var entry = Written(old ?? new DomainEntry { Name = name }, set);
        await CheckAsync(writer, entry, cancel);
        writer.Put(entry with { By = set.By, At = time.GetUtcNow() });
        await checks.CheckLoopsAsync(writer, DirectoryChecks.AddressesIn(writer, name), cancel);
        return set.IsNew ? OurEvidence.DomainAdded.Say(name, Describe(entry)) : OurEvidence.DomainChanged.Say(name, Describe(entry));
    }

    private static DomainEntry Written(DomainEntry old, SetDomain set)
    {
        var kind = set.Kind ?? (set.AliasOf is { Length: > 0 } ? DomainKind.Alias : old.Kind);
        return old with
        {
            Kind = kind,
            AliasOf = kind == DomainKind.Alias ? set.AliasOf is { Length: > 0 } target ? DomainName(target) : old.AliasOf : null,
            Deliver = set.Deliver switch { null => old.Deliver, "" => null, var written => written },
            CatchAll = set.CatchAll switch { null => old.CatchAll, "" => null, var all => Address(all).ToString() },
            Delimiter = set.Delimiter switch
            {
                null => old.Delimiter,
                "" => null,
                [var sign] when !char.IsAsciiLetterOrDigit(sign) && sign is not ('@' or '.' or '"' or ' ') => sign,
                _ => throw Refused(OurEvidence.DelimiterUnusable.Say(Shown(set.Delimiter))),
            },
            RecipientsPerHour = Limit(set.RecipientsPerHour, old.RecipientsPerHour, OurEvidence.DomainQuotaUnusable),
        };
    }

    private async Task CheckAsync(IDirectoryReader reader, DomainEntry entry, CancellationToken cancel)
    {
        if (entry.Kind == DomainKind.Alias)
        {
            if (entry.AliasOf is null)
                throw Refused(OurEvidence.SayAliasOf.Say(entry.Name));
            if (entry.AliasOf == entry.Name)
                throw Refused(OurEvidence.AliasOfItself.Say(entry.Name));
            if (await checks.View(reader).FindDomainAsync(entry.AliasOf, cancel) is null)
                throw Refused(OurEvidence.DomainNotHereAddFirst.Say(entry.AliasOf, checks.Guess(reader, entry.AliasOf)));
            if (reader.HasAddresses(entry.Name))
                throw Refused(OurEvidence.DomainHasAddresses.Say(entry.Name));
        }

        if (entry.Kind == DomainKind.Relay && reader.HasAddresses(entry.Name))
            throw Refused(OurEvidence.DomainHasAddresses.Say(entry.Name));
        if (entry.CatchAll is not null && entry.Kind != DomainKind.Hosted)
            throw Refused(OurEvidence.NoCatchAllHere.Say(entry.Name));
        if (entry.Deliver is { } written)
            CheckDestination(entry, written);
    }

    private static void CheckDestination(DomainEntry entry, string written)
    {
        if (!Destination.TryParse(written, out var destination) || destination.Kind == DestinationKind.Mx)
        {
            throw Refused(OurEvidence.DeliverUnusable.Say(Shown(written), Forms));
        }

        if (destination.Kind != DestinationKind.Maildir)
            return;
        if (entry.Kind == DomainKind.Relay)
            throw Refused(OurEvidence.RelayHasNoMailboxes.Say(entry.Name));
        if (!destination.Name.StartsWith('/') || !destination.Name.Contains("{mailbox}", StringComparison.Ordinal))
            throw Refused(OurEvidence.MaildirPathUnusable.Say(Shown(written), "{mailbox}"));
    }

    public async Task<Finding> RemoveAsync(IDirectoryWriter writer, RemoveDomain remove, CancellationToken cancel)
    {
        string name = DomainName(remove.Name);
        if (await checks.IsConfiguredAsync(name, cancel))
            throw Refused(OurEvidence.ChangeInConfiguration.Say(name));
        if (writer.FindDomain(name) is null)
            throw Refused(OurEvidence.NoSuchDomain.Say(name, checks.Guess(writer, name)));
        if (writer.HasAddresses(name) && !remove.WithAddresses)
        {
            throw Refused(OurEvidence.SayWithAddresses.Say(name));
        }

        if (writer.ListDomains("", DirectoryChecks.MaxFollowed).FirstOrDefault(other => other.AliasOf == name) is { } alias)
            throw Refused(OurEvidence.AliasDomainInTheWay.Say(alias.Name, name));
        writer.RemoveDomain(name);
        return OurEvidence.DomainRemoved.Say(name);
    }

    private static Finding Describe(DomainEntry entry) => entry.Kind switch
    {
        DomainKind.Alias => OurEvidence.DomainIsAlias.Say(entry.AliasOf),
        DomainKind.Relay when entry.Deliver is null => OurEvidence.DomainIsRelayed.Say(),
        DomainKind.Relay => OurEvidence.DomainIsRelayedTo.Say(entry.Deliver),
        _ when entry.CatchAll is null => OurEvidence.DomainIsHosted.Say(),
        _ => OurEvidence.DomainHasCatchAll.Say(entry.CatchAll),
    };
}
