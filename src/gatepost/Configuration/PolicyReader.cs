using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Policy.Submission;
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
            WithoutLogin = section.Get(Keys.Policy.WithoutLogin),
            TrustedNetworks = section.Get(Keys.Policy.Trusted),
            OwnNames = section.Get(Keys.Policy.OwnNames),
            HostedDomainsAreOurNames = section.Get(Keys.Policy.HostedAreOwnNames),
            RefuseAtRecipient = section.Get(Keys.Policy.RefuseAtRecipient),
            ReverseNameOpaque = section.Get(Keys.Policy.ReverseNameOpaque),
            MessagesPerClient = Limit(section, Keys.Policy.MessagesPerAddress),
            ConnectionsPerClient = Limit(section, Keys.Policy.ConnectionsPerAddress),
            ClientWindow = section.Get(Keys.Policy.AddressWindow),
            ClientBlockedFor = section.Get(Keys.Policy.AddressBlockedFor),
            RecipientsPerUserAndHour = Limit(section, Keys.Policy.RecipientsPerUser),
            RecipientsPerDomainAndHour = Limit(section, Keys.Policy.RecipientsPerDomain),
            ReceivedPerMailboxAndHour = Limit(section, Keys.Policy.ReceivedPerMailbox),
            FullForLong = section.Get(Keys.Policy.FullForLong),
            GreylistDelay = section.Get(Keys.Policy.GreylistDelay),
            LoginMaySendNull = section.Get(Keys.Policy.LoginMaySendNull),
            Order = ReadOrder(section),
            Rules = ReadRules(),
            Dnsbls = ReadDnsbls(),
            GreetingPause = section.Get(Keys.Policy.GreetingPause),
            Scanners = ReadScanners(),
            Callouts = ReadCallouts(),
            Quarantine = QuarantineReader.Read(file),
        };
    }

    private CalloutOptions ReadCallouts()
    {
        var section = file.One("callout");
        return new CalloutOptions { Timeout = section.Get(Keys.Callout.Timeout), KeepPositive = section.Get(Keys.Callout.KeepPositive), KeepNegative = section.Get(Keys.Callout.KeepNegative) };
    }

    public LoginSettings ReadLogins()
    {
        var section = file.One("policy");
        var guesses = new GuessLimits { PerClient = section.Get(Keys.Policy.FailedPerAddress), PerAccount = section.Get(Keys.Policy.FailedPerAccount) };
        string? dovecot = section.Has(Keys.Policy.DovecotAuth) ? section.Get(Keys.Policy.DovecotAuth) : null;
        if (dovecot is not null && !FilterAddress.TryParse(dovecot, out _))
            file.Blame(section.LineOf(Keys.Policy.DovecotAuth), $"dovecot-auth is \"{dovecot}\": write unix:/run/dovecot/auth-client or host:port");
        return new LoginSettings(section.Get(Keys.Policy.Scram), guesses, dovecot);
    }

    public IReadOnlyDictionary<string, AccountSettings> ReadAccounts()
    {
        var accounts = new Dictionary<string, AccountSettings>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in file.Many("account"))
        {
            if (ReadAddress(section) is { } address && !accounts.TryAdd(address.ToString(), ReadAccount(section, address)))
                file.Blame(section.LineOf(Keys.Account.Address), $"{address} has an [[account]] already: put everything about it into one");
        }

        return accounts;
    }

    public IReadOnlyList<Block> ReadBlocks()
    {
        var blocks = new List<Block>();
        foreach (var section in file.Many("block"))
        {
            if (!section.Has(Keys.Block.Side) || !section.Has(Keys.Block.Pattern))
                continue;
            string pattern = section.Get(Keys.Block.Pattern);
            string? scope = section.Has(Keys.Block.For) ? section.Get(Keys.Block.For) : null;
            if (!IsPattern(pattern))
                file.Blame(section.LineOf(Keys.Block.Pattern), $"pattern is \"{pattern}\": write an address, or @example.org for a whole domain");
            if (scope is not null && !IsPattern(scope))
                file.Blame(section.LineOf(Keys.Block.For), $"for is \"{scope}\": write an address, or @example.org for a whole domain");
            if (scope is not null && section.Get(Keys.Block.Side) == BlockSide.Recipient)
                file.Blame(section.LineOf(Keys.Block.For), "for has a meaning for blocked senders only: remove it");
            blocks.Add(new Block(section.Get(Keys.Block.Side), Ascii(pattern), scope is null ? null : Ascii(scope), "configuration", DateTimeOffset.UnixEpoch, Text(section, Keys.Block.Why)));
        }

        return blocks;
    }

    private static string Text(Section section, Key<string> key) => section.Has(key) ? section.Get(key) : "";

    private static int? Limit(Section section, Key<int> key) => section.Get(key) is > 0 and var limit ? limit : null;

    private IReadOnlyList<string> ReadOrder(Section section)
    {
        var order = section.Get(Keys.Policy.Order);
        foreach (string name in order.Where(name => !RuleBook.RuleNames.Contains(name)))
            file.Blame(section.LineOf(Keys.Policy.Order), NoRule("order", name));
        return order;
    }

    private Dictionary<string, RuleOptions> ReadRules()
    {
        var rules = new Dictionary<string, RuleOptions>();
        foreach (var section in file.Many("rule"))
        {
            if (!section.Has(Keys.Rule.Name))
                continue;

            string name = section.Get(Keys.Rule.Name);
            if (!RuleBook.RuleNames.Contains(name))
                file.Blame(section.LineOf(Keys.Rule.Name), NoRule("name", name));
            else if (!rules.TryAdd(name, ReadRule(section)))
                file.Blame(section.LineOf(Keys.Rule.Name), $"{name} has a [[rule]] already: put everything about it into one");
            else if (name == "relay-denied" && rules[name].Mode is RuleMode.Off or RuleMode.Warn)
                file.Blame(section.LineOf(Keys.Rule.Mode), "relay-denied has to be on, or the server would carry anybody's spam: trust networks (role \"internal\") or let clients log in instead");
            if (section.Has(Keys.Rule.WhenSilent) && RuleBook.RuleNames.Contains(name) && !PolicyOptions.RulesThatMayBeSilent.ContainsKey(name))
                file.Blame(section.LineOf(Keys.Rule.WhenSilent), $"{name} knows no when-silent: remove it; {string.Join(", ", PolicyOptions.RulesThatMayBeSilent.Keys)} do");
        }

        return rules;
    }

    private RuleOptions ReadRule(Section section)
    {
        var domains = section.Get(Keys.Rule.ExemptDomains);
        foreach (string domain in domains.Where(domain => !Mailbox.TryParse("x@" + domain, out _)))
            file.Blame(section.LineOf(Keys.Rule.ExemptDomains), $"exempt-domains has \"{domain}\": write a domain name");
        return new RuleOptions
        {
            Mode = section.Has(Keys.Rule.Mode) ? section.Get(Keys.Rule.Mode) : null,
            Replies = section.Has(Keys.Rule.Replies) ? section.Get(Keys.Rule.Replies) : null,
            WhenSilent = section.Has(Keys.Rule.WhenSilent) ? section.Get(Keys.Rule.WhenSilent) : null,
            ExemptNetworks = section.Get(Keys.Rule.ExemptNetworks),
            ExemptDomains = domains.Select(domain => Ascii(domain).ToLowerInvariant()).ToHashSet(StringComparer.Ordinal),
            ExemptAuthenticated = section.Get(Keys.Rule.ExemptAuthenticated),
        };
    }

    private List<DnsblOptions> ReadDnsbls()
    {
        var lists = new List<DnsblOptions>();
        foreach (var section in file.Many("dnsbl"))
        {
            if (!section.Has(Keys.Dnsbl.Zone))
                continue;

            var list = new DnsblOptions { Zone = section.Get(Keys.Dnsbl.Zone), Opaque = section.Get(Keys.Dnsbl.Opaque) };
            foreach (string problem in list.Problems())
                file.Blame(section.LineOf(Keys.Dnsbl.Zone), problem);
            if (lists.Any(known => known.Zone.Equals(list.Zone, StringComparison.OrdinalIgnoreCase)))
                file.Blame(section.LineOf(Keys.Dnsbl.Zone), $"{list.Zone} is listed already: keep one");
            lists.Add(list);
        }

        return lists;
    }

    private List<ScannerOptions> ReadScanners()
    {
        var filters = new List<ScannerOptions>();
        foreach (var section in file.Many("scanner"))
        {
            if (!section.Has(Keys.Scanner.Name) || !section.Has(Keys.Scanner.Kind) || !section.Has(Keys.Scanner.Address))
                continue;

            var filter = new ScannerOptions
            {
                Name = section.Get(Keys.Scanner.Name),
                Kind = section.Get(Keys.Scanner.Kind),
                Address = section.Get(Keys.Scanner.Address),
                RefusalMeans = section.Get(Keys.Scanner.RefusalIs),
                PretendHeaderChanges = section.Get(Keys.Scanner.HeaderChanges),
                Timeout = section.Get(Keys.Scanner.Timeout),
                WhenAway = section.Get(Keys.Scanner.WhenAway),
                MaxSize = section.Get(Keys.Scanner.MaxSize),
                Connections = section.Get(Keys.Scanner.Connections),
            };
            foreach (string problem in filter.Problems())
                file.Blame(section.LineOf(Keys.Scanner.Address), problem);
            if (filter.Kind != ScannerKind.Milter && section.Has(Keys.Scanner.RefusalIs))
                file.Blame(section.LineOf(Keys.Scanner.RefusalIs), $"refusal-is has a meaning for milters only: remove it, {filter.Kind.ToString().ToLowerInvariant()} says itself what it found");
            if (filter.Kind != ScannerKind.Milter && section.Has(Keys.Scanner.HeaderChanges))
                file.Blame(section.LineOf(Keys.Scanner.HeaderChanges), "header-changes has a meaning for milters only: remove it");
            if (filters.Any(known => known.Name == filter.Name))
                file.Blame(section.LineOf(Keys.Scanner.Name), $"there is a scanner {filter.Name} already: give each its own name");
            filters.Add(filter);
        }

        return filters;
    }

    private Mailbox? ReadAddress(Section section)
    {
        if (!section.Has(Keys.Account.Address))
            return null;

        string written = section.Get(Keys.Account.Address);
        int line = section.LineOf(Keys.Account.Address);
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
        string? password = section.Has(Keys.Account.Password) ? section.Get(Keys.Account.Password) : null;
        if (password is not null && StoredPassword.Parse(password) is null)
            file.Blame(section.LineOf(Keys.Account.Password), $"password of {address} is not what `gatepost password` prints: run it and copy the line; the password itself must not stand here");
        foreach (string leave in section.Get(Keys.Account.SendsAs).Where(leave => !IsPattern(leave)))
            file.Blame(section.LineOf(Keys.Account.SendsAs), $"sends-as has \"{leave}\": write an address, or @example.org for a whole domain");
        return new AccountSettings
        {
            Address = address,
            Password = password,
            Quota = section.Has(Keys.Account.Quota) ? section.Get(Keys.Account.Quota) : null,
            RecipientsPerHour = Limit(section, Keys.Account.RecipientsPerHour),
            ReceivedPerHour = Limit(section, Keys.Account.ReceivedPerHour),
            SendsAs = section.Get(Keys.Account.SendsAs),
            Suspended = ReadSuspended(section),
            SuspendedWhy = Text(section, Keys.Account.SuspendedWhy),
            MovedTo = ReadMovedTo(section),
        };
    }

    private Mailbox? ReadMovedTo(Section section)
    {
        if (!section.Has(Keys.Account.MovedTo))
            return null;
        if (Mailbox.TryParse(section.Get(Keys.Account.MovedTo), out var target) && target!.Domain.Length > 0)
            return target;
        file.Blame(section.LineOf(Keys.Account.MovedTo), $"moved-to is \"{section.Get(Keys.Account.MovedTo)}\": write a whole address");
        return null;
    }

    private Suspended ReadSuspended(Section section)
    {
        var what = Suspended.Nothing;
        foreach (string word in section.Get(Keys.Account.Suspended))
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
            file.Blame(section.LineOf(Keys.Account.Suspended), $"suspended has \"{word}\": write \"receiving\", \"sending\" or \"login\"");
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
        $"{key} has \"{name}\", which is no rule{(Spelling.Nearest(name, RuleBook.RuleNames) is { } guess ? $" (did you mean \"{guess}\"?)" : "")}: the rules are {string.Join(", ", RuleBook.RuleNames)}";
}
