using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>Reads the <c>[[domain]]</c> sections: mailboxes, aliases, and that each leads somewhere.</summary>
internal sealed class DomainReader(ConfigurationFile file, string data, string language)
{
    private const string DefaultMaildir = "maildir:{data}/mail/{domain}/{mailbox}";

    public IReadOnlyList<DomainSettings> Read()
    {
        var domains = new Dictionary<string, (DomainSettings Domain, Section Section)>();
        foreach (var section in file.Many("domain"))
        {
            if (!section.Has(ConfigKeys.Domain.Name))
                continue;

            var domain = ReadDomain(section);
            if (!domains.TryAdd(domain.Name, (domain, section)))
                file.AddError(
                    section.LineOf(ConfigKeys.Domain.Name),
                    OurEvidence.ConfigDomainTwice.Say(domain.Name, domains[domain.Name].Section.Line));
        }

        foreach (var (domain, section) in domains.Values)
            CheckAliases(domain, section, domains);
        return [.. domains.Values.Select(known => known.Domain)];
    }

    private DomainSettings ReadDomain(Section section)
    {
        var domain = section.Bind(new DomainSettings());
        return domain with
        {
            Mailboxes = ReadMailboxes(section, domain.Name, domain.Kind),
            Aliases = ReadAliases(section, domain.Name),
            Language = domain.Language.Length > 0 ? domain.Language : language,
            Deliver = ReadDeliver(section, domain.Kind),
        };
    }

    private List<string> ReadMailboxes(Section section, string domain, DomainKind kind)
    {
        var mailboxes = new List<string>();
        int line = section.LineOf(ConfigKeys.Domain.Mailboxes);
        foreach (string written in section.Get(ConfigKeys.Domain.Mailboxes))
        {
            string local = written.EndsWith("@" + domain, StringComparison.OrdinalIgnoreCase) ? written[..^(domain.Length + 1)] : written;
            if (!Mailbox.TryParse($"{local}@{domain}", out _) || !Account.CanName(local))
                file.AddError(line, OurEvidence.ConfigMailboxName.Say(written));
            else if (mailboxes.Contains(local.ToLowerInvariant()))
                file.AddError(line, OurEvidence.ConfigMailboxTwice.Say(written));
            else
                mailboxes.Add(local.ToLowerInvariant());
        }

        if (kind == DomainKind.Relay && mailboxes.Count > 0)
            file.AddError(line, OurEvidence.ConfigRelayHasMailboxes.Say());
        return mailboxes;
    }

    private Dictionary<string, IReadOnlyList<Mailbox>> ReadAliases(Section section, string domain)
    {
        var aliases = new Dictionary<string, IReadOnlyList<Mailbox>>(StringComparer.OrdinalIgnoreCase);
        int line = section.LineOf(ConfigKeys.Domain.Aliases);
        foreach (var (alias, targets) in section.Get(ConfigKeys.Domain.Aliases))
        {
            if (alias != "*" && !Mailbox.TryParse($"{alias}@{domain}", out _))
                file.AddError(line, OurEvidence.ConfigAliasName.Say(alias));

            var addresses = new List<Mailbox>();
            foreach (string target in targets)
            {
                if (Mailbox.TryParse(target.Contains('@') ? target : $"{target}@{domain}", out var address))
                    addresses.Add(address!);
                else
                    file.AddError(
                        line, OurEvidence.ConfigAliasTarget.Say(alias, target));
            }

            if (alias == "*" && addresses.Count != 1)
                file.AddError(line, OurEvidence.ConfigAliasStar.Say());
            aliases[alias.ToLowerInvariant()] = addresses;
        }

        return aliases;
    }

    private string? ReadDeliver(Section section, DomainKind kind)
    {
        if (section.Get(ConfigKeys.Domain.Deliver) is not { } written)
            return kind == DomainKind.Hosted ? DefaultMaildir.Replace("{data}", data, StringComparison.Ordinal) : null;

        string deliver = written.Replace("{data}", data, StringComparison.Ordinal);
        int line = section.LineOf(ConfigKeys.Domain.Deliver);
        if (!Destination.TryParse(deliver, out var destination) || destination.Kind == DestinationKind.Mx)
            file.AddError(
                line, OurEvidence.ConfigDeliverForm.Say(written, "maildir:/path/{domain}/{mailbox}"));
        else if (destination.Kind == DestinationKind.Maildir && !destination.Name.StartsWith('/'))
            file.AddError(line, OurEvidence.ConfigDeliverPath.Say(written, "{data}"));
        else if (destination.Kind == DestinationKind.Maildir && !destination.Name.Contains("{mailbox}"))
            file.AddError(line, OurEvidence.ConfigDeliverShared.Say(written, "{mailbox}"));
        else if (kind == DomainKind.Relay && destination.Kind == DestinationKind.Maildir)
            file.AddError(
                line, OurEvidence.ConfigRelayDelivers.Say());
        return deliver;
    }

    /// <summary>An alias must end at a mailbox or outside: a name that does not exist, or a loop, would lose mail.</summary>
    private void CheckAliases(DomainSettings domain, Section section, Dictionary<string, (DomainSettings Domain, Section Section)> domains)
    {
        int line = section.LineOf(ConfigKeys.Domain.Aliases);
        foreach (var (alias, targets) in domain.Aliases)
        {
            foreach (var target in targets.Where(target => !Leads(target, domains)))
                file.AddError(
                    line, OurEvidence.ConfigAliasLeadsNowhere.Say(alias, target.ToString()));
            if (alias != "*" && FindLoop($"{alias}@{domain.Name}", [], domains) is { } loop)
                file.AddError(line, OurEvidence.ConfigAliasLoop.Say(string.Join(" -> ", loop)));
        }
    }

    private static bool Leads(Mailbox target, Dictionary<string, (DomainSettings Domain, Section Section)> domains) =>
        !domains.TryGetValue(target.Domain.ToLowerInvariant(), out var found)
        || found.Domain.Kind == DomainKind.Relay
        || found.Domain.Mailboxes.Contains(target.LocalPart.ToLowerInvariant())
        || found.Domain.Aliases.ContainsKey(target.LocalPart.ToLowerInvariant())
        || found.Domain.Aliases.ContainsKey("*");

    private static IReadOnlyList<string>? FindLoop(
        string address, List<string> way, Dictionary<string, (DomainSettings Domain, Section Section)> domains)
    {
        if (way.Contains(address))
            return way[0] == address ? [.. way, address] : null;

        string[] parts = address.Split('@');
        if (!domains.TryGetValue(parts[^1], out var found) || !found.Domain.Aliases.TryGetValue(parts[0], out var targets))
            return null;

        way.Add(address);
        foreach (var target in targets)
        {
            // An alias that names itself keeps a copy in the mailbox of the same name.
            string next = target.ToString().ToLowerInvariant();
            if (next == address && found.Domain.Mailboxes.Contains(parts[0]))
                continue;
            if (FindLoop(next, way, domains) is { } loop)
                return loop;
        }

        way.RemoveAt(way.Count - 1);
        return null;
    }
}
