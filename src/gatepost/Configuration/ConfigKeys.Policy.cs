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
        internal static readonly SectionDefinition Section = new("policy", false, "Who may send what to whom.");

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
            o => o.WithoutLogin, (o, v) => o with { WithoutLogin = v },
            "What a `submission` listener does with clients that did not log in. `hosted`: they may write to mailboxes here, other "
            + "recipients get 530 5.7.0. `refuse-recipients`: every recipient gets it. `refuse-sender`: MAIL gets it.");

        public static readonly Key<bool> Scram = general.Key("scram", ValueKinds.Flag,
            o => o.Scram, (o, v) => o with { Scram = v },
            "Whether SCRAM-SHA-256 is offered beside PLAIN and LOGIN. Accounts whose password has no SCRAM keys then cannot use it.");

        public static readonly Key<string?> DovecotAuth = general.Key(
            "dovecot-auth", ValueKinds.OptionalText(OurEvidence.TakesAddress.Say()),
            o => o.DovecotAuth, (o, v) => o with { DovecotAuth = v },
            "Dovecot's `auth-client` socket, `unix:/run/dovecot/auth-client` or `host:port`: passwords are then checked there, not "
            + "here. The users it names are logins of this server.");

        public static readonly Key<int> FailedPerAddress = throttle.Key("failed-logins-per-address", ValueKinds.Number(1, 100_000),
            o => o.PerClient, (o, v) => o with { PerClient = v },
            "Wrong passwords from one address (one /64 of IPv6) in 10 minutes before it has to wait.");

        public static readonly Key<int> FailedPerAccount = throttle.Key("failed-logins-per-account", ValueKinds.Number(1, 100_000),
            o => o.PerAccount, (o, v) => o with { PerAccount = v },
            "Wrong passwords for one account in 10 minutes before addresses from which it never logged in have to wait.");

        public static readonly Key<IReadOnlyList<IPNetwork>> Trusted = policy.Key("trusted", ValueKinds.Networks,
            o => o.TrustedNetworks, (o, v) => o with { TrustedNetworks = v },
            "Networks whose clients are exempt from the rules about unknown clients (block lists, reverse names, hello, sender's domain), "
            + "beside the `trusted` of internal listeners.");

        public static readonly Key<IReadOnlyList<string>> TrustedSealers = policy.Key(
            "trusted-sealers", ValueKinds.Texts(OurEvidence.TakesDomainList.Say()),
            o => o.TrustedSealers, (o, v) => o with { TrustedSealers = v },
            "Domains of forwarders and mailing lists whose ARC seals are believed: what they pass on is not rejected for DMARC if it "
            + "passed when it came to them.");

        public static readonly Key<IReadOnlyList<string>> DmarcAccept = policy.Key(
            "dmarc-accept", ValueKinds.Texts(OurEvidence.TakesDomainsAndAddresses.Say()),
            o => o.Dmarc.Accept, (o, v) => o with { Dmarc = o.Dmarc with { Accept = v } },
            "Whose mail is accepted although it fails DMARC: domains in From, with those below them, or envelope senders, which count "
            + "only where SPF passes for them. Anybody can write a domain in From, so keep it short; for forwarders and lists "
            + "`trusted-sealers` is better. An address counts before a domain, a longer domain before a shorter one.");

        public static readonly Key<IReadOnlyList<string>> DmarcQuarantine = policy.Key(
            "dmarc-quarantine", ValueKinds.Texts(OurEvidence.TakesDomainsAndAddresses.Say()),
            o => o.Dmarc.Quarantine, (o, v) => o with { Dmarc = o.Dmarc with { Quarantine = v } },
            "Whose mail goes into quarantine if it fails DMARC, whatever the domain asks for.");

        public static readonly Key<IReadOnlyList<string>> DmarcReject = policy.Key(
            "dmarc-reject", ValueKinds.Texts(OurEvidence.TakesDomainsAndAddresses.Say()),
            o => o.Dmarc.Reject, (o, v) => o with { Dmarc = o.Dmarc with { Reject = v } },
            "Whose mail is rejected if it fails DMARC, whatever the domain asks for.");

        public static readonly Key<IReadOnlyList<string>> OwnNames = policy.Key(
            "own-names", ValueKinds.Texts(OurEvidence.TakesHostNames.Say()),
            o => o.OwnNames, (o, v) => o with { OwnNames = v },
            "Further names of this server, by which no other host may introduce itself. Its own name and addresses are known.");

        public static readonly Key<bool> HostedAreOwnNames = policy.Key("hosted-domains-are-own-names", ValueKinds.Flag,
            o => o.HostedDomainsAreOurNames, (o, v) => o with { HostedDomainsAreOurNames = v },
            "Whether clients may not introduce themselves by a domain hosted here either. Customers' own servers often do.");

        public static readonly Key<bool> RefuseAtRecipient = policy.Key("refuse-at-recipient", ValueKinds.Flag,
            o => o.RefuseAtRecipient, (o, v) => o with { RefuseAtRecipient = v },
            "Whether refusals of client and hello wait until the recipient is known: the record then says whose mail it was, and "
            + "postmaster stays reachable.");

        public static readonly Key<bool> ReverseNameOpaque = policy.Key("reverse-name-opaque", ValueKinds.Flag,
            o => o.ReverseNameOpaque, (o, v) => o with { ReverseNameOpaque = v },
            "Whether clients without reverse name hear only that the service is currently unavailable, in the classic form.");

        public static readonly Key<int?> MessagesPerAddress = policy.Key("messages-per-address", ValueKinds.Limit(1_000_000),
            o => o.MessagesPerClient, (o, v) => o with { MessagesPerClient = v },
            "Messages one address may hand over within `address-window`; beyond it is blocked for `address-blocked-for`. 0: no limit.");

        public static readonly Key<int?> ConnectionsPerAddress = policy.Key("connections-per-address", ValueKinds.Limit(1_000_000),
            o => o.ConnectionsPerClient, (o, v) => o with { ConnectionsPerClient = v },
            "Connections one address may make within `address-window`; beyond it is blocked for `address-blocked-for`. 0: no limit. "
            + "How many may be open together is in `[limits]`.");

        public static readonly Key<TimeSpan> AddressWindow = policy.Key("address-window", ValueKinds.Duration("1s", "1d"),
            o => o.ClientWindow, (o, v) => o with { ClientWindow = v },
            "The sliding window of the two limits above.");

        public static readonly Key<TimeSpan> AddressBlockedFor = policy.Key("address-blocked-for", ValueKinds.Duration("1s", "7d"),
            o => o.ClientBlockedFor, (o, v) => o with { ClientBlockedFor = v },
            "How long an address is blocked that handed over too many messages or connected too often. `gatepost client release` ends "
            + "it before.");

        public static readonly Key<int?> RecipientsPerUser = policy.Key("recipients-per-user", ValueKinds.Limit(1_000_000),
            o => o.RecipientsPerUserAndHour, (o, v) => o with { RecipientsPerUserAndHour = v },
            "Recipients an account may write to in 60 minutes, where its `[[account]]` says nothing. 0: no limit.");

        public static readonly Key<int?> RecipientsPerDomain = policy.Key("recipients-per-domain", ValueKinds.Limit(10_000_000),
            o => o.RecipientsPerDomainAndHour, (o, v) => o with { RecipientsPerDomainAndHour = v },
            "Recipients the accounts of a domain together may write to in 60 minutes. 0: no limit.");

        public static readonly Key<int?> ReceivedPerMailbox = policy.Key("received-per-mailbox", ValueKinds.Limit(1_000_000),
            o => o.ReceivedPerMailboxAndHour, (o, v) => o with { ReceivedPerMailboxAndHour = v },
            "Messages a mailbox may receive in 60 minutes, where its `[[account]]` says nothing. 0: no limit.");

        public static readonly Key<TimeSpan> FullForLong = policy.Key("full-for-long", ValueKinds.Duration("1h", "365d"),
            o => o.FullForLong, (o, v) => o with { FullForLong = v },
            "How long a mailbox must have been full and untouched before the modern form refuses permanently (552 instead of 452).");

        public static readonly Key<int> GreylistPassAfter = policy.Key("greylist-pass-after", ValueKinds.Number(0, Greylist.MostReturns),
            o => o.GreylistPassAfter, (o, v) => o with { GreylistPassAfter = v },
            "How many pairs of sender and recipient a client (its /24 of IPv4, its /64 of IPv6) must have come back for until it waits no "
            + "more where the rule `greylisted` is on; 0 lets every client wait each time.");

        public static readonly Key<TimeSpan> GreylistDelay = policy.Key("greylist-delay", ValueKinds.Duration("1s", "1d"),
            o => o.GreylistDelay, (o, v) => o with { GreylistDelay = v },
            "How long unknown clients wait if the rule `greylisted` is on.");

        public static readonly Key<TimeSpan> GreetingPause = policy.Key("greeting-pause", ValueKinds.Duration("100ms", "1m"),
            o => o.GreetingPause, (o, v) => o with { GreetingPause = v },
            "How long unknown clients wait for the greeting if the rule `spoke-too-early` is on.");

        public static readonly Key<bool> LoginMaySendNull = policy.Key("login-may-send-null", ValueKinds.Flag,
            o => o.LoginMaySendNull, (o, v) => o with { LoginMaySendNull = v },
            "Whether accounts may send with the empty sender, as for read receipts.");

        public static readonly Key<IReadOnlyList<string>> Order = policy.Key("order", ValueKinds.Texts(OurEvidence.TakesRuleList.Say()),
            o => o.Order, (o, v) => o with { Order = v },
            "Rules to be asked before the others of their stage.");
    }

    public static class Rule
    {
        internal static readonly SectionDefinition Section = new("rule", true, "A rule that behaves otherwise than by default.", """
            [[rule]]
            name = "reverse-name-missing"
            mode = "warn"

            [[rule]]
            name = "listed-by-dnsbl"
            replies = "modern"
            exempt-networks = ["192.0.2.0/24"]
            """);

        private static readonly OptionKeys<RuleOptions, RuleOptions> rule = Section.Makes(new RuleOptions());

        public static readonly Key<string> Name = Section.Key("name", ValueKinds.Text(OurEvidence.TakesRuleName.Say()), "",
            $"The rule: {string.Join(", ", RuleEngine.RuleNames.Select(name => $"`{name}`"))}.", required: true);

        public static readonly Key<RuleMode?> Mode = rule.Key("mode",
            ValueKinds.Choice<RuleMode?>(("on", RuleMode.On), ("warn", RuleMode.Warn), ("off", RuleMode.Off)),
            o => o.Mode, (o, v) => o with { Mode = v },
            "`on`, `warn` (judged, counted and traced, never applied) or `off`. Default: the rule's own; `spoke-too-early`, "
            + "`ehlo-required`, `protocol-error`, `pipelined-too-early`, `hello-malformed`, `reverse-name-unconfirmed`, `greylisted` "
            + "and `from-not-owned` are off, the others on.");

        public static readonly Key<ReplyStyle?> Replies = rule.Key("replies",
            ValueKinds.Choice<ReplyStyle?>(("classic", ReplyStyle.Classic), ("modern", ReplyStyle.Modern)),
            o => o.Replies, (o, v) => o with { Replies = v },
            "The form this rule's refusals are spoken in. Default: the general one.");

        public static readonly Key<WhenSilent?> WhenSilent = rule.Key("when-silent",
            ValueKinds.Choice<WhenSilent?>(("pass", Gatepost.Policy.WhenSilent.Pass), ("defer", Gatepost.Policy.WhenSilent.Defer)),
            o => o.WhenSilent, (o, v) => o with { WhenSilent = v },
            "What follows when DNS, or the host that was asked, does not answer the rule's question: `pass` (the record says it was "
            + "not checked) or `defer` (450 or 451). For `reverse-name-missing`, `reverse-name-unconfirmed`, `spf-failed`, `dkim-failed` "
            + "(default `pass`), `sender-domain-not-found`, `recipient-undeliverable` and `dmarc-failed` (default `defer`).");

        public static readonly Key<IReadOnlyList<IPNetwork>> ExemptNetworks = rule.Key("exempt-networks", ValueKinds.Networks,
            o => o.ExemptNetworks, (o, v) => o with { ExemptNetworks = v },
            "Clients it is not applied to.");

        public static readonly Key<IReadOnlyList<string>> ExemptDomains = rule.Key(
            "exempt-domains", ValueKinds.Texts(OurEvidence.TakesDomainList.Say()),
            o => [.. o.ExemptDomains],
            (o, v) => o with { ExemptDomains = AsciiDomains(v) },
            "Domains it is not applied to: of the recipient where one is known, else of the sender.");

        public static readonly Key<bool> ExemptAuthenticated = rule.Key("exempt-authenticated", ValueKinds.Flag,
            o => o.ExemptAuthenticated, (o, v) => o with { ExemptAuthenticated = v },
            "Whether it is not applied to clients that logged in.");

        private static HashSet<string> AsciiDomains(IReadOnlyList<string> domains) =>
            domains.Select(domain => DomainName.ToKey(domain)).ToHashSet(StringComparer.Ordinal);
    }

    public static class Dnsbl
    {
        internal static readonly SectionDefinition Section = new("dnsbl", true, "A block list to ask about clients of `mx` listeners.", """
            [[dnsbl]]
            zone = "zen.spamhaus.org"
            """);

        private static readonly OptionKeys<DnsblOptions, DnsblOptions> list = Section.Makes(new DnsblOptions { Zone = "" });

        public static readonly Key<string> Zone = list.Key("zone", ValueKinds.DomainName,
            o => o.Zone, (o, v) => o with { Zone = v },
            "The list's zone. Most lists ask to be subscribed to and do not answer public resolvers.", required: true);

        public static readonly Key<bool> Opaque = list.Key("opaque", ValueKinds.Flag,
            o => o.Opaque, (o, v) => o with { Opaque = v },
            "Whether clients hear only that the service is currently unavailable, in the classic form.");
    }

    public static class Account
    {
        internal static readonly SectionDefinition Section = new("account", true,
            "What a mailbox has beside its name: password, limits, leave.", """
            [[account]]
            address = "ann@example.org"
            password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdCBvZiB0aGUgc2VhLg$X1BRZ0nUvNmVfV5nUuCrfGbsmPDzPtEzbQ6mA4QXQxk"
            quota = "2GB"
            recipients-per-hour = 200
            """);

        private static readonly OptionKeys<AccountSettings, AccountSettings> account = Section.Makes(new AccountSettings());

        public static readonly Key<string> Address = Section.Key("address", ValueKinds.Text(OurEvidence.TakesAddress.Say()), "",
            "The mailbox, which is in its domain's `mailboxes`.", required: true);

        public static readonly Key<string?> Password = account.Key("password",
            ValueKinds.OptionalText(OurEvidence.TakesPasswordLine.Say()),
            o => o.Password, (o, v) => o with { Password = v },
            "What proves its password, as `gatepost password` prints it; without it the mailbox cannot log in.");

        public static readonly Key<long?> Quota = account.Key("quota", ValueKinds.OptionalSize("64KB", "1TB"),
            o => o.Quota, (o, v) => o with { Quota = v },
            "What the mailbox may hold. Default: without limit.");

        public static readonly Key<int?> RecipientsPerHour = account.Key("recipients-per-hour", ValueKinds.Limit(1_000_000),
            o => o.RecipientsPerHour, (o, v) => o with { RecipientsPerHour = v },
            "Recipients it may write to in 60 minutes. 0: the general limit.");

        public static readonly Key<int?> ReceivedPerHour = account.Key("received-per-hour", ValueKinds.Limit(1_000_000),
            o => o.ReceivedPerHour, (o, v) => o with { ReceivedPerHour = v },
            "Messages it may receive in 60 minutes. 0: the general limit.");

        public static readonly Key<IReadOnlyList<string>> SendsAs = account.Key(
            "sends-as", ValueKinds.Texts(OurEvidence.TakesAddressList.Say()),
            o => o.SendsAs, (o, v) => o with { SendsAs = v },
            "Further addresses it may send as, or `@example.org` for all of a domain. Its own address and aliases that lead to it need "
            + "not be named.");

        public static readonly Key<IReadOnlyList<string>> Suspended = Section.Key("suspended",
            ValueKinds.Texts(OurEvidence.TakesSuspensions.Say()), [],
            "What it may not do for now: `receiving`, `sending`, `login`.");

        public static readonly Key<string?> MovedTo = Section.Key("moved-to", ValueKinds.OptionalText(OurEvidence.TakesAddress.Say()), null,
            "Its owner's new address: mail is rejected with 551 and this address.");

        public static readonly Key<string> SuspendedWhy = account.Key("suspended-why", ValueKinds.Text(),
            o => o.SuspendedWhy, (o, v) => o with { SuspendedWhy = v },
            "Why, for the record; never said to anybody outside.");
    }

    public static class Scanner
    {
        internal static readonly SectionDefinition Section = new("scanner", true,
            "A filter asked about every message. Its refusals are the rules `virus-found`, `spam-found`, `bulk-found`, `filter-refused`, "
            + "`filter-kept-back` and `filter-deferred`; its silence is `filter-unavailable`.", """
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
            o => o.Name, (o, v) => o with { Name = v },
            "How it is called in records and in the field that marks mail it has not seen.", required: true);

        public static readonly Key<ScannerKind> Kind = scanner.Key("kind",
            ValueKinds.Choice(("clamd", ScannerKind.Clamd), ("rspamd", ScannerKind.Rspamd), ("milter", ScannerKind.Milter)),
            o => o.Kind, (o, v) => o with { Kind = v },
            "`clamd`: ClamAV's daemon. `rspamd`: rspamd's normal worker. `milter`: a filter that speaks sendmail's milter protocol.",
            required: true);

        public static readonly Key<string> Address = scanner.Key("address", ValueKinds.Text(OurEvidence.TakesAddress.Say()),
            o => o.Address, (o, v) => o with { Address = v },
            "`host:port` or `unix:/path`; for milters also `inet:host:port`.", required: true);

        public static readonly Key<ScanOutcome> RefusalIs = scanner.Key("refusal-is",
            ValueKinds.Choice(
                ("refusal", ScanOutcome.Refused),
                ("virus", ScanOutcome.Virus),
                ("spam", ScanOutcome.Spam),
                ("bulk", ScanOutcome.Bulk)),
            o => o.RefusalMeans, (o, v) => o with { RefusalMeans = v },
            "Milters only: which rule its refusals are, because the protocol does not say why it refuses. `refusal`: `filter-refused`. "
            + "`virus`: `virus-found`. `spam`: `spam-found`. `bulk`: `bulk-found`.");

        public static readonly Key<bool> HeaderChanges = scanner.Key("header-changes",
            ValueKinds.Choice(("not-offered", false), ("ignored", true)),
            o => o.PretendHeaderChanges, (o, v) => o with { PretendHeaderChanges = v },
            "Milters only. `not-offered`: the filter is not offered changes or removals of header fields. `ignored`: "
            + "it is offered them, what it asks for is in the record and is not done; OpenDKIM insists on this.");

        public static readonly Key<TimeSpan> Timeout = scanner.Key("timeout", ValueKinds.Duration("1s", "5m"),
            o => o.Timeout, (o, v) => o with { Timeout = v },
            "How long one message may take.");

        public static readonly Key<WhenAway> WhenAway = scanner.Key("when-away",
            ValueKinds.Choice(("defer", Gatepost.Policy.Scanners.WhenAway.Defer), ("pass", Gatepost.Policy.Scanners.WhenAway.Pass)),
            o => o.WhenAway, (o, v) => o with { WhenAway = v },
            "What becomes of mail while it does not answer. `defer`: it is asked to come back. `pass`: it passes, marked by a field "
            + "X-Gatepost-Unscanned.");

        public static readonly Key<long> MaxSize = scanner.Key("max-size", ValueKinds.Size("1KB", "2GB"),
            o => o.MaxSize, (o, v) => o with { MaxSize = v },
            "Larger messages are not shown to it; they pass, marked by that field.");

        public static readonly Key<int> Connections = scanner.Key("connections", ValueKinds.Number(1, 10_000),
            o => o.Connections, (o, v) => o with { Connections = v },
            "Messages it is shown at the same time; others wait their turn, `timeout` at most.");
    }

    public static class Block
    {
        internal static readonly SectionDefinition Section = new("block", true, "A sender or recipient that is blocked.", """
            [[block]]
            side = "sender"
            pattern = "@spam.example"
            why = "three complaints in May"
            """);

        public static readonly Key<BlockSide?> Side = Section.Key("side",
            ValueKinds.Choice<BlockSide?>(("sender", BlockSide.Sender), ("recipient", BlockSide.Recipient)), null,
            "Whether senders or recipients are blocked.", required: true);

        public static readonly Key<string> Pattern = Section.Key("pattern", ValueKinds.Text(OurEvidence.TakesPattern.Say()), "",
            "`bad@example.org`, or `@example.org` for the domain and all below it.", required: true);

        public static readonly Key<string?> For = Section.Key("for", ValueKinds.OptionalText(OurEvidence.TakesPattern.Say()), null,
            "Blocked senders only: whose mail it is about, `ann@example.org` or `@example.org`. Default: everybody's.");

        public static readonly Key<string> Why = Section.Key("why", ValueKinds.Text(), "",
            "For the record; never said to anybody outside.");
    }
}
