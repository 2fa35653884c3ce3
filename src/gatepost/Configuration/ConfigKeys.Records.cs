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
        internal static readonly SectionDefinition Section = new("journal", false);

        private static readonly OptionKeys<Settings, JournalOptions> journal = Section.Sets(settings => settings.Journal,
            (settings, o) => settings with { Journal = o });

        public static readonly Key<TimeSpan> Keep = journal.Key("keep", ValueKinds.Duration("1h", "3650d"),
            o => o.Keep, (o, v) => o with { Keep = v });

        public static readonly Key<long> MaxSize = journal.Key("max-size", ValueKinds.Size("64MB", "1024GB"),
            o => o.MaxSize, (o, v) => o with { MaxSize = v });

        public static readonly Key<int> Buffer = journal.Key("buffer", ValueKinds.Number(1024, 1_000_000),
            o => o.Buffer, (o, v) => o with { Buffer = v });
    }

    public static class Log
    {
        internal static readonly SectionDefinition Section = new("log", false);

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);

        public static readonly Key<LogFormat> Format = general.Key("format",
            ValueKinds.Choice(("text", LogFormat.Text), ("json", LogFormat.Json), ("none", LogFormat.None)),
            o => o.LogFormat, (o, v) => o with { LogFormat = v });
    }

    public static class Control
    {
        internal static readonly SectionDefinition Section = new("control", false);

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);

        public static readonly Key<string> Socket = general.Key("socket", ValueKinds.Text(OurEvidence.TakesPath.Say()),
            o => o.ControlSocket, (o, v) => o with { ControlSocket = v });

        public static readonly Key<string> SubmitSocket = general.Key("submit-socket", ValueKinds.Text(OurEvidence.TakesPath.Say()),
            o => o.SubmitSocket, (o, v) => o with { SubmitSocket = v });
    }

    public static class Http
    {
        internal static readonly SectionDefinition Section = new(
            "http", false);

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);

        public static readonly Key<IReadOnlyList<IPEndPoint>> Address = general.Key("address", ValueKinds.EndPoints,
            o => o.Http, (o, v) => o with { Http = v });

        public static readonly Key<IReadOnlyList<IPEndPoint>> HttpsAddress = general.Key("https-address", ValueKinds.EndPoints,
            o => o.Https, (o, v) => o with { Https = v });

        public static readonly Key<bool> Enabled = general.Key("enabled", ValueKinds.Flag,
            o => o.HttpEnabled, (o, v) => o with { HttpEnabled = v });

        private static readonly OptionKeys<Settings, PanelOptions> panel =
            Section.Sets(settings => settings.Panel, (settings, panel) => settings with { Panel = panel });

        public static readonly Key<IReadOnlyList<IPEndPoint>> Panel = panel.Key("panel", ValueKinds.EndPoints,
            o => o.Addresses, (o, v) => o with { Addresses = v });

        public static readonly Key<IReadOnlyList<string>> PanelHosts = panel.Key(
            "panel-hosts", ValueKinds.Texts(OurEvidence.TakesHostNames.Say()),
            o => o.Hosts, (o, v) => o with { Hosts = v });

        public static readonly Key<IReadOnlyList<IPNetwork>> PanelProxies = panel.Key("panel-proxies", ValueKinds.Networks,
            o => o.Proxies, (o, v) => o with { Proxies = v });

        public static readonly Key<IReadOnlyList<string>> PanelOperators = panel.Key(
            "panel-operators", ValueKinds.Texts(OurEvidence.TakesAccounts.Say()),
            o => o.Operators, (o, v) => o with { Operators = v });

        public static readonly Key<IReadOnlyList<string>> PanelAdministrators = panel.Key(
            "panel-administrators", ValueKinds.Texts(OurEvidence.TakesAccounts.Say()),
            o => o.Administrators, (o, v) => o with { Administrators = v });

        public static readonly Key<IReadOnlyList<string>> PanelSupport = panel.Key(
            "panel-support", ValueKinds.Texts(OurEvidence.TakesAccounts.Say()),
            o => o.Support, (o, v) => o with { Support = v });

        public static readonly Key<bool> PanelPublicExplain = panel.Key("panel-public-explain", ValueKinds.Flag,
            o => o.PublicExplain, (o, v) => o with { PublicExplain = v });
    }
}
