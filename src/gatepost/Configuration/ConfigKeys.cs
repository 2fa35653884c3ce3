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
/// Every key of <c>gatepost.toml</c>, each bound to the property it sets. A new key is that property, with its default, one entry here,
/// and what it means in <c>Words/*/settings.toml</c>; the manual page is generated from these, and tests keep all true.
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
        internal static readonly SectionDefinition Section = new("", false, """
            hostname = "mx.example.org"
            data = "/var/lib/gatepost"
            """);

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);
        private static readonly OptionKeys<Settings, SmtpServerOptions> server = Section.Sets(settings => settings.Smtp,
            (settings, o) => settings with { Smtp = o });
        private static readonly OptionKeys<Settings, BounceOptions> bounces = Section.Sets(settings => settings.Delivery.Bounces,
            (settings, o) => settings with { Delivery = settings.Delivery with { Bounces = o } });

        public static readonly Key<string> HostName = general.Key("hostname", ValueKinds.DomainName,
            o => o.HostName, (o, v) => o with { HostName = v });

        public static readonly Key<string> Data = general.Key("data", ValueKinds.Text(OurEvidence.TakesPath.Say()),
            o => o.Data, (o, v) => o with { Data = v });

        public static readonly Key<ReplyStyle> Replies = general.Key("replies",
            ValueKinds.Choice(("classic", ReplyStyle.Classic), ("modern", ReplyStyle.Modern)),
            o => o.Policy.Replies, (o, v) => o with { Policy = o.Policy with { Replies = v }, Smtp = o.Smtp with { Style = v } });

        public static readonly Key<string> Language = bounces.Key("language", ValueKinds.Choice(("en", "en"), ("ru", "ru")),
            o => o.Language, (o, v) => o with { Language = v });

        public static readonly Key<string?> Catalogue = general.Key("catalogue", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.Catalogue, (o, v) => o with { Catalogue = v });

        public static readonly Key<bool> HelpIsStatus = server.Key("help-style", ValueKinds.Choice(("help", false), ("status", true)),
            o => o.HelpIsStatus, (o, v) => o with { HelpIsStatus = v });

        public static readonly Key<bool> DiscloseForward = general.Key("disclose-forward", ValueKinds.Flag,
            o => o.Policy.DiscloseForward,
            (o, v) => o with
            {
                Policy = o.Policy with { DiscloseForward = v },
                Delivery = o.Delivery with { Bounces = o.Delivery.Bounces with { DiscloseForward = v } },
            });

        public static readonly Key<string?> Contact = bounces.Key("contact", ValueKinds.OptionalText(OurEvidence.TakesAddressOrUrl.Say()),
            o => o.Contact, (o, v) => o with { Contact = v });

        public static readonly Key<string?> HelpUrl = general.Key("help-url", ValueKinds.OptionalText(OurEvidence.TakesUrl.Say()),
            o => o.HelpUrl, (o, v) => o with { HelpUrl = v });

        public static readonly Key<string?> LocalMailTo = general.Key(
            "local-mail-to", ValueKinds.OptionalText(OurEvidence.TakesAddress.Say()),
            o => o.LocalMailTo, (o, v) => o with { LocalMailTo = v });
    }

    public static class Listener
    {
        internal static readonly SectionDefinition Section = new("listener", true, """
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
            o => o.Role, (o, v) => o with { Role = v }, required: true);

        public static readonly Key<IReadOnlyList<IPEndPoint>> Address = listener.Key("address", ValueKinds.EndPoints,
            o => o.Addresses, (o, v) => o with { Addresses = v }, required: true);

        public static readonly Key<TlsUse> Tls = listener.Key("tls",
            ValueKinds.Choice(
                ("starttls", TlsUse.StartTls),
                ("implicit", TlsUse.Implicit),
                ("self-signed", TlsUse.SelfSigned),
                ("none", TlsUse.None)),
            o => o.Tls, (o, v) => o with { Tls = v });

        public static readonly Key<bool> RequireTls = listener.Key("require-tls", ValueKinds.Flag,
            o => o.RequireTls, (o, v) => o with { RequireTls = v });

        public static readonly Key<IReadOnlyList<IPNetwork>> Trusted = listener.Key("trusted", ValueKinds.Networks,
            o => o.Trusted, (o, v) => o with { Trusted = v });

        public static readonly Key<IReadOnlyList<IPNetwork>> ProxyFrom = listener.Key("proxy-from", ValueKinds.Networks,
            o => o.ProxyFrom, (o, v) => o with { ProxyFrom = v });

        public static readonly Key<IReadOnlyList<IPNetwork>> XclientFrom = listener.Key("xclient-from", ValueKinds.Networks,
            o => o.XclientFrom, (o, v) => o with { XclientFrom = v });

        public static readonly Key<BareLineEnds> BareEnds = listener.Key("bare-line-ends",
            ValueKinds.Choice(("refuse", BareLineEnds.Refuse), ("normalise", BareLineEnds.Normalise)),
            o => o.BareLineEnds, (o, v) => o with { BareLineEnds = v });

        public static readonly Key<long?> MessageSize = listener.Key("message-size", ValueKinds.OptionalSize("1KB", "2GB"),
            o => o.MessageSize, (o, v) => o with { MessageSize = v });

        public static readonly Key<int?> Recipients = listener.Key("recipients", ValueKinds.Limit(10_000),
            o => o.Recipients, (o, v) => o with { Recipients = v });
    }

    public static class Certificate
    {
        internal static readonly SectionDefinition Section = new("certificate", true,
            """
            [[certificate]]
            file = "/etc/gatepost/fullchain.pem"
            key = "/etc/gatepost/privkey.pem"
            """);

        public static readonly Key<string> File = Section.Key("file", ValueKinds.Text(OurEvidence.TakesPath.Say()), "", required: true);

        public static readonly Key<string> PrivateKey = Section.Key(
            "key", ValueKinds.Text(OurEvidence.TakesPath.Say()), "", required: true);
    }

    public static class Limits
    {
        internal static readonly SectionDefinition Section = new("limits", false);

        private static readonly OptionKeys<Settings, SessionLimits> session = Section.Sets(settings => settings.Smtp.Limits,
            (settings, o) => settings with { Smtp = settings.Smtp with { Limits = o } });
        private static readonly OptionKeys<Settings, SmtpServerOptions> server = Section.Sets(settings => settings.Smtp,
            (settings, o) => settings with { Smtp = o });
        private static readonly OptionKeys<Settings, PolicyOptions> policy = Section.Sets(settings => settings.Policy,
            (settings, o) => settings with { Policy = o });

        public static readonly Key<long> MessageSize = session.Key("message-size", ValueKinds.Size("64KB", "2GB"),
            o => o.MaxMessage, (o, v) => o with { MaxMessage = v });

        public static readonly Key<int> Recipients = session.Key("recipients", ValueKinds.Number(1, 10_000),
            o => o.MaxRecipients, (o, v) => o with { MaxRecipients = v });

        public static readonly Key<int> SubmissionRecipients = policy.Key("submission-recipients", ValueKinds.Number(1, 10_000),
            o => o.MaxRecipientsOnSubmission, (o, v) => o with { MaxRecipientsOnSubmission = v });

        public static readonly Key<int> Connections = server.Key("connections", ValueKinds.Number(1, 100_000),
            o => o.MaxConnections, (o, v) => o with { MaxConnections = v });

        public static readonly Key<int> ConnectionsPerAddress = server.Key("connections-per-address", ValueKinds.Number(1, 100_000),
            o => o.MaxConnectionsPerClient, (o, v) => o with { MaxConnectionsPerClient = v });

        public static readonly Key<TimeSpan> CommandTimeout = session.Key("command-timeout", ValueKinds.Duration("1s", "1h"),
            o => o.CommandTimeout, (o, v) => o with { CommandTimeout = v });

        public static readonly Key<int?> Messages = session.Key("messages", ValueKinds.Limit(1_000_000),
            o => o.MaxMessages, (o, v) => o with { MaxMessages = v });

        public static readonly Key<int?> LineLength = session.Key("line-length", ValueKinds.Limit(1_000_000),
            o => o.MaxTextLine, (o, v) => o with { MaxTextLine = v });

        public static readonly Key<TimeSpan> DataTimeout = session.Key("data-timeout", ValueKinds.Duration("1s", "1h"),
            o => o.DataTimeout, (o, v) => o with { DataTimeout = v });

        public static readonly Key<int> Errors = session.Key("errors", ValueKinds.Number(1, 1000),
            o => o.MaxErrors, (o, v) => o with { MaxErrors = v });

        public static readonly Key<int> Refusals = session.Key("refusals", ValueKinds.Number(1, 1_000_000),
            o => o.MaxRefusals, (o, v) => o with { MaxRefusals = v });
    }

    public static class Queue
    {
        internal static readonly SectionDefinition Section = new("queue", false);

        private static readonly OptionKeys<Settings, RetrySchedule> retry = Section.Sets(settings => settings.Delivery.Retry,
            (settings, o) => settings with { Delivery = settings.Delivery with { Retry = o } });

        public static readonly Key<TimeSpan> RetryFirst = retry.Key("retry-first", ValueKinds.Duration("1s", "1d"),
            o => o.First, (o, v) => o with { First = v });

        public static readonly Key<TimeSpan> RetryLongest = retry.Key("retry-longest", ValueKinds.Duration("1s", "7d"),
            o => o.Longest, (o, v) => o with { Longest = v });

        public static readonly Key<TimeSpan> Expire = retry.Key("expire", ValueKinds.Duration("1s", "60d"),
            o => o.GiveUpAfter, (o, v) => o with { GiveUpAfter = v });

        public static readonly Key<TimeSpan> DelayNotice = retry.Key("delay-notice", ValueKinds.Duration("0s", "30d"),
            o => o.DelayNoticeAfter, (o, v) => o with { DelayNoticeAfter = v });
    }

    public static class Domain
    {
        internal static readonly SectionDefinition Section = new("domain", true, """
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
            o => o.Name, (o, v) => o with { Name = v }, required: true);

        public static readonly Key<DomainKind> Kind = domain.Key("kind",
            ValueKinds.Choice(("hosted", DomainKind.Hosted), ("relay", DomainKind.Relay)),
            o => o.Kind, (o, v) => o with { Kind = v });

        public static readonly Key<IReadOnlyList<string>> Mailboxes = Section.Key("mailboxes",
            ValueKinds.Texts(OurEvidence.TakesLocalParts.Say()), []);

        public static readonly Key<IReadOnlyDictionary<string, IReadOnlyList<string>>> Aliases = Section.Key("aliases",
            ValueKinds.Table(OurEvidence.TakesAliasTable.Say()), new Dictionary<string, IReadOnlyList<string>>());

        public static readonly Key<string> Language = domain.Key("language", ValueKinds.Choice(("en", "en"), ("ru", "ru")),
            o => o.Language, (o, v) => o with { Language = v });

        public static readonly Key<string?> Deliver = Section.Key(
            "deliver", ValueKinds.OptionalText(OurEvidence.TakesADestination.Say()), null);
    }

    public static class Transport
    {
        internal static readonly SectionDefinition Section = new(
            "transport", true,
            """
            [[transport]]
            domain = "partner.example"
            to = "192.0.2.25:25"
            """);

        public static readonly Key<string> DomainName = Section.Key(
            "domain", ValueKinds.Text(OurEvidence.TakesDomainName.Say()), "", required: true);

        public static readonly Key<Destination?> To = Section.Key("to", ValueKinds.Destination, null, required: true);
    }
}
