using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Policy.Auth;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>Reads the sections <c>[policy]</c>, <c>[[rule]]</c>, <c>[[dnsbl]]</c>, <c>[[account]]</c> and <c>[[block]]</c>.</summary>
internal sealed class PolicyReader(ConfigurationFile file, IReadOnlyList<DomainSettings> domains)
{
    public PolicyOptions ReadPolicy()
    {
        var section = file.One("policy");
        return new PolicyOptions
        {
            WithoutLogin = section.Get(ConfigKeys.Policy.WithoutLogin),
            TrustedNetworks = section.Get(ConfigKeys.Policy.Trusted),
            OwnNames = section.Get(ConfigKeys.Policy.OwnNames),
            HostedDomainsAreOurNames = section.Get(ConfigKeys.Policy.HostedAreOwnNames),
            RefuseAtRecipient = section.Get(ConfigKeys.Policy.RefuseAtRecipient),
            ReverseNameOpaque = section.Get(ConfigKeys.Policy.ReverseNameOpaque),
            MessagesPerClient = Limit(section, ConfigKeys.Policy.MessagesPerAddress),
            ConnectionsPerClient = Limit(section, ConfigKeys.Policy.ConnectionsPerAddress),
            ClientWindow = section.Get(ConfigKeys.Policy.AddressWindow),
            ClientBlockedFor = section.Get(ConfigKeys.Policy.AddressBlockedFor),
            RecipientsPerUserAndHour = Limit(section, ConfigKeys.Policy.RecipientsPerUser),
            RecipientsPerDomainAndHour = Limit(section, ConfigKeys.Policy.RecipientsPerDomain),
            ReceivedPerMailboxAndHour = Limit(section, ConfigKeys.Policy.ReceivedPerMailbox),
            FullForLong = section.Get(ConfigKeys.Policy.FullForLong),
            GreylistDelay = section.Get(ConfigKeys.Policy.GreylistDelay),
            LoginMaySendNull = section.Get(ConfigKeys.Policy.LoginMaySendNull),
            Order = ReadOrder(section),
            Rules = ReadRules(),
            Dnsbls = ReadDnsbls(),
            GreetingPause = section.Get(ConfigKeys.Policy.GreetingPause),
            Scanners = ReadScanners(),
            Callouts = ReadCallouts(),
            Quarantine = QuarantineReader.Read(file),
        };
    }

    private CalloutOptions ReadCallouts()
    {
        var section = file.One("callout");
        return new CalloutOptions { Timeout = section.Get(ConfigKeys.Callout.Timeout), KeepPositive = section.Get(ConfigKeys.Callout.KeepPositive), KeepNegative = section.Get(ConfigKeys.Callout.KeepNegative) };
    }

    public LoginSettings ReadLogins()
    {
        var section = file.One("policy");
        var guesses = new LoginThrottleOptions { PerClient = section.Get(ConfigKeys.Policy.FailedPerAddress), PerAccount = section.Get(ConfigKeys.Policy.FailedPerAccount) };
        string? dovecot = section.Has(ConfigKeys.Policy.DovecotAuth) ? section.Get(ConfigKeys.Policy.DovecotAuth) : null;
        if (dovecot is not null && !FilterAddress.TryParse(dovecot, out _))
            file.Blame(section.LineOf(ConfigKeys.Policy.DovecotAuth), $"dovecot-auth is \"{dovecot}\": write unix:/run/dovecot/auth-client or host:port");
        return new LoginSettings(section.Get(ConfigKeys.Policy.Scram), guesses, dovecot);
    }

    public IReadOnlyDictionary<string, AccountSettings> ReadAccounts()
    {
        var accounts = new Dictionary<string, AccountSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in file.Many("account"))
        {
            if (ReadAddress(section) is { } address && !accounts.TryAdd(address.ToString(), ReadAccount(section, address)))
                file.Blame(section.LineOf(ConfigKeys.Account.Address), $"{address} has an [[account]] already: put everything about it into one");
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
            string? scope = section.Has(ConfigKeys.Block.For) ? section.Get(ConfigKeys.Block.For) : null;
            if (!IsPattern(pattern))
                file.Blame(section.LineOf(ConfigKeys.Block.Pattern), $"pattern is \"{pattern}\": write an address, or @example.org for a whole domain");
            if (scope is not null && !IsPattern(scope))
                file.Blame(section.LineOf(ConfigKeys.Block.For), $"for is \"{scope}\": write an address, or @example.org for a whole domain");
            if (scope is not null && section.Get(ConfigKeys.Block.Side) == BlockSide.Recipient)
                file.Blame(section.LineOf(ConfigKeys.Block.For), "for has a meaning for blocked senders only: remove it");
            blocks.Add(new Block(section.Get(ConfigKeys.Block.Side), Ascii(pattern), scope is null ? null : Ascii(scope), "configuration", DateTimeOffset.UnixEpoch, Text(section, ConfigKeys.Block.Why)));
        }

        return blocks;
    }

    private static string Text(Section section, Key<string> key) => section.Has(key) ? section.Get(key) : "";

    private static int? Limit(Section section, Key<int> key) => section.Get(key) is > 0 and var limit ? limit : null;

    private IReadOnlyList<string> ReadOrder(Section section)
    {
        var order = section.Get(ConfigKeys.Policy.Order);
        foreach (string name in order.Where(name => !RuleEngine.RuleNames.Contains(name)))
            file.Blame(section.LineOf(ConfigKeys.Policy.Order), NoRule("order", name));
        return order;
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
                file.Blame(section.LineOf(ConfigKeys.Rule.Name), NoRule("name", name));
            else if (!rules.TryAdd(name, ReadRule(section)))
                file.Blame(section.LineOf(ConfigKeys.Rule.Name), $"{name} has a [[rule]] already: put everything about it into one");
            else if (name == "relay-denied" && rules[name].Mode is RuleMode.Off or RuleMode.Warn)
                file.Blame(section.LineOf(ConfigKeys.Rule.Mode), "relay-denied has to be on, or the server would carry anybody's spam: trust networks (role \"internal\") or let clients log in instead");
            if (section.Has(ConfigKeys.Rule.WhenSilent) && RuleEngine.RuleNames.Contains(name) && !PolicyOptions.RulesThatMayBeSilent.ContainsKey(name))
                file.Blame(section.LineOf(ConfigKeys.Rule.WhenSilent), $"{name} knows no when-silent: remove it; {string.Join(", ", PolicyOptions.RulesThatMayBeSilent.Keys)} do");
        }

        return rules;
    }

    private RuleOptions ReadRule(Section section)
    {
        var domains = section.Get(ConfigKeys.Rule.ExemptDomains);
        foreach (string domain in domains.Where(domain => !Mailbox.TryParse("x@" + domain, out _)))
            file.Blame(section.LineOf(ConfigKeys.Rule.ExemptDomains), $"exempt-domains has \"{domain}\": write a domain name");
        return new RuleOptions
        {
            Mode = section.Has(ConfigKeys.Rule.Mode) ? section.Get(ConfigKeys.Rule.Mode) : null,
            Replies = section.Has(ConfigKeys.Rule.Replies) ? section.Get(ConfigKeys.Rule.Replies) : null,
            WhenSilent = section.Has(ConfigKeys.Rule.WhenSilent) ? section.Get(ConfigKeys.Rule.WhenSilent) : null,
            ExemptNetworks = section.Get(ConfigKeys.Rule.ExemptNetworks),
            ExemptDomains = domains.Select(domain => Ascii(domain).ToLowerInvariant()).ToHashSet(StringComparer.Ordinal),
            ExemptAuthenticated = section.Get(ConfigKeys.Rule.ExemptAuthenticated),
        };
    }

    private List<DnsblOptions> ReadDnsbls()
    {
        var lists = new List<DnsblOptions>();
        foreach (var section in file.Many("dnsbl"))
        {
            if (!section.Has(ConfigKeys.Dnsbl.Zone))
                continue;

            var list = new DnsblOptions { Zone = section.Get(ConfigKeys.Dnsbl.Zone), Opaque = section.Get(ConfigKeys.Dnsbl.Opaque) };
            foreach (string problem in list.Problems())
                file.Blame(section.LineOf(ConfigKeys.Dnsbl.Zone), problem);
            if (lists.Any(known => known.Zone.Equals(list.Zone, StringComparison.OrdinalIgnoreCase)))
                file.Blame(section.LineOf(ConfigKeys.Dnsbl.Zone), $"{list.Zone} is listed already: keep one");
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

            var filter = new ScannerOptions
            {
                Name = section.Get(ConfigKeys.Scanner.Name),
                Kind = section.Get(ConfigKeys.Scanner.Kind),
                Address = section.Get(ConfigKeys.Scanner.Address),
                RefusalMeans = section.Get(ConfigKeys.Scanner.RefusalIs),
                PretendHeaderChanges = section.Get(ConfigKeys.Scanner.HeaderChanges),
                Timeout = section.Get(ConfigKeys.Scanner.Timeout),
                WhenAway = section.Get(ConfigKeys.Scanner.WhenAway),
                MaxSize = section.Get(ConfigKeys.Scanner.MaxSize),
                Connections = section.Get(ConfigKeys.Scanner.Connections),
            };
            foreach (string problem in filter.Problems())
                file.Blame(section.LineOf(ConfigKeys.Scanner.Address), problem);
            if (filter.Kind != ScannerKind.Milter && section.Has(ConfigKeys.Scanner.RefusalIs))
                file.Blame(section.LineOf(ConfigKeys.Scanner.RefusalIs), $"refusal-is has a meaning for milters only: remove it, {filter.Kind.ToString().ToLowerInvariant()} says itself what it found");
            if (filter.Kind != ScannerKind.Milter && section.Has(ConfigKeys.Scanner.HeaderChanges))
                file.Blame(section.LineOf(ConfigKeys.Scanner.HeaderChanges), "header-changes has a meaning for milters only: remove it");
            if (filters.Any(known => known.Name == filter.Name))
                file.Blame(section.LineOf(ConfigKeys.Scanner.Name), $"there is a scanner {filter.Name} already: give each its own name");
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
        if (!Mailbox.TryParse(written, out var address) || address!.Domain.Length == 0)
            file.Blame(line, $"address is \"{written}\": write a whole address, for example \"ann@example.org\"");
        else if (!domains.Any(domain => domain.Name.Equals(address.Domain, StringComparison.OrdinalIgnoreCase) && domain.Mailboxes.Contains(address.LocalPart.ToLowerInvariant())))
            file.Blame(line, $"{written} is no mailbox: add \"{address.LocalPart}\" to the mailboxes of [[domain]] {address.Domain}");
        else
            return address;
        return null;
    }

    private AccountSettings ReadAccount(Section section, Mailbox address)
    {
        string? password = section.Has(ConfigKeys.Account.Password) ? section.Get(ConfigKeys.Account.Password) : null;
        if (password is not null && StoredPassword.Parse(password) is null)
            file.Blame(section.LineOf(ConfigKeys.Account.Password), $"password of {address} is not what `gatepost password` prints: run it and copy the line; the password itself must not stand here");
        foreach (string leave in section.Get(ConfigKeys.Account.SendsAs).Where(leave => !IsPattern(leave)))
            file.Blame(section.LineOf(ConfigKeys.Account.SendsAs), $"sends-as has \"{leave}\": write an address, or @example.org for a whole domain");
        return new AccountSettings
        {
            Address = address,
            Password = password,
            Quota = section.Has(ConfigKeys.Account.Quota) ? section.Get(ConfigKeys.Account.Quota) : null,
            RecipientsPerHour = Limit(section, ConfigKeys.Account.RecipientsPerHour),
            ReceivedPerHour = Limit(section, ConfigKeys.Account.ReceivedPerHour),
            SendsAs = section.Get(ConfigKeys.Account.SendsAs),
            Suspended = ReadSuspended(section),
            SuspendedWhy = Text(section, ConfigKeys.Account.SuspendedWhy),
            MovedTo = ReadMovedTo(section),
        };
    }

    private Mailbox? ReadMovedTo(Section section)
    {
        if (!section.Has(ConfigKeys.Account.MovedTo))
            return null;
        if (Mailbox.TryParse(section.Get(ConfigKeys.Account.MovedTo), out var target) && target!.Domain.Length > 0)
            return target;
        file.Blame(section.LineOf(ConfigKeys.Account.MovedTo), $"moved-to is \"{section.Get(ConfigKeys.Account.MovedTo)}\": write a whole address");
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
                _ => Blame(word),
            };
        }

        return what;

        Suspended Blame(string word)
        {
            file.Blame(section.LineOf(ConfigKeys.Account.Suspended), $"suspended has \"{word}\": write \"receiving\", \"sending\" or \"login\"");
            return Suspended.Nothing;
        }
    }

    private static bool IsPattern(string text) => Mailbox.TryParse(text.StartsWith('@') ? "x" + text : text, out var address) && address!.Domain.Length > 0;

    private static string Ascii(string pattern)
    {
        int at = pattern.LastIndexOf('@');
        return string.Concat(pattern.AsSpan(0, at + 1), AddressKey.ToAscii(pattern[(at + 1)..]));
    }

    private static string NoRule(string key, string name) =>
        $"{key} has \"{name}\", which is no rule{(Spelling.Nearest(name, RuleEngine.RuleNames) is { } guess ? $" (did you mean \"{guess}\"?)" : "")}: the rules are {string.Join(", ", RuleEngine.RuleNames)}";
}
