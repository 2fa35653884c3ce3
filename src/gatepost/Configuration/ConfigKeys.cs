using System.Net;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Configuration;

/// <summary>How a listener uses TLS.</summary>
public enum TlsUse
{
    /// <summary>STARTTLS with the configured certificate; without one, <see cref="SelfSigned"/> for an mx not on loopback, <see cref="None"/> for the others.</summary>
    WhereCertified,
    None,
    StartTls,
    Implicit,

    /// <summary>STARTTLS with a certificate of our own making, which nobody vouches for.</summary>
    SelfSigned,
}

/// <summary>How mail goes out.</summary>
public enum OutboundTls
{
    /// <summary>TLS where the other side offers it; in clear where it does not or the handshake fails.</summary>
    Opportunistic,

    /// <summary>Never.</summary>
    None,

    /// <summary>Always, with a certificate of that name that the system trusts.</summary>
    Required,
}

public enum DomainKind
{
    /// <summary>Its mailboxes are here.</summary>
    Hosted,

    /// <summary>We take its mail and pass it on.</summary>
    Relay,
}

public enum LogFormat
{
    Text,
    Json,
    None,
}

/// <summary>Every key of <c>gatepost.toml</c>. The manual page is generated from this file; a test keeps it current.</summary>
public static partial class ConfigKeys
{
    public static class General
    {
        public static readonly Key<string> HostName = ValueKinds.DomainName("hostname", "", "The name the server greets with and writes into Received fields. It should be the name that reverse DNS gives for the server's address. Default: the machine's own full name.");
        public static readonly Key<string> Data = ValueKinds.Text("data", "\"gatepost-data\"", "Folder for queue, journal and control socket. A relative path counts from the folder of the configuration file; `--data` on the command line wins over it. Read at start only.", "a path");
        public static readonly Key<ReplyStyle> Replies = ValueKinds.Choice("replies", "classic", "How refusals are worded: as hosting providers' servers say them today, or as the newest standards ask for. The catalogue lists both.", ("classic", ReplyStyle.Classic), ("modern", ReplyStyle.Modern));
        public static readonly Key<string> Language = ValueKinds.Choice("language", "en", "Language of bounces and notices where neither the message nor its domain says another.", ("en", "en"), ("ru", "ru"));
        public static readonly Key<string> Catalogue = ValueKinds.Text("catalogue", "", "Folder with words and dialects of your own, `words/en/*.toml`, `words/ru/*.toml` and `dialects/*.toml`, read over those of the program: by them replies of other servers are recognised and explained. Default: the folder of the configuration file. What is wrong in them is logged and said by `gatepost config check`; the rest is used.", "a path");
        public static readonly Key<bool> HelpIsStatus = ValueKinds.Choice("help-style", "help", "How HELP is answered: `help` with 214, `status` with 211; RFC 5321 §4.2.2 knows both.", ("help", false), ("status", true));
        public static readonly Key<bool> DiscloseForward = ValueKinds.Flag("disclose-forward", false, "Whether strangers may learn where a forwarded address leads: RCPT is then answered 251 with the target, and bounces name it. Otherwise RCPT says 250, and a bounce speaks of the address that was written to only.");
        public static readonly Key<string> HelpUrl = ValueKinds.Text("help-url", "", "A page about refusals that replies and bounces may name. Nothing is named where this is not set.", "a URL");
    }

    public static class Listener
    {
        public static readonly Key<ListenerRole> Role = new("role", "one of \"mx\", \"submission\", \"internal\", \"lmtp\"", "", "`mx`: mail from the world to our domains, relays nothing. `submission`: mail from our users' programs; adds Date and Message-ID where missing. `internal`: mail from the networks in `trusted` to anywhere. `lmtp`: local hand-over, one reply a recipient.", ReadRole) { Required = true };
        public static readonly Key<IReadOnlyList<IPEndPoint>> Address = Required(ValueKinds.EndPoints("address", "", "Where to listen, for example `\"0.0.0.0:25\"` or `[\"192.0.2.1:25\", \"[2001:db8::1]:25\"]`."));
        public static readonly Key<TlsUse> Tls = ValueKinds.Choice("tls", "", "`starttls`: offered after EHLO. `implicit`: from the first octet (port 465). `self-signed`: `starttls` with a certificate that the server makes once and keeps in `{data}/tls`, enough for servers of others but not for mail programs that check it. `none`: never. Default: `starttls` where a certificate is configured; else `self-signed` for `mx` on an address other than loopback, `none` for all others.", ("starttls", TlsUse.StartTls), ("implicit", TlsUse.Implicit), ("self-signed", TlsUse.SelfSigned), ("none", TlsUse.None));
        public static readonly Key<IReadOnlyList<IPNetwork>> Trusted = ValueKinds.Networks("trusted", "[]", "Role `internal` only: the networks that may send to anywhere. Loopback always may.");
        public static readonly Key<IReadOnlyList<IPNetwork>> ProxyFrom = ValueKinds.Networks("proxy-from", "[]", "Load balancers that begin each connection with a PROXY line (version 1 or 2). From these addresses it is demanded, from others it is a syntax error.");
        public static readonly Key<IReadOnlyList<IPNetwork>> XclientFrom = ValueKinds.Networks("xclient-from", "[]", "Proxies that may say with XCLIENT whom they speak for.");
        public static readonly Key<long> MessageSize = ValueKinds.Size("message-size", "", "1KB", "2GB", "Largest message on this listener. Default: the value of `[limits]`.");
        public static readonly Key<int> Recipients = ValueKinds.Number("recipients", 0, 0, 10_000, "Recipients of one message on this listener. 0: the value of `[limits]`.");

        private static ListenerRole ReadRole(TomlNode node) =>
            ValueKinds.Choice("role", "", "", ("mx", ListenerRole.Mx), ("submission", ListenerRole.Submission), ("internal", ListenerRole.Internal), ("lmtp", ListenerRole.Lmtp)).Read(node);
    }

    public static class Certificate
    {
        public static readonly Key<string> File = Required(ValueKinds.Text("file", "", "PEM file with the certificate and its chain.", "a path"));
        public static readonly Key<string> PrivateKey = Required(ValueKinds.Text("key", "", "PEM file with the private key. Both files are read again when they change.", "a path"));
    }

    public static class Limits
    {
        public static readonly Key<long> MessageSize = ValueKinds.Size("message-size", "50MB", "64KB", "2GB", "Largest message; announced by SIZE.");
        public static readonly Key<int> Recipients = ValueKinds.Number("recipients", 100, 1, 10_000, "Recipients of one message; further ones get 452 4.5.3. RFC 5321 §4.5.3.1.8 asks for at least 100 at an MX.");
        public static readonly Key<int> SubmissionRecipients = ValueKinds.Number("submission-recipients", 50, 1, 10_000, "The same on `submission` listeners; announced by LIMITS like the other.");
        public static readonly Key<int> Connections = ValueKinds.Number("connections", 2000, 1, 100_000, "Connections open at once, all listeners together; further ones get 421 with the reason.");
        public static readonly Key<int> ConnectionsPerAddress = ValueKinds.Number("connections-per-address", 100, 1, 100_000, "Connections open at once from one IP address (from one /64 for IPv6).");
        public static readonly Key<TimeSpan> CommandTimeout = ValueKinds.Duration("command-timeout", "5m", "1s", "1h", "Longest silence between commands before 421. RFC 5321 §4.5.3.2.7 asks for at least 5 minutes.");
        public static readonly Key<TimeSpan> DataTimeout = ValueKinds.Duration("data-timeout", "5m", "1s", "1h", "Longest silence inside DATA or BDAT. RFC 5321 §4.5.3.2.5 asks for at least 3 minutes.");
        public static readonly Key<int> Errors = ValueKinds.Number("errors", 20, 1, 1000, "Wrong commands in one session before 421.");
        public static readonly Key<int> Refusals = ValueKinds.Number("refusals", 100, 1, 1_000_000, "Refused senders and recipients in one session before 421: enough for an old mailing list, too few for guessing addresses.");
    }

    public static class Dns
    {
        public static readonly Key<IReadOnlyList<IPEndPoint>> Servers = ValueKinds.EndPoints("servers", "[]", "Resolvers, each as `\"address:port\"`, asked in this order. Default: those of /etc/resolv.conf. `--dns` on the command line wins over it.");
        public static readonly Key<TimeSpan> Timeout = ValueKinds.Duration("timeout", "5s", "50ms", "1m", "Longest wait for the answer to one question.");
    }

    public static class Queue
    {
        public static readonly Key<TimeSpan> RetryFirst = ValueKinds.Duration("retry-first", "5m", "1s", "1d", "The wait after the first attempt that did not succeed; it grows with the age of the message.");
        public static readonly Key<TimeSpan> RetryLongest = ValueKinds.Duration("retry-longest", "2h", "1s", "7d", "The longest wait between two attempts. Waits are varied by a tenth so that a thousand messages do not come back at once.");
        public static readonly Key<TimeSpan> Expire = ValueKinds.Duration("expire", "5d", "1s", "60d", "How long delivery is tried before a bounce. RFC 5321 §4.5.4.1 asks for 4 to 5 days.");
        public static readonly Key<TimeSpan> DelayNotice = ValueKinds.Duration("delay-notice", "4h", "0s", "30d", "After this time without delivery the sender is told once. `\"0s\"`: never.");
    }

    public static class Delivery
    {
        public static readonly Key<Destination> SmartHost = ValueKinds.Destination("smarthost", "", "A server that takes all mail for domains without a `[[transport]]` of their own. Default: none, each domain's MX is asked.");
        public static readonly Key<IReadOnlyList<IPNetwork>> AllowNetworks = ValueKinds.Networks("allow-networks", "[]", "Private, loopback or own addresses to which an MX may lead all the same. Elsewhere such an MX is refused, because it would turn the server against its own network. Transports and smarthost may lead anywhere.");
        public static readonly Key<int> Port = ValueKinds.Number("port", 25, 1, 65535, "Port at which an MX is asked; another than 25 only for trials.");
        public static readonly Key<OutboundTls> Tls = ValueKinds.Choice("tls", "opportunistic", "`opportunistic`: TLS where offered. `required`: never in clear, and the certificate must be valid for the host. `none`: never.", ("opportunistic", OutboundTls.Opportunistic), ("required", OutboundTls.Required), ("none", OutboundTls.None));
        public static readonly Key<bool> Paused = ValueKinds.Flag("paused", false, "While true, mail is taken and kept, but no delivery is started. A reload changes it.");
        public static readonly Key<int> Connections = ValueKinds.Number("connections", 100, 1, 10_000, "Connections to all destinations at once.");
        public static readonly Key<int> ConnectionsPerDestination = ValueKinds.Number("connections-per-destination", 20, 1, 1000, "Connections to one destination at once; fewer are used while it answers 421 or 4xx.");
    }

    public static class Domain
    {
        public static readonly Key<string> Name = Required(ValueKinds.DomainName("name", "", "The domain."));
        public static readonly Key<DomainKind> Kind = ValueKinds.Choice("kind", "hosted", "`hosted`: its mailboxes are here. `relay`: we take its mail and pass it on by `deliver`, its `[[transport]]` or its MX.", ("hosted", DomainKind.Hosted), ("relay", DomainKind.Relay));
        public static readonly Key<IReadOnlyList<string>> Mailboxes = ValueKinds.Texts("mailboxes", "[]", "Local parts that have a mailbox; compared without case.", "a list of local parts");
        public static readonly Key<IReadOnlyDictionary<string, IReadOnlyList<string>>> Aliases = ValueKinds.Table("aliases", "Local parts that stand for other addresses, here or elsewhere. An address without @ is one of this domain; the alias `*` catches whatever has no mailbox.", "a table: local part = address or list of addresses");
        public static readonly Key<string> Language = ValueKinds.Choice("language", "", "Language of notices to this domain's people. Default: the general one.", ("en", "en"), ("ru", "ru"));
        public static readonly Key<string> Deliver = ValueKinds.Text("deliver", "", "Where mail goes: `\"maildir:/path/{domain}/{mailbox}\"`, `\"lmtp:host:port\"`, `\"lmtp:unix:/path\"`, `\"smtp:host:port\"`. Default for hosted domains: `\"maildir:{data}/mail/{domain}/{mailbox}\"`.", "a destination");
    }

    public static class Transport
    {
        public static readonly Key<string> DomainName = Required(ValueKinds.Text("domain", "", "The domain, or `.example.org` for all below it.", "a domain name"));
        public static readonly Key<Destination> To = Required(ValueKinds.Destination("to", "", "Where its mail goes, whatever DNS says."));
    }

    public static class Journal
    {
        public static readonly Key<TimeSpan> Keep = ValueKinds.Duration("keep", "30d", "1h", "3650d", "How long the journal, from which `gatepost trace` reads, is kept.");
        public static readonly Key<int> Buffer = ValueKinds.Number("buffer", 65_536, 1024, 1_000_000, "Events held in memory until they are written; more than that are dropped and counted, so that mail is never slowed.");
    }

    public static class Log
    {
        public static readonly Key<LogFormat> Format = ValueKinds.Choice("format", "text", "One line an event on standard error: `text` for people and journald, `json` for programs, `none`.", ("text", LogFormat.Text), ("json", LogFormat.Json), ("none", LogFormat.None));
    }

    public static class Control
    {
        public static readonly Key<string> Socket = ValueKinds.Text("socket", "\"{data}/control.sock\"", "Unix socket by which `gatepost queue`, `trace --follow` and `reload` speak to the running server; for the server's own user and group.", "a path");
        public static readonly Key<string> SubmitSocket = ValueKinds.Text("submit-socket", "\"{data}/submit.sock\"", "Unix socket by which `gatepost sendmail` hands in messages; for every local user. Put it into a folder that all may enter.", "a path");
    }

    public static class Http
    {
        public static readonly Key<IReadOnlyList<IPEndPoint>> Address = ValueKinds.EndPoints("address", "\"127.0.0.1:2580\"", "Where `/health` and `/metrics` answer. They show nothing secret but are meant for loopback or a management network.");
        public static readonly Key<bool> Enabled = ValueKinds.Flag("enabled", true, "Whether they answer at all.");
    }

    /// <summary>The sections in the order of the manual.</summary>
    public static IReadOnlyList<SectionDefinition> Sections { get; } =
    [
        new("", false, "Keys before the first section.", [General.HostName, General.Data, General.Replies, General.Language, General.Catalogue, General.HelpUrl, General.HelpIsStatus, General.DiscloseForward], """
            hostname = "mx.example.org"
            data = "/var/lib/gatepost"
            """),
        new("listener", true, "A port that takes mail. Without any: `mx` on 127.0.0.1:2525 and `submission` on 127.0.0.1:2587.", [Listener.Role, Listener.Address, Listener.Tls, Listener.Trusted, Listener.ProxyFrom, Listener.XclientFrom, Listener.MessageSize, Listener.Recipients], """
            [[listener]]
            role = "mx"
            address = ["0.0.0.0:25", "[::]:25"]

            [[listener]]
            role = "internal"
            address = "10.0.0.1:25"
            trusted = ["10.0.0.0/8"]
            """),
        new("certificate", true, "A certificate for TLS on the listeners. A client that asks for a name (SNI) gets the one that has it; others get the first.", [Certificate.File, Certificate.PrivateKey], """
            [[certificate]]
            file = "/etc/gatepost/fullchain.pem"
            key = "/etc/gatepost/privkey.pem"
            """),
        new("limits", false, "What one client may use up.", [Limits.MessageSize, Limits.Recipients, Limits.SubmissionRecipients, Limits.Connections, Limits.ConnectionsPerAddress, Limits.CommandTimeout, Limits.DataTimeout, Limits.Errors, Limits.Refusals]),
        new("dns", false, "Asking DNS.", [Dns.Servers, Dns.Timeout], """
            [dns]
            servers = ["127.0.0.1:53"]
            """),
        new("domain", true, "A domain whose mail we take.", [Domain.Name, Domain.Kind, Domain.Mailboxes, Domain.Aliases, Domain.Language, Domain.Deliver], """
            [[domain]]
            name = "example.org"
            mailboxes = ["ann", "bob"]
            aliases = { postmaster = "ann", team = ["ann", "bob@partner.example"] }

            [[domain]]
            name = "lists.example.org"
            kind = "relay"
            deliver = "smtp:10.0.0.7:25"
            """),
        new("transport", true, "A way for one domain that goes before DNS and smarthost.", [Transport.DomainName, Transport.To], """
            [[transport]]
            domain = "partner.example"
            to = "192.0.2.25:25"
            """),
        .. PolicySections,
        CalloutSection,
        QuarantineSection,
        new("queue", false, "When delivery is tried again and when it is given up.", [Queue.RetryFirst, Queue.RetryLongest, Queue.Expire, Queue.DelayNotice]),
        new("delivery", false, "Mail going out.", [Delivery.Paused, Delivery.SmartHost, Delivery.AllowNetworks, Delivery.Port, Delivery.Tls, Delivery.Connections, Delivery.ConnectionsPerDestination]),
        new("journal", false, "The record of every reply.", [Journal.Keep, Journal.Buffer]),
        new("log", false, "One line an event.", [Log.Format]),
        new("control", false, "How other commands reach the running server.", [Control.Socket, Control.SubmitSocket]),
        new("http", false, "Health and metrics.", [Http.Address, Http.Enabled]),
    ];

    private static Key<T> Required<T>(Key<T> key) => new(key.Name, key.Takes, key.Default, key.Meaning, key.Read) { Required = true };
}
