using System.Net;
using Gatepost.Delivery.Schedule;
using Gatepost.Delivery.Settings;
using Gatepost.Policy;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Server;

namespace Gatepost.Configuration;

/// <summary>How a listener uses TLS.</summary>
public enum TlsUse
{
    /// <summary>
    /// STARTTLS with the configured certificate; without one, <see cref="SelfSigned"/> for an mx not on loopback, <see cref="None"/> for
    /// the others.
    /// </summary>
    WhereCertified,
    None,
    StartTls,
    Implicit,

    /// <summary>STARTTLS with a certificate of our own making, which no authority vouches for.</summary>
    SelfSigned,
}

public enum LogFormat
{
    Text,
    Json,
    None,
}

/// <summary>
/// Every key of <c>gatepost.toml</c>, each bound to the property it sets. A new key is that property, with its default, and one entry here;
/// the manual page is generated from this, and tests keep both true.
/// </summary>
public static partial class ConfigKeys
{
    /// <summary>The sections in the order of the manual.</summary>
    public static IReadOnlyList<SectionDefinition> Sections { get; } =
    [
        General.Section, Listener.Section, Certificate.Section, Acme.Section, Limits.Section, Dns.Section, Domain.Section, Dkim.Section,
        Forward.Section, Transport.Section,
        Policy.Section, Rule.Section, Dnsbl.Section, Account.Section, Scanner.Section, Block.Section, Callout.Section, Quarantine.Section,
        Queue.Section, Delivery.Section, NextHost.Section, MtaSts.Section, Autoconfig.Section, Reports.Section,
        Journal.Section, Log.Section, Alarms.Section, Control.Section, Http.Section,
    ];

    public static class General
    {
        internal static readonly SectionDefinition Section = new("", false, "Keys before the first section.", """
            hostname = "mx.example.org"
            data = "/var/lib/gatepost"
            """);

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);
        private static readonly OptionKeys<Settings, SmtpServerOptions> server = Section.Sets(settings => settings.Smtp,
            (settings, o) => settings with { Smtp = o });
        private static readonly OptionKeys<Settings, BounceOptions> bounces = Section.Sets(settings => settings.Delivery.Bounces,
            (settings, o) => settings with { Delivery = settings.Delivery with { Bounces = o } });

        public static readonly Key<string> HostName = general.Key("hostname", ValueKinds.DomainName,
            o => o.HostName, (o, v) => o with { HostName = v },
            "The name the server greets with and writes into Received fields. It should be the name that reverse DNS gives for the "
            + "server's address. Default: the machine's own full name.");

        public static readonly Key<string> Data = general.Key("data", ValueKinds.Text(OurEvidence.TakesPath.Say()),
            o => o.Data, (o, v) => o with { Data = v },
            "Folder for queue, journal and control socket. A relative path counts from the folder of the configuration file; `--data` "
            + "on the command line wins over it. Read at start only.");

        public static readonly Key<ReplyStyle> Replies = general.Key("replies",
            ValueKinds.Choice(("classic", ReplyStyle.Classic), ("modern", ReplyStyle.Modern)),
            o => o.Policy.Replies, (o, v) => o with { Policy = o.Policy with { Replies = v }, Smtp = o.Smtp with { Style = v } },
            "How refusals are worded: as hosting providers' servers say them today, or as the newest standards ask for. The catalogue "
            + "lists both.");

        public static readonly Key<string> Language = bounces.Key("language", ValueKinds.Choice(("en", "en"), ("ru", "ru")),
            o => o.Language, (o, v) => o with { Language = v },
            "Language of bounces and notices where neither the message nor its domain says another.");

        public static readonly Key<string?> Catalogue = general.Key("catalogue", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.Catalogue, (o, v) => o with { Catalogue = v },
            "Folder with words and dialects of your own, `words/en/*.toml`, `words/ru/*.toml` and `dialects/*.toml`, read over those "
            + "of the program: by them replies of other servers are recognised and explained. Default: the folder of the configuration "
            + "file. What is wrong in them is logged and said by `gatepost config check`; the rest is used.");

        public static readonly Key<bool> HelpIsStatus = server.Key("help-style", ValueKinds.Choice(("help", false), ("status", true)),
            o => o.HelpIsStatus, (o, v) => o with { HelpIsStatus = v },
            "How HELP is answered: `help` with 214, `status` with 211; RFC 5321 §4.2.2 knows both.");

        public static readonly Key<bool> DiscloseForward = general.Key("disclose-forward", ValueKinds.Flag,
            o => o.Policy.DiscloseForward,
            (o, v) => o with
            {
                Policy = o.Policy with { DiscloseForward = v },
                Delivery = o.Delivery with { Bounces = o.Delivery.Bounces with { DiscloseForward = v } },
            },
            "Whether others may learn where a forwarded address leads: RCPT is then answered 251 with the target, and bounces name "
            + "it. Otherwise RCPT says 250, and a bounce speaks of the address that was written to only.");

        public static readonly Key<string?> Contact = bounces.Key("contact", ValueKinds.OptionalText(OurEvidence.TakesAddressOrUrl.Say()),
            o => o.Contact, (o, v) => o with { Contact = v },
            "Where people can ask for help, an address or a URL; bounces name it. Nothing is named if it is not set.");

        public static readonly Key<string?> HelpUrl = general.Key("help-url", ValueKinds.OptionalText(OurEvidence.TakesUrl.Say()),
            o => o.HelpUrl, (o, v) => o with { HelpUrl = v },
            "A page about refusals that replies and bounces may name. Nothing is named where this is not set.");

        public static readonly Key<string?> LocalMailTo = general.Key(
            "local-mail-to", ValueKinds.OptionalText(OurEvidence.TakesAddress.Say()),
            o => o.LocalMailTo, (o, v) => o with { LocalMailTo = v },
            "Who gets the mail of this machine's own programs to `root` and other names without a domain, or at the host name, that no "
            + "mailbox or alias of the first hosted domain has. Default: postmaster of that domain, which always exists.");
    }

    public static class Listener
    {
        internal static readonly SectionDefinition Section = new("listener", true,
            "A port that takes mail. Without any: `mx` on 127.0.0.1:2525 and `submission` on 127.0.0.1:2587.", """
            [[listener]]
            role = "mx"
            address = ["0.0.0.0:25", "[::]:25"]

            [[listener]]
            role = "internal"
            address = "10.0.0.1:25"
            trusted = ["10.0.0.0/8"]
            """);

        private static readonly OptionKeys<ListenerSettings, ListenerSettings> listener = Section.Makes(new ListenerSettings());

        public static readonly Key<ListenerRole> Role = listener.Key("role",
            ValueKinds.Choice(
                ("mx", ListenerRole.Mx),
                ("submission", ListenerRole.Submission),
                ("internal", ListenerRole.Internal),
                ("lmtp", ListenerRole.Lmtp)),
            o => o.Role, (o, v) => o with { Role = v },
            "`mx`: mail from the world to our domains, relays nothing. `submission`: mail from our users' programs; adds Date and "
            + "Message-ID where missing. `internal`: mail from the networks in `trusted` to anywhere. `lmtp`: local hand-over, one reply "
            + "a recipient.", required: true);

        public static readonly Key<IReadOnlyList<IPEndPoint>> Address = listener.Key("address", ValueKinds.EndPoints,
            o => o.Addresses, (o, v) => o with { Addresses = v },
            "Where to listen, for example `\"0.0.0.0:25\"` or `[\"192.0.2.1:25\", \"[2001:db8::1]:25\"]`.", required: true);

        public static readonly Key<TlsUse> Tls = listener.Key("tls",
            ValueKinds.Choice(
                ("starttls", TlsUse.StartTls),
                ("implicit", TlsUse.Implicit),
                ("self-signed", TlsUse.SelfSigned),
                ("none", TlsUse.None)),
            o => o.Tls, (o, v) => o with { Tls = v },
            "`starttls`: offered after EHLO. `implicit`: from the first octet (port 465). `self-signed`: `starttls` with a certificate "
            + "that the server makes once and keeps in `{data}/tls`, enough for servers of others but not for mail programs that check "
            + "it. `none`: never. Default: `starttls` where a certificate is configured; else `self-signed` for `mx` on an address other "
            + "than loopback, `none` for all others.");

        public static readonly Key<bool> RequireTls = listener.Key("require-tls", ValueKinds.Flag,
            o => o.RequireTls, (o, v) => o with { RequireTls = v },
            "Whether MAIL is rejected (530 5.7.0) and AUTH is not offered until the client has started TLS. For `submission`; an `mx` that "
            + "does so loses mail.");

        public static readonly Key<IReadOnlyList<IPNetwork>> Trusted = listener.Key("trusted", ValueKinds.Networks,
            o => o.Trusted, (o, v) => o with { Trusted = v },
            "Role `internal` only: the networks that may send to anywhere. Loopback always may.");

        public static readonly Key<IReadOnlyList<IPNetwork>> ProxyFrom = listener.Key("proxy-from", ValueKinds.Networks,
            o => o.ProxyFrom, (o, v) => o with { ProxyFrom = v },
            "Load balancers that begin each connection with a PROXY line (version 1 or 2). From these addresses it is demanded, from "
            + "others it is a syntax error.");

        public static readonly Key<IReadOnlyList<IPNetwork>> XclientFrom = listener.Key("xclient-from", ValueKinds.Networks,
            o => o.XclientFrom, (o, v) => o with { XclientFrom = v },
            "Proxies that may say with XCLIENT whom they speak for.");

        public static readonly Key<BareLineEnds> BareEnds = listener.Key("bare-line-ends",
            ValueKinds.Choice(("refuse", BareLineEnds.Refuse), ("normalise", BareLineEnds.Normalise)),
            o => o.BareLineEnds, (o, v) => o with { BareLineEnds = v },
            "What becomes of a message with a bare CR or LF. `refuse`: 554 5.6.0. `normalise`: each becomes CR LF, and the "
            + "record says so; for devices and scripts of your own. An `mx` and an `lmtp` always refuse, since forged mail hides in such "
            + "line ends (SMTP smuggling). Default: `normalise` for `internal`, else `refuse`.");

        public static readonly Key<long?> MessageSize = listener.Key("message-size", ValueKinds.OptionalSize("1KB", "2GB"),
            o => o.MessageSize, (o, v) => o with { MessageSize = v },
            "Largest message on this listener. Default: the value of `[limits]`.");

        public static readonly Key<int?> Recipients = listener.Key("recipients", ValueKinds.Limit(10_000),
            o => o.Recipients, (o, v) => o with { Recipients = v },
            "Recipients of one message on this listener. 0: the value of `[limits]`.");
    }

    public static class Certificate
    {
        internal static readonly SectionDefinition Section = new("certificate", true,
            "A certificate for TLS on the listeners. A client that asks for a name (SNI) gets the one that has it; others get the first.",
            """
            [[certificate]]
            file = "/etc/gatepost/fullchain.pem"
            key = "/etc/gatepost/privkey.pem"
            """);

        public static readonly Key<string> File = Section.Key("file", ValueKinds.Text(OurEvidence.TakesPath.Say()), "",
            "PEM file with the certificate and its chain.", required: true);

        public static readonly Key<string> PrivateKey = Section.Key("key", ValueKinds.Text(OurEvidence.TakesPath.Say()), "",
            "PEM file with the private key. Both files are read again when they change.", required: true);
    }

    public static class Limits
    {
        internal static readonly SectionDefinition Section = new("limits", false, "What one client may use up.");

        private static readonly OptionKeys<Settings, SessionLimits> session = Section.Sets(settings => settings.Smtp.Limits,
            (settings, o) => settings with { Smtp = settings.Smtp with { Limits = o } });
        private static readonly OptionKeys<Settings, SmtpServerOptions> server = Section.Sets(settings => settings.Smtp,
            (settings, o) => settings with { Smtp = o });
        private static readonly OptionKeys<Settings, PolicyOptions> policy = Section.Sets(settings => settings.Policy,
            (settings, o) => settings with { Policy = o });

        public static readonly Key<long> MessageSize = session.Key("message-size", ValueKinds.Size("64KB", "2GB"),
            o => o.MaxMessage, (o, v) => o with { MaxMessage = v },
            "Largest message; announced by SIZE.");

        public static readonly Key<int> Recipients = session.Key("recipients", ValueKinds.Number(1, 10_000),
            o => o.MaxRecipients, (o, v) => o with { MaxRecipients = v },
            "Recipients of one message; further ones get 452 4.5.3. RFC 5321 §4.5.3.1.8 asks for at least 100 at an MX.");

        public static readonly Key<int> SubmissionRecipients = policy.Key("submission-recipients", ValueKinds.Number(1, 10_000),
            o => o.MaxRecipientsOnSubmission, (o, v) => o with { MaxRecipientsOnSubmission = v },
            "The same on `submission` listeners; announced by LIMITS like the other.");

        public static readonly Key<int> Connections = server.Key("connections", ValueKinds.Number(1, 100_000),
            o => o.MaxConnections, (o, v) => o with { MaxConnections = v },
            "Open connections, all listeners together; further ones get 421 with the reason. Never more than half of the files "
            + "that the process may open (LimitNOFILE). From four fifths on slow clients get less time.");

        public static readonly Key<int> ConnectionsPerAddress = server.Key("connections-per-address", ValueKinds.Number(1, 100_000),
            o => o.MaxConnectionsPerClient, (o, v) => o with { MaxConnectionsPerClient = v },
            "Open connections from one IP address (from one /64 for IPv6).");

        public static readonly Key<TimeSpan> CommandTimeout = session.Key("command-timeout", ValueKinds.Duration("1s", "1h"),
            o => o.CommandTimeout, (o, v) => o with { CommandTimeout = v },
            "Longest silence between commands before 421. RFC 5321 §4.5.3.2.7 asks for at least 5 minutes.");

        public static readonly Key<int?> Messages = session.Key("messages", ValueKinds.Limit(1_000_000),
            o => o.MaxMessages, (o, v) => o with { MaxMessages = v },
            "Messages in one session; then MAIL gets 421 and the client opens another. 0: no limit. Announced by LIMITS.");

        public static readonly Key<int?> LineLength = session.Key("line-length", ValueKinds.Limit(1_000_000),
            o => o.MaxTextLine, (o, v) => o with { MaxTextLine = v },
            "Longest line of a message in octets, without CRLF; messages with longer ones get 554 5.6.0. 0: no limit, because mail with "
            + "longer lines is common and harmless; RFC 5321 §4.5.3.1.6 says 998.");

        public static readonly Key<TimeSpan> DataTimeout = session.Key("data-timeout", ValueKinds.Duration("1s", "1h"),
            o => o.DataTimeout, (o, v) => o with { DataTimeout = v },
            "Longest silence inside DATA or BDAT. RFC 5321 §4.5.3.2.5 asks for at least 3 minutes.");

        public static readonly Key<int> Errors = session.Key("errors", ValueKinds.Number(1, 1000),
            o => o.MaxErrors, (o, v) => o with { MaxErrors = v },
            "Wrong commands in one session before 421.");

        public static readonly Key<int> Refusals = session.Key("refusals", ValueKinds.Number(1, 1_000_000),
            o => o.MaxRefusals, (o, v) => o with { MaxRefusals = v },
            "Refused senders and recipients in one session before 421: enough for an old mailing list, too few for guessing addresses.");
    }

    public static class Queue
    {
        internal static readonly SectionDefinition Section = new("queue", false, "When delivery is tried again and when it is given up.");

        private static readonly OptionKeys<Settings, RetrySchedule> retry = Section.Sets(settings => settings.Delivery.Retry,
            (settings, o) => settings with { Delivery = settings.Delivery with { Retry = o } });

        public static readonly Key<TimeSpan> RetryFirst = retry.Key("retry-first", ValueKinds.Duration("1s", "1d"),
            o => o.First, (o, v) => o with { First = v },
            "The wait after the first attempt that did not succeed; it grows with the age of the message.");

        public static readonly Key<TimeSpan> RetryLongest = retry.Key("retry-longest", ValueKinds.Duration("1s", "7d"),
            o => o.Longest, (o, v) => o with { Longest = v },
            "The longest wait between two attempts. Waits are varied by a tenth so that a thousand messages do not come back together.");

        public static readonly Key<TimeSpan> Expire = retry.Key("expire", ValueKinds.Duration("1s", "60d"),
            o => o.GiveUpAfter, (o, v) => o with { GiveUpAfter = v },
            "How long delivery is tried before a bounce. RFC 5321 §4.5.4.1 asks for 4 to 5 days.");

        public static readonly Key<TimeSpan> DelayNotice = retry.Key("delay-notice", ValueKinds.Duration("0s", "30d"),
            o => o.DelayNoticeAfter, (o, v) => o with { DelayNoticeAfter = v },
            "After this time without delivery the sender is notified once. `\"0s\"`: never.");
    }

    public static class Domain
    {
        internal static readonly SectionDefinition Section = new("domain", true, "A domain whose mail we take.", """
            [[domain]]
            name = "example.org"
            mailboxes = ["ann", "bob"]
            aliases = { postmaster = "ann", team = ["ann", "bob@partner.example"] }

            [[domain]]
            name = "lists.example.org"
            kind = "relay"
            deliver = "smtp:10.0.0.7:25"
            """);

        private static readonly OptionKeys<DomainSettings, DomainSettings> domain = Section.Makes(new DomainSettings());

        public static readonly Key<string> Name = domain.Key("name", ValueKinds.DomainName,
            o => o.Name, (o, v) => o with { Name = v },
            "The domain.", required: true);

        public static readonly Key<DomainKind> Kind = domain.Key("kind",
            ValueKinds.Choice(("hosted", DomainKind.Hosted), ("relay", DomainKind.Relay)),
            o => o.Kind, (o, v) => o with { Kind = v },
            "`hosted`: its mailboxes are here. `relay`: we take its mail and pass it on by `deliver`, its `[[transport]]` or its MX.");

        public static readonly Key<IReadOnlyList<string>> Mailboxes = Section.Key("mailboxes",
            ValueKinds.Texts(OurEvidence.TakesLocalParts.Say()), [],
            "Local parts that have a mailbox; compared without case.");

        public static readonly Key<IReadOnlyDictionary<string, IReadOnlyList<string>>> Aliases = Section.Key("aliases",
            ValueKinds.Table(OurEvidence.TakesAliasTable.Say()), new Dictionary<string, IReadOnlyList<string>>(),
            "Local parts that lead to other addresses, here or elsewhere. An address without @ is one of this domain; the alias `*` "
            + "catches whatever has no mailbox.");

        public static readonly Key<string> Language = domain.Key("language", ValueKinds.Choice(("en", "en"), ("ru", "ru")),
            o => o.Language, (o, v) => o with { Language = v },
            "Language of notices to this domain's people. Default: the general one.");

        public static readonly Key<string?> Deliver = Section.Key(
            "deliver", ValueKinds.OptionalText(OurEvidence.TakesADestination.Say()), null,
            "Where mail goes: `\"maildir:/path/{domain}/{mailbox}\"`, `\"lmtp:host:port\"`, `\"lmtp:unix:/path\"`, "
            + "`\"smtp:host:port\"`. Default for hosted domains: `\"maildir:{data}/mail/{domain}/{mailbox}\"`.");
    }

    public static class Transport
    {
        internal static readonly SectionDefinition Section = new(
            "transport", true, "A way for one domain that goes before DNS and smarthost.",
            """
            [[transport]]
            domain = "partner.example"
            to = "192.0.2.25:25"
            """);

        public static readonly Key<string> DomainName = Section.Key("domain", ValueKinds.Text(OurEvidence.TakesDomainName.Say()), "",
            "The domain, or `.example.org` for all below it.", required: true);

        public static readonly Key<Destination?> To = Section.Key("to", ValueKinds.Destination, null,
            "Where its mail goes, whatever DNS says.", required: true);
    }
}
