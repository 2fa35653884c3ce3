using System.Net;
using Gatepost.Policy;
using Gatepost.Policy.Auth;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Engine;
using Gatepost.Policy.Reputation;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <content>Who may send what to whom.</content>
public static partial class ConfigKeys
{
    public static class Policy
    {
        internal static readonly SectionDefinition Section = new("policy", false);

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);
        private static readonly OptionKeys<Settings, PolicyOptions> policy = Section.Sets(settings => settings.Policy,
            (settings, o) => settings with { Policy = o });
        private static readonly OptionKeys<Settings, LoginThrottleOptions> throttle = Section.Sets(settings => settings.LoginThrottle,
            (settings, o) => settings with { LoginThrottle = o });

        public static readonly Key<WithoutLogin> WithoutLogin = policy.Key("without-login",
            ValueKinds.Choice(
                ("hosted", Gatepost.Policy.WithoutLogin.HostedRecipientsOnly),
                ("refuse-recipients", Gatepost.Policy.WithoutLogin.RefuseRecipients),
                ("refuse-sender", Gatepost.Policy.WithoutLogin.RefuseSender)),
            o => o.WithoutLogin, (o, v) => o with { WithoutLogin = v });

        public static readonly Key<bool> Scram = general.Key("scram", ValueKinds.Flag,
            o => o.Scram, (o, v) => o with { Scram = v });

        public static readonly Key<string?> DovecotAuth = general.Key(
            "dovecot-auth", ValueKinds.OptionalText(OurEvidence.TakesAddress.Say()),
            o => o.DovecotAuth, (o, v) => o with { DovecotAuth = v });

        public static readonly Key<int> FailedPerAddress = throttle.Key("failed-logins-per-address", ValueKinds.Number(1, 100_000),
            o => o.PerClient, (o, v) => o with { PerClient = v });

        public static readonly Key<int> FailedPerAccount = throttle.Key("failed-logins-per-account", ValueKinds.Number(1, 100_000),
            o => o.PerAccount, (o, v) => o with { PerAccount = v });

        public static readonly Key<IReadOnlyList<IPNetwork>> Trusted = policy.Key("trusted", ValueKinds.Networks,
            o => o.TrustedNetworks, (o, v) => o with { TrustedNetworks = v });

        public static readonly Key<IReadOnlyList<string>> TrustedSealers = policy.Key(
            "trusted-sealers", ValueKinds.Texts(OurEvidence.TakesDomainList.Say()),
            o => o.TrustedSealers, (o, v) => o with { TrustedSealers = v });

        public static readonly Key<IReadOnlyList<string>> DmarcAccept = policy.Key(
            "dmarc-accept", ValueKinds.Texts(OurEvidence.TakesDomainsAndAddresses.Say()),
            o => o.Dmarc.Accept, (o, v) => o with { Dmarc = o.Dmarc with { Accept = v } });

        public static readonly Key<IReadOnlyList<string>> DmarcQuarantine = policy.Key(
            "dmarc-quarantine", ValueKinds.Texts(OurEvidence.TakesDomainsAndAddresses.Say()),
            o => o.Dmarc.Quarantine, (o, v) => o with { Dmarc = o.Dmarc with { Quarantine = v } });

        public static readonly Key<IReadOnlyList<string>> DmarcReject = policy.Key(
            "dmarc-reject", ValueKinds.Texts(OurEvidence.TakesDomainsAndAddresses.Say()),
            o => o.Dmarc.Reject, (o, v) => o with { Dmarc = o.Dmarc with { Reject = v } });

        public static readonly Key<IReadOnlyList<string>> OwnNames = policy.Key(
            "own-names", ValueKinds.Texts(OurEvidence.TakesHostNames.Say()),
            o => o.OwnNames, (o, v) => o with { OwnNames = v });

        public static readonly Key<bool> HostedAreOwnNames = policy.Key("hosted-domains-are-own-names", ValueKinds.Flag,
            o => o.HostedDomainsAreOurNames, (o, v) => o with { HostedDomainsAreOurNames = v });

        public static readonly Key<bool> RefuseAtRecipient = policy.Key("refuse-at-recipient", ValueKinds.Flag,
            o => o.RefuseAtRecipient, (o, v) => o with { RefuseAtRecipient = v });

        public static readonly Key<bool> ReverseNameOpaque = policy.Key("reverse-name-opaque", ValueKinds.Flag,
            o => o.ReverseNameOpaque, (o, v) => o with { ReverseNameOpaque = v });

        public static readonly Key<int?> MessagesPerAddress = policy.Key("messages-per-address", ValueKinds.Limit(1_000_000),
            o => o.MessagesPerClient, (o, v) => o with { MessagesPerClient = v });

        public static readonly Key<int?> ConnectionsPerAddress = policy.Key("connections-per-address", ValueKinds.Limit(1_000_000),
            o => o.ConnectionsPerClient, (o, v) => o with { ConnectionsPerClient = v });

        public static readonly Key<TimeSpan> AddressWindow = policy.Key("address-window", ValueKinds.Duration("1s", "1d"),
            o => o.ClientWindow, (o, v) => o with { ClientWindow = v });

        public static readonly Key<TimeSpan> AddressBlockedFor = policy.Key("address-blocked-for", ValueKinds.Duration("1s", "7d"),
            o => o.ClientBlockedFor, (o, v) => o with { ClientBlockedFor = v });

        public static readonly Key<int?> RecipientsPerUser = policy.Key("recipients-per-user", ValueKinds.Limit(1_000_000),
            o => o.RecipientsPerUserAndHour, (o, v) => o with { RecipientsPerUserAndHour = v });

        public static readonly Key<int?> RecipientsPerDomain = policy.Key("recipients-per-domain", ValueKinds.Limit(10_000_000),
            o => o.RecipientsPerDomainAndHour, (o, v) => o with { RecipientsPerDomainAndHour = v });

        public static readonly Key<int?> ReceivedPerMailbox = policy.Key("received-per-mailbox", ValueKinds.Limit(1_000_000),
            o => o.ReceivedPerMailboxAndHour, (o, v) => o with { ReceivedPerMailboxAndHour = v });

        public static readonly Key<TimeSpan> FullForLong = policy.Key("full-for-long", ValueKinds.Duration("1h", "365d"),
            o => o.FullForLong, (o, v) => o with { FullForLong = v });

        public static readonly Key<int> GreylistPassAfter = policy.Key("greylist-pass-after", ValueKinds.Number(0, Greylist.MostReturns),
            o => o.GreylistPassAfter, (o, v) => o with { GreylistPassAfter = v });

        public static readonly Key<TimeSpan> GreylistDelay = policy.Key("greylist-delay", ValueKinds.Duration("1s", "1d"),
            o => o.GreylistDelay, (o, v) => o with { GreylistDelay = v });

        public static readonly Key<TimeSpan> GreetingPause = policy.Key("greeting-pause", ValueKinds.Duration("100ms", "1m"),
            o => o.GreetingPause, (o, v) => o with { GreetingPause = v });

        public static readonly Key<bool> LoginMaySendNull = policy.Key("login-may-send-null", ValueKinds.Flag,
            o => o.LoginMaySendNull, (o, v) => o with { LoginMaySendNull = v });

        public static readonly Key<IReadOnlyList<string>> Order = policy.Key("order", ValueKinds.Texts(OurEvidence.TakesRuleList.Say()),
            o => o.Order, (o, v) => o with { Order = v });
    }

    public static class Rule
    {
        internal static readonly SectionDefinition Section = new("rule", true, """
            [[rule]]
            name = "reverse-name-missing"
            mode = "warn"

            [[rule]]
            name = "listed-by-dnsbl"
            replies = "modern"
            exempt-networks = ["192.0.2.0/24"]
            """)
        {
            Rules = RuleEngine.RuleNames,
        };

        private static readonly OptionKeys<RuleOptions, RuleOptions> rule = Section.Makes(new RuleOptions());

        public static readonly Key<string> Name = Section.Key("name", ValueKinds.Text(OurEvidence.TakesRuleName.Say()), "", required: true);

        public static readonly Key<RuleMode?> Mode = rule.Key("mode",
            ValueKinds.Choice<RuleMode?>(("on", RuleMode.On), ("warn", RuleMode.Warn), ("off", RuleMode.Off)),
            o => o.Mode, (o, v) => o with { Mode = v });

        public static readonly Key<ReplyStyle?> Replies = rule.Key("replies",
            ValueKinds.Choice<ReplyStyle?>(("classic", ReplyStyle.Classic), ("modern", ReplyStyle.Modern)),
            o => o.Replies, (o, v) => o with { Replies = v });

        public static readonly Key<WhenSilent?> WhenSilent = rule.Key("when-silent",
            ValueKinds.Choice<WhenSilent?>(("pass", Gatepost.Policy.WhenSilent.Pass), ("defer", Gatepost.Policy.WhenSilent.Defer)),
            o => o.WhenSilent, (o, v) => o with { WhenSilent = v });

        public static readonly Key<IReadOnlyList<IPNetwork>> ExemptNetworks = rule.Key("exempt-networks", ValueKinds.Networks,
            o => o.ExemptNetworks, (o, v) => o with { ExemptNetworks = v });

        public static readonly Key<IReadOnlyList<string>> ExemptDomains = rule.Key(
            "exempt-domains", ValueKinds.Texts(OurEvidence.TakesDomainList.Say()),
            o => [.. o.ExemptDomains],
            (o, v) => o with { ExemptDomains = AsciiDomains(v) });

        public static readonly Key<bool> ExemptAuthenticated = rule.Key("exempt-authenticated", ValueKinds.Flag,
            o => o.ExemptAuthenticated, (o, v) => o with { ExemptAuthenticated = v });

        private static HashSet<string> AsciiDomains(IReadOnlyList<string> domains) =>
            domains.Select(domain => DomainName.ToKey(domain)).ToHashSet(StringComparer.Ordinal);
    }

    public static class Dnsbl
    {
        internal static readonly SectionDefinition Section = new("dnsbl", true, """
            [[dnsbl]]
            zone = "zen.spamhaus.org"
            """);

        private static readonly OptionKeys<DnsblOptions, DnsblOptions> list = Section.Makes(new DnsblOptions { Zone = "" });

        public static readonly Key<string> Zone = list.Key("zone", ValueKinds.DomainName,
            o => o.Zone, (o, v) => o with { Zone = v }, required: true);

        public static readonly Key<bool> Opaque = list.Key("opaque", ValueKinds.Flag,
            o => o.Opaque, (o, v) => o with { Opaque = v });
    }

    public static class Account
    {
        internal static readonly SectionDefinition Section = new("account", true, """
            [[account]]
            address = "ann@example.org"
            password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdCBvZiB0aGUgc2VhLg$X1BRZ0nUvNmVfV5nUuCrfGbsmPDzPtEzbQ6mA4QXQxk"
            quota = "2GB"
            recipients-per-hour = 200
            """);

        private static readonly OptionKeys<AccountSettings, AccountSettings> account = Section.Makes(new AccountSettings());

        public static readonly Key<string> Address = Section.Key(
            "address", ValueKinds.Text(OurEvidence.TakesAddress.Say()), "", required: true);

        public static readonly Key<string?> Password = account.Key("password",
            ValueKinds.OptionalText(OurEvidence.TakesPasswordLine.Say()),
            o => o.Password, (o, v) => o with { Password = v });

        public static readonly Key<long?> Quota = account.Key("quota", ValueKinds.OptionalSize("64KB", "1TB"),
            o => o.Quota, (o, v) => o with { Quota = v });

        public static readonly Key<int?> RecipientsPerHour = account.Key("recipients-per-hour", ValueKinds.Limit(1_000_000),
            o => o.RecipientsPerHour, (o, v) => o with { RecipientsPerHour = v });

        public static readonly Key<int?> ReceivedPerHour = account.Key("received-per-hour", ValueKinds.Limit(1_000_000),
            o => o.ReceivedPerHour, (o, v) => o with { ReceivedPerHour = v });

        public static readonly Key<IReadOnlyList<string>> SendsAs = account.Key(
            "sends-as", ValueKinds.Texts(OurEvidence.TakesAddressList.Say()),
            o => o.SendsAs, (o, v) => o with { SendsAs = v });

        public static readonly Key<IReadOnlyList<string>> Suspended = Section.Key("suspended",
            ValueKinds.Texts(OurEvidence.TakesSuspensions.Say()), []);

        public static readonly Key<string?> MovedTo = Section.Key(
            "moved-to", ValueKinds.OptionalText(OurEvidence.TakesAddress.Say()), null);

        public static readonly Key<string> SuspendedWhy = account.Key("suspended-why", ValueKinds.Text(),
            o => o.SuspendedWhy, (o, v) => o with { SuspendedWhy = v });
    }

    public static class Scanner
    {
        internal static readonly SectionDefinition Section = new("scanner", true, """
            [[scanner]]
            name = "clamav"
            kind = "clamd"
            address = "unix:/run/clamav/clamd.ctl"

            [[scanner]]
            name = "rspamd"
            kind = "rspamd"
            address = "127.0.0.1:11333"
            when-away = "pass"

            [[scanner]]
            name = "opendkim"
            kind = "milter"
            address = "unix:/run/opendkim/opendkim.sock"
            header-changes = "ignored"
            """);

        private static readonly OptionKeys<ScannerOptions, ScannerOptions> scanner =
            Section.Makes(new ScannerOptions { Name = "", Kind = default, Address = "" });

        public static readonly Key<string> Name = scanner.Key("name", ValueKinds.Text(),
            o => o.Name, (o, v) => o with { Name = v }, required: true);

        public static readonly Key<ScannerKind> Kind = scanner.Key("kind",
            ValueKinds.Choice(("clamd", ScannerKind.Clamd), ("rspamd", ScannerKind.Rspamd), ("milter", ScannerKind.Milter)),
            o => o.Kind, (o, v) => o with { Kind = v },
            required: true);

        public static readonly Key<string> Address = scanner.Key("address", ValueKinds.Text(OurEvidence.TakesAddress.Say()),
            o => o.Address, (o, v) => o with { Address = v }, required: true);

        public static readonly Key<ScanOutcome> RefusalIs = scanner.Key("refusal-is",
            ValueKinds.Choice(
                ("refusal", ScanOutcome.Refused),
                ("virus", ScanOutcome.Virus),
                ("spam", ScanOutcome.Spam),
                ("bulk", ScanOutcome.Bulk)),
            o => o.RefusalMeans, (o, v) => o with { RefusalMeans = v });

        public static readonly Key<bool> HeaderChanges = scanner.Key("header-changes",
            ValueKinds.Choice(("not-offered", false), ("ignored", true)),
            o => o.PretendHeaderChanges, (o, v) => o with { PretendHeaderChanges = v });

        public static readonly Key<TimeSpan> Timeout = scanner.Key("timeout", ValueKinds.Duration("1s", "5m"),
            o => o.Timeout, (o, v) => o with { Timeout = v });

        public static readonly Key<WhenAway> WhenAway = scanner.Key("when-away",
            ValueKinds.Choice(("defer", Gatepost.Policy.Scanners.WhenAway.Defer), ("pass", Gatepost.Policy.Scanners.WhenAway.Pass)),
            o => o.WhenAway, (o, v) => o with { WhenAway = v });

        public static readonly Key<long> MaxSize = scanner.Key("max-size", ValueKinds.Size("1KB", "2GB"),
            o => o.MaxSize, (o, v) => o with { MaxSize = v });

        public static readonly Key<int> Connections = scanner.Key("connections", ValueKinds.Number(1, 10_000),
            o => o.Connections, (o, v) => o with { Connections = v });
    }

    public static class Block
    {
        internal static readonly SectionDefinition Section = new("block", true, """
            [[block]]
            side = "sender"
            pattern = "@spam.example"
            why = "three complaints in May"
            """);

        public static readonly Key<BlockSide?> Side = Section.Key("side",
            ValueKinds.Choice<BlockSide?>(("sender", BlockSide.Sender), ("recipient", BlockSide.Recipient)), null, required: true);

        public static readonly Key<string> Pattern = Section.Key(
            "pattern", ValueKinds.Text(OurEvidence.TakesPattern.Say()), "", required: true);

        public static readonly Key<string?> For = Section.Key("for", ValueKinds.OptionalText(OurEvidence.TakesPattern.Say()), null);

        public static readonly Key<string> Why = Section.Key("why", ValueKinds.Text(), "");
    }
}
