using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Basics;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Quarantine;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>Reads the sections <c>[policy]</c>, <c>[[rule]]</c>, <c>[[dnsbl]]</c>, <c>[[account]]</c> and <c>[[block]]</c>.</summary>
internal sealed class PolicyReader(ConfigurationFile file, IReadOnlyList<DomainSettings> domains)
{
    /// <summary>The policy with the sections that may be written several times.</summary>
    public PolicyOptions Complete(PolicyOptions policy)
    {
        CheckQuarantine(ConfigKeys.Quarantine.Keep, policy.Quarantine.Keep);
        CheckQuarantine(ConfigKeys.Quarantine.Accept, policy.Quarantine.Accept);
        return policy with { Rules = ReadRules(), Dnsbls = ReadDnsbls(), Scanners = ReadScanners() };
    }

    public void CheckDovecot(string? address)
    {
        if (address is not null && !FilterAddress.TryParse(address, out _))
        {
            file.AddError(
                file.One("policy").LineOf(ConfigKeys.Policy.DovecotAuth),
                OurEvidence.ConfigDovecotAuth.Say(address));
        }
    }

    private void CheckQuarantine(Key key, IReadOnlyList<string> rules)
    {
        foreach (string rule in rules.Where(rule => !QuarantineOptions.Rules.Contains(rule)))
        {
            file.AddError(
                file.One("quarantine").LineOf(key),
                OurEvidence.ConfigQuarantineRule.Say(key.Name, rule, string.Join(", ", QuarantineOptions.Rules)));
        }
    }

    public IReadOnlyDictionary<string, AccountSettings> ReadAccounts()
    {
        var accounts = new Dictionary<string, AccountSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in file.Many("account"))
        {
            if (ReadAddress(section) is { } address && !accounts.TryAdd(address.ToString(), ReadAccount(section, address)))
                file.AddError(
                    section.LineOf(ConfigKeys.Account.Address), OurEvidence.ConfigAccountTwice.Say(address.ToString()));
        }

        return accounts;
    }

    public IReadOnlyList<Block> ReadBlocks()
    {
        var blocks = new List<Block>();
        foreach (var section in file.Many("block"))
        {
            if (!section.Has(ConfigKeys.Block.Side) || !section.Has(ConfigKeys.Block.Pattern))
                continue;
            string pattern = section.Get(ConfigKeys.Block.Pattern);
            string? scope = section.Get(ConfigKeys.Block.For);
            var side = section.Get(ConfigKeys.Block.Side)!.Value;
            if (!IsPattern(pattern))
                file.AddError(section.LineOf(ConfigKeys.Block.Pattern),
                    OurEvidence.ConfigPattern.Say(pattern));
            if (scope is not null && !IsPattern(scope))
                file.AddError(
                    section.LineOf(ConfigKeys.Block.For), OurEvidence.ConfigBlockFor.Say(scope));
            if (scope is not null && side == BlockSide.Recipient)
                file.AddError(section.LineOf(ConfigKeys.Block.For), OurEvidence.ConfigForSenders.Say());
            blocks.Add(new Block(
                side, Ascii(pattern), scope is null ? null : Ascii(scope), "configuration", DateTimeOffset.UnixEpoch,
                    section.Get(ConfigKeys.Block.Why)));
        }

        return blocks;
    }

    private Dictionary<string, RuleOptions> ReadRules()
    {
        var rules = new Dictionary<string, RuleOptions>();
        foreach (var section in file.Many("rule"))
        {
            if (!section.Has(ConfigKeys.Rule.Name))
                continue;

            string name = section.Get(ConfigKeys.Rule.Name);
            if (!RuleEngine.RuleNames.Contains(name))
                file.AddError(section.LineOf(ConfigKeys.Rule.Name), NoRule(name));
            else if (!rules.TryAdd(name, ReadRule(section)))
                file.AddError(section.LineOf(ConfigKeys.Rule.Name), OurEvidence.ConfigRuleTwice.Say(name));
        }

        return rules;
    }

    private RuleOptions ReadRule(Section section)
    {
        var domains = section.Get(ConfigKeys.Rule.ExemptDomains);
        foreach (string domain in domains.Where(domain => !DomainName.TryParse(domain, out _)))
            file.AddError(section.LineOf(ConfigKeys.Rule.ExemptDomains), OurEvidence.ConfigExemptDomain.Say(domain));
        return section.Bind(new RuleOptions());
    }

    private List<DnsblOptions> ReadDnsbls()
    {
        var lists = new List<DnsblOptions>();
        foreach (var section in file.Many("dnsbl"))
        {
            if (!section.Has(ConfigKeys.Dnsbl.Zone))
                continue;

            var list = section.Bind(new DnsblOptions { Zone = "" });
            foreach (string problem in list.Problems())
                file.AddError(section.LineOf(ConfigKeys.Dnsbl.Zone), problem);
            if (lists.Any(known => known.Zone.Equals(list.Zone, StringComparison.OrdinalIgnoreCase)))
                file.AddError(section.LineOf(ConfigKeys.Dnsbl.Zone), OurEvidence.ConfigListTwice.Say(list.Zone));
            lists.Add(list);
        }

        return lists;
    }

    private List<ScannerOptions> ReadScanners()
    {
        var filters = new List<ScannerOptions>();
        foreach (var section in file.Many("scanner"))
        {
            if (!section.Has(ConfigKeys.Scanner.Name) || !section.Has(ConfigKeys.Scanner.Kind) || !section.Has(ConfigKeys.Scanner.Address))
                continue;

            var filter = section.Bind(new ScannerOptions { Name = "", Kind = default, Address = "" });
            foreach (string problem in filter.Problems())
                file.AddError(section.LineOf(ConfigKeys.Scanner.Address), problem);
            if (filter.Kind != ScannerKind.Milter && section.Has(ConfigKeys.Scanner.RefusalIs))
                file.AddError(
                    section.LineOf(ConfigKeys.Scanner.RefusalIs),
                    OurEvidence.ConfigRefusalIs.Say(filter.Kind.ToString().ToLowerInvariant()));
            if (filter.Kind != ScannerKind.Milter && section.Has(ConfigKeys.Scanner.HeaderChanges))
                file.AddError(section.LineOf(ConfigKeys.Scanner.HeaderChanges), OurEvidence.ConfigHeaderChanges.Say());
            if (filters.Any(known => known.Name == filter.Name))
                file.AddError(section.LineOf(ConfigKeys.Scanner.Name), OurEvidence.ConfigScannerTwice.Say(filter.Name));
            filters.Add(filter);
        }

        return filters;
    }

    private Mailbox? ReadAddress(Section section)
    {
        if (!section.Has(ConfigKeys.Account.Address))
            return null;

        string written = section.Get(ConfigKeys.Account.Address);
        int line = section.LineOf(ConfigKeys.Account.Address);
        if (!Mailbox.TryParse(written, out var address) || address.Domain.Length == 0)
            file.AddError(line, OurEvidence.ConfigAccountAddress.Say(written));
        else if (
            !domains.Any(domain => domain.Name.Equals(address.Domain, StringComparison.OrdinalIgnoreCase)
                && domain.Mailboxes.Contains(address.LocalPart.ToLowerInvariant())))
            file.AddError(line, OurEvidence.ConfigAccountMailbox.Say(written, address.LocalPart, address.Domain));
        else
            return address;
        return null;
    }

    private AccountSettings ReadAccount(Section section, Mailbox address)
    {
        var account = section.Bind(new AccountSettings());
        if (account.Password is { } password && StoredPassword.Parse(password) is null)
        {
            file.AddError(
                section.LineOf(ConfigKeys.Account.Password),
                OurEvidence.ConfigPassword.Say(address.ToString()));
        }

        foreach (string pattern in account.SendsAs.Where(pattern => !IsPattern(pattern)))
        {
            file.AddError(
                section.LineOf(ConfigKeys.Account.SendsAs),
                    OurEvidence.ConfigSendsAs.Say(pattern));
        }

        return account with { Suspended = ReadSuspended(section), MovedTo = ReadMovedTo(section) };
    }

    private Mailbox? ReadMovedTo(Section section)
    {
        if (section.Get(ConfigKeys.Account.MovedTo) is not { } written)
            return null;
        if (Mailbox.TryParse(written, out var target) && target.Domain.Length > 0)
            return target;
        file.AddError(section.LineOf(ConfigKeys.Account.MovedTo), OurEvidence.ConfigMovedTo.Say(written));
        return null;
    }

    private Suspended ReadSuspended(Section section)
    {
        var what = Suspended.Nothing;
        foreach (string word in section.Get(ConfigKeys.Account.Suspended))
        {
            what |= word switch
            {
                "receiving" => Suspended.Receiving,
                "sending" => Suspended.Sending,
                "login" => Suspended.Login,
                _ => AddError(word),
            };
        }

        return what;

        Suspended AddError(string word)
        {
            file.AddError(
                section.LineOf(ConfigKeys.Account.Suspended), OurEvidence.ConfigSuspended.Say(word));
            return Suspended.Nothing;
        }
    }

    private static bool IsPattern(string text) =>
        Mailbox.TryParse(text.StartsWith('@') ? "x" + text : text, out var address) && address.Domain.Length > 0;

    private static string Ascii(string pattern)
    {
        int at = pattern.LastIndexOf('@');
        return string.Concat(pattern.AsSpan(0, at + 1), DomainName.ToAscii(pattern[(at + 1)..]));
    }

    private static Finding NoRule(string name) => Spelling.Nearest(name, RuleEngine.RuleNames) is { } near
        ? OurEvidence.ConfigNoRuleNear.Say(name, near, RuleEngine.RuleNames) : OurEvidence.ConfigNoRule.Say(name, RuleEngine.RuleNames);
}
