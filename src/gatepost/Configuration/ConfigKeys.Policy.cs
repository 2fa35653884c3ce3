using System.Net;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Policy.Scanners;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>Who may send what to whom.</content>
public static partial class ConfigKeys
{
    public static class Policy
    {
        public static readonly Key<WithoutLogin> WithoutLogin = ValueKinds.Choice("without-login", "hosted", "What a `submission` listener does with clients that did not log in. `hosted`: they may write to mailboxes here, other recipients get 530 5.7.0. `refuse-recipients`: every recipient gets it. `refuse-sender`: MAIL gets it.", ("hosted", Gatepost.Policy.WithoutLogin.HostedRecipientsOnly), ("refuse-recipients", Gatepost.Policy.WithoutLogin.RefuseRecipients), ("refuse-sender", Gatepost.Policy.WithoutLogin.RefuseSender));
        public static readonly Key<bool> Scram = ValueKinds.Flag("scram", true, "Whether SCRAM-SHA-256 is offered beside PLAIN and LOGIN. Accounts whose password has no SCRAM keys then cannot use it.");
        public static readonly Key<string> DovecotAuth = ValueKinds.Text("dovecot-auth", "", "Dovecot's `auth-client` socket, `unix:/run/dovecot/auth-client` or `host:port`: passwords are then checked there, not here. The users it names are logins of this server.", "an address");
        public static readonly Key<int> FailedPerAddress = ValueKinds.Number("failed-logins-per-address", 20, 1, 100_000, "Wrong passwords from one address (one /64 of IPv6) in 10 minutes before it has to wait.");
        public static readonly Key<int> FailedPerAccount = ValueKinds.Number("failed-logins-per-account", 20, 1, 100_000, "Wrong passwords for one account in 10 minutes before addresses from which it never logged in have to wait.");
        public static readonly Key<IReadOnlyList<IPNetwork>> Trusted = ValueKinds.Networks("trusted", "[\"127.0.0.1/32\", \"::1/128\"]", "Networks whose clients the rules about strangers leave in peace (block lists, reverse names, hello, sender's domain), beside the `trusted` of internal listeners.");
        public static readonly Key<IReadOnlyList<string>> OwnNames = ValueKinds.Texts("own-names", "[]", "Further names of this server, which nobody else may introduce himself by. Its own name and addresses are known.", "a list of host names");
        public static readonly Key<bool> HostedAreOwnNames = ValueKinds.Flag("hosted-domains-are-own-names", false, "Whether clients may not introduce themselves by a domain hosted here either. Customers' own servers often do.");
        public static readonly Key<bool> RefuseAtRecipient = ValueKinds.Flag("refuse-at-recipient", true, "Whether refusals of client and hello wait until the recipient is known: the record then says whose mail it was, and postmaster stays reachable.");
        public static readonly Key<bool> ReverseNameOpaque = ValueKinds.Flag("reverse-name-opaque", false, "Whether clients without reverse name hear only that the service is currently unavailable, in the classic form.");
        public static readonly Key<int> MessagesPerAddress = ValueKinds.Number("messages-per-address", 0, 0, 1_000_000, "Messages one address may hand over within `address-window`; beyond it is blocked for `address-blocked-for`. 0: no limit.");
        public static readonly Key<int> ConnectionsPerAddress = ValueKinds.Number("connections-per-address", 0, 0, 1_000_000, "Connections one address may make within `address-window`; beyond it is blocked for `address-blocked-for`. 0: no limit. How many may be open at once is in `[limits]`.");
        public static readonly Key<TimeSpan> AddressWindow = ValueKinds.Duration("address-window", "10m", "1s", "1d", "The sliding window of the two limits above.");
        public static readonly Key<TimeSpan> AddressBlockedFor = ValueKinds.Duration("address-blocked-for", "10m", "1s", "7d", "How long an address is blocked that handed over too many messages or connected too often. `gatepost client release` ends it before.");
        public static readonly Key<int> RecipientsPerUser = ValueKinds.Number("recipients-per-user", 0, 0, 1_000_000, "Recipients an account may write to in 60 minutes, where its `[[account]]` says nothing. 0: no limit.");
        public static readonly Key<int> RecipientsPerDomain = ValueKinds.Number("recipients-per-domain", 0, 0, 10_000_000, "Recipients the accounts of a domain together may write to in 60 minutes. 0: no limit.");
        public static readonly Key<int> ReceivedPerMailbox = ValueKinds.Number("received-per-mailbox", 0, 0, 1_000_000, "Messages a mailbox may receive in 60 minutes, where its `[[account]]` says nothing. 0: no limit.");
        public static readonly Key<TimeSpan> FullForLong = ValueKinds.Duration("full-for-long", "7d", "1h", "365d", "How long a mailbox must have been full and untouched before the modern form refuses for good (552 instead of 452).");
        public static readonly Key<TimeSpan> GreylistDelay = ValueKinds.Duration("greylist-delay", "5m", "1s", "1d", "How long strangers wait where the rule `greylisted` is on.");
        public static readonly Key<TimeSpan> GreetingPause = ValueKinds.Duration("greeting-pause", "3s", "100ms", "1m", "How long strangers wait for the greeting where the rule `spoke-too-early` is on.");
        public static readonly Key<bool> LoginMaySendNull = ValueKinds.Flag("login-may-send-null", true, "Whether accounts may send with the empty sender, as for read receipts.");
        public static readonly Key<IReadOnlyList<string>> Order = ValueKinds.Texts("order", "[]", "Rules to be asked before the others of their stage.", "a list of rules");

        internal static Key[] All { get; } =
        [
            WithoutLogin, Scram, DovecotAuth, FailedPerAddress, FailedPerAccount, Trusted, OwnNames, HostedAreOwnNames, RefuseAtRecipient, ReverseNameOpaque,
            MessagesPerAddress, ConnectionsPerAddress, AddressWindow, AddressBlockedFor, RecipientsPerUser, RecipientsPerDomain, ReceivedPerMailbox,
            FullForLong, GreylistDelay, GreetingPause, LoginMaySendNull, Order,
        ];
    }

    public static class Rule
    {
        public static readonly Key<string> Name = Required(ValueKinds.Text("name", "", $"The rule: {string.Join(", ", RuleEngine.RuleNames.Select(name => $"`{name}`"))}.", "a rule's name"));
        public static readonly Key<RuleMode> Mode = ValueKinds.Choice("mode", "", "`on`, `warn` (judged, counted and traced, never applied) or `off`. Default: the rule's own; `spoke-too-early`, `ehlo-required`, `protocol-error`, `pipelined-too-early`, `hello-malformed`, `reverse-name-unconfirmed`, `greylisted`, `recipient-undeliverable` and `from-not-owned` are off, the others on.", ("on", RuleMode.On), ("warn", RuleMode.Warn), ("off", RuleMode.Off));
        public static readonly Key<ReplyStyle> Replies = ValueKinds.Choice("replies", "", "The form this rule's refusals are spoken in. Default: the general one.", ("classic", ReplyStyle.Classic), ("modern", ReplyStyle.Modern));
        public static readonly Key<WhenSilent> WhenSilent = ValueKinds.Choice("when-silent", "", "What follows when DNS, or the host that was asked, does not answer the rule's question: `pass` (the record says it was not checked) or `defer` (450). For `reverse-name-missing`, `reverse-name-unconfirmed`, `recipient-undeliverable` (default `pass`) and `sender-domain-not-found` (default `defer`).", ("pass", Gatepost.Policy.WhenSilent.Pass), ("defer", Gatepost.Policy.WhenSilent.Defer));
        public static readonly Key<IReadOnlyList<IPNetwork>> ExemptNetworks = ValueKinds.Networks("exempt-networks", "[]", "Clients it is not applied to.");
        public static readonly Key<IReadOnlyList<string>> ExemptDomains = ValueKinds.Texts("exempt-domains", "[]", "Domains it is not applied to: of the recipient where one is known, else of the sender.", "a list of domains");
        public static readonly Key<bool> ExemptAuthenticated = ValueKinds.Flag("exempt-authenticated", false, "Whether it is not applied to clients that logged in.");
    }

    public static class Dnsbl
    {
        public static readonly Key<string> Zone = Required(ValueKinds.DomainName("zone", "", "The list's zone. Most lists ask to be subscribed to and do not answer public resolvers."));
        public static readonly Key<bool> Opaque = ValueKinds.Flag("opaque", false, "Whether clients hear only that the service is currently unavailable, in the classic form.");
    }

    public static class Account
    {
        public static readonly Key<string> Address = Required(ValueKinds.Text("address", "", "The mailbox, which stands in its domain's `mailboxes`.", "an address"));
        public static readonly Key<string> Password = ValueKinds.Text("password", "", "What proves its password, as `gatepost password` prints it; without it nobody can log in.", "the line `gatepost password` prints");
        public static readonly Key<long> Quota = ValueKinds.Size("quota", "", "64KB", "1TB", "What the mailbox may hold. Default: without limit.");
        public static readonly Key<int> RecipientsPerHour = ValueKinds.Number("recipients-per-hour", 0, 0, 1_000_000, "Recipients it may write to in 60 minutes. 0: the general limit.");
        public static readonly Key<int> ReceivedPerHour = ValueKinds.Number("received-per-hour", 0, 0, 1_000_000, "Messages it may receive in 60 minutes. 0: the general limit.");
        public static readonly Key<IReadOnlyList<string>> SendsAs = ValueKinds.Texts("sends-as", "[]", "Further addresses it may send as, or `@example.org` for all of a domain. Its own address and aliases that lead to it need not be named.", "a list of addresses");
        public static readonly Key<IReadOnlyList<string>> Suspended = ValueKinds.Texts("suspended", "[]", "What it may not do for now: `receiving`, `sending`, `login`.", "a list of \"receiving\", \"sending\", \"login\"");
        public static readonly Key<string> MovedTo = ValueKinds.Text("moved-to", "", "Its owner's new address: mail is refused with 551 and told to go there.", "an address");
        public static readonly Key<string> SuspendedWhy = ValueKinds.Text("suspended-why", "", "Why, for the record; never said to anybody outside.");
    }

    public static class Scanner
    {
        public static readonly Key<string> Name = Required(ValueKinds.Text("name", "", "How it is called in records and in the field that marks mail it has not seen."));
        public static readonly Key<ScannerKind> Kind = new("kind", "one of \"clamd\", \"rspamd\", \"milter\"", "", "`clamd`: ClamAV's daemon. `rspamd`: rspamd's normal worker. `milter`: a filter that speaks sendmail's milter protocol.", node => ValueKinds.Choice("kind", "", "", ("clamd", ScannerKind.Clamd), ("rspamd", ScannerKind.Rspamd), ("milter", ScannerKind.Milter)).Read(node)) { Required = true };
        public static readonly Key<string> Address = Required(ValueKinds.Text("address", "", "`host:port` or `unix:/path`; for milters also `inet:host:port`.", "an address"));
        public static readonly Key<ScanOutcome> RefusalIs = ValueKinds.Choice("refusal-is", "refusal", "Milters only: which rule its refusals are, because the protocol does not say why it refuses. `refusal`: `filter-refused`. `virus`: `virus-found`. `spam`: `spam-found`. `bulk`: `bulk-found`.", ("refusal", ScanOutcome.Refused), ("virus", ScanOutcome.Virus), ("spam", ScanOutcome.Spam), ("bulk", ScanOutcome.Bulk));
        public static readonly Key<bool> HeaderChanges = ValueKinds.Choice("header-changes", "not-offered", "Milters only. `not-offered`: the filter is told that header fields of a message cannot be changed or removed. `ignored`: it is told they can, what it asks for stands in the record and is not done; OpenDKIM insists on this.", ("not-offered", false), ("ignored", true));
        public static readonly Key<TimeSpan> Timeout = ValueKinds.Duration("timeout", "30s", "1s", "5m", "How long one message may take.");
        public static readonly Key<WhenAway> WhenAway = ValueKinds.Choice("when-away", "defer", "What becomes of mail while it does not answer. `defer`: it is asked to come back. `pass`: it passes, marked by a field X-Gatepost-Unscanned.", ("defer", Gatepost.Policy.Scanners.WhenAway.Defer), ("pass", Gatepost.Policy.Scanners.WhenAway.Pass));
        public static readonly Key<long> MaxSize = ValueKinds.Size("max-size", "50MB", "1KB", "2GB", "Larger messages are not shown to it; they pass, marked by that field.");
        public static readonly Key<int> Connections = ValueKinds.Number("connections", 50, 1, 10_000, "Messages it is shown at the same time; others wait their turn, `timeout` at most.");
    }

    public static class Block
    {
        public static readonly Key<BlockSide> Side = new("side", "one of \"sender\", \"recipient\"", "", "Whether senders or recipients are blocked.", node => ValueKinds.Choice("side", "", "", ("sender", BlockSide.Sender), ("recipient", BlockSide.Recipient)).Read(node)) { Required = true };
        public static readonly Key<string> Pattern = Required(ValueKinds.Text("pattern", "", "`bad@example.org`, or `@example.org` for the domain and all below it.", "an address or @domain"));
        public static readonly Key<string> For = ValueKinds.Text("for", "", "Blocked senders only: whose mail it is about, `ann@example.org` or `@example.org`. Default: everybody's.", "an address or @domain");
        public static readonly Key<string> Why = ValueKinds.Text("why", "", "For the record; never said to anybody outside.");
    }

    private static SectionDefinition[] PolicySections =>
    [
        new("policy", false, "Who may send what to whom.", Policy.All),
        new("rule", true, "A rule that shall behave otherwise than by default.", [Rule.Name, Rule.Mode, Rule.Replies, Rule.WhenSilent, Rule.ExemptNetworks, Rule.ExemptDomains, Rule.ExemptAuthenticated], """
            [[rule]]
            name = "reverse-name-missing"
            mode = "warn"

            [[rule]]
            name = "listed-by-dnsbl"
            replies = "modern"
            exempt-networks = ["192.0.2.0/24"]
            """),
        new("dnsbl", true, "A block list to ask about clients of `mx` listeners.", [Dnsbl.Zone, Dnsbl.Opaque], """
            [[dnsbl]]
            zone = "zen.spamhaus.org"
            """),
        new("account", true, "What a mailbox has beside its name: password, limits, leave.", [Account.Address, Account.Password, Account.Quota, Account.RecipientsPerHour, Account.ReceivedPerHour, Account.SendsAs, Account.Suspended, Account.SuspendedWhy, Account.MovedTo], """
            [[account]]
            address = "ann@example.org"
            password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdCBvZiB0aGUgc2VhLg$X1BRZ0nUvNmVfV5nUuCrfGbsmPDzPtEzbQ6mA4QXQxk"
            quota = "2GB"
            recipients-per-hour = 200
            """),
        new("scanner", true, "A filter asked about every message. Its refusals are the rules `virus-found`, `spam-found`, `bulk-found`, `filter-refused`, `filter-kept-back` and `filter-deferred`; its silence is `filter-unavailable`.", [Scanner.Name, Scanner.Kind, Scanner.Address, Scanner.RefusalIs, Scanner.HeaderChanges, Scanner.Timeout, Scanner.WhenAway, Scanner.MaxSize, Scanner.Connections], """
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
            """),
        new("block", true, "A sender or recipient that is blocked.", [Block.Side, Block.Pattern, Block.For, Block.Why], """
            [[block]]
            side = "sender"
            pattern = "@spam.example"
            why = "three complaints in May"
            """),
    ];
}
