using System.Net;
using Gatepost.Replies;
using Gatepost.Storage.Journal;
using Gatepost.Web.Panel.Access;

namespace Gatepost.Configuration;

/// <content>What is written down of mail, and how the running server is asked: journal, log, control socket, HTTP.</content>
public static partial class ConfigKeys
{
    public static class Journal
    {
        internal static readonly SectionDefinition Section = new("journal", false, "The record of every reply.");

        private static readonly OptionKeys<Settings, JournalOptions> journal = Section.Sets(settings => settings.Journal,
            (settings, o) => settings with { Journal = o });

        public static readonly Key<TimeSpan> Keep = journal.Key("keep", ValueKinds.Duration("1h", "3650d"),
            o => o.Keep, (o, v) => o with { Keep = v },
            "How long the journal, from which `gatepost trace` reads, is kept.");

        public static readonly Key<long> MaxSize = journal.Key("max-size", ValueKinds.Size("64MB", "1024GB"),
            o => o.MaxSize, (o, v) => o with { MaxSize = v },
            "How much of the disk it may take; beyond that the oldest day goes before `keep` is over. A message is about 1.7 KB, so 2 GB "
            + "are about 1.2 million messages. Some 32 MB of the disk are always left to the mail.");

        public static readonly Key<int> Buffer = journal.Key("buffer", ValueKinds.Number(1024, 1_000_000),
            o => o.Buffer, (o, v) => o with { Buffer = v },
            "Events held in memory until they are written; more than that are dropped and counted, so that mail is never slowed.");
    }

    public static class Log
    {
        internal static readonly SectionDefinition Section = new("log", false, "One line an event.");

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);

        public static readonly Key<LogFormat> Format = general.Key("format",
            ValueKinds.Choice(("text", LogFormat.Text), ("json", LogFormat.Json), ("none", LogFormat.None)),
            o => o.LogFormat, (o, v) => o with { LogFormat = v },
            "One line an event on standard error: `text` for people and journald, `json` for programs, `none`.");
    }

    public static class Control
    {
        internal static readonly SectionDefinition Section = new("control", false, "How other commands reach the running server.");

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);

        public static readonly Key<string> Socket = general.Key("socket", ValueKinds.Text(OurEvidence.TakesPath.Say()),
            o => o.ControlSocket, (o, v) => o with { ControlSocket = v },
            "Unix socket by which `gatepost queue`, `trace --follow` and `reload` speak to the running server; for the server's own "
            + "user and group.");

        public static readonly Key<string> SubmitSocket = general.Key("submit-socket", ValueKinds.Text(OurEvidence.TakesPath.Say()),
            o => o.SubmitSocket, (o, v) => o with { SubmitSocket = v },
            "Unix socket by which `gatepost sendmail` hands in messages; for every local user. Put it into a folder that all may enter.");
    }

    public static class Http
    {
        internal static readonly SectionDefinition Section = new(
            "http", false, "Health and metrics, the policies of hosted domains, and the web panel.");

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);

        public static readonly Key<IReadOnlyList<IPEndPoint>> Address = general.Key("address", ValueKinds.EndPoints,
            o => o.Http, (o, v) => o with { Http = v },
            "Where `/health` and `/metrics` answer. They show nothing secret but are meant for loopback or a management network.");

        public static readonly Key<IReadOnlyList<IPEndPoint>> HttpsAddress = general.Key("https-address", ValueKinds.EndPoints,
            o => o.Https, (o, v) => o with { Https = v },
            "Where the MTA-STS policies of hosted domains and the settings of mail programs are given to the world over HTTPS, for "
                + "example `\"0.0.0.0:443\"`; with the "
            + "certificates of `[[certificate]]` and `[acme]`, which must be valid for `mta-sts.` (`autoconfig.`, `autodiscover.`) "
                + "before the domain. "
            + "Default: nowhere.");

        public static readonly Key<bool> Enabled = general.Key("enabled", ValueKinds.Flag,
            o => o.HttpEnabled, (o, v) => o with { HttpEnabled = v },
            "Whether health and metrics answer at all.");

        private static readonly OptionKeys<Settings, PanelOptions> panel =
            Section.Sets(settings => settings.Panel, (settings, panel) => settings with { Panel = panel });

        public static readonly Key<IReadOnlyList<IPEndPoint>> Panel = panel.Key("panel", ValueKinds.EndPoints,
            o => o.Addresses, (o, v) => o with { Addresses = v },
            "Where the web panel answers, for example `\"127.0.0.1:8025\"`: plain HTTP on loopback, HTTPS with the certificates of "
            + "`[[certificate]]` everywhere else. `gatepost panel-link` prints a link by which an operator signs in. Default: nowhere.");

        public static readonly Key<IReadOnlyList<string>> PanelHosts = panel.Key(
            "panel-hosts", ValueKinds.Texts(OurEvidence.TakesHostNames.Say()),
            o => o.Hosts, (o, v) => o with { Hosts = v },
            "Names by which the panel may be asked for, beside its addresses and `localhost`; a request for another name is rejected.");

        public static readonly Key<IReadOnlyList<IPNetwork>> PanelProxies = panel.Key("panel-proxies", ValueKinds.Networks,
            o => o.Proxies, (o, v) => o with { Proxies = v },
            "Proxies in front of the panel whose `X-Forwarded-For` and `X-Forwarded-Proto` count. Read at the start.");

        public static readonly Key<IReadOnlyList<string>> PanelOperators = panel.Key(
            "panel-operators", ValueKinds.Texts(OurEvidence.TakesAccounts.Say()),
            o => o.Operators, (o, v) => o with { Operators = v },
            "Accounts that see and change everything in the panel. Every other account sees its own mail.");

        public static readonly Key<IReadOnlyList<string>> PanelAdministrators = panel.Key(
            "panel-administrators", ValueKinds.Texts(OurEvidence.TakesAccounts.Say()),
            o => o.Administrators, (o, v) => o with { Administrators = v },
            "Accounts that see and change their own domain in the panel.");

        public static readonly Key<IReadOnlyList<string>> PanelSupport = panel.Key(
            "panel-support", ValueKinds.Texts(OurEvidence.TakesAccounts.Say()),
            o => o.Support, (o, v) => o with { Support = v },
            "Accounts that see everything in the panel but the contents of messages, and change nothing.");

        public static readonly Key<bool> PanelPublicExplain = panel.Key("panel-public-explain", ValueKinds.Flag,
            o => o.PublicExplain, (o, v) => o with { PublicExplain = v },
            "Whether the panel explains replies and shows the catalogue to visitors who are not signed in.");
    }
}
