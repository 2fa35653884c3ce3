using Gatepost.Replies;
using Gatepost.Reporting;

namespace Gatepost.Configuration;

/// <content>Reports that are sent to other domains.</content>
public static partial class ConfigKeys
{
    public static class Reports
    {
        internal static readonly SectionDefinition Section = new("reports", false, """
            [reports]
            dmarc = true
            from = "postmaster@example.org"
            """);

        private static readonly OptionKeys<Settings, ReportOptions> reports = Section.Sets(settings => settings.Reports,
            (settings, o) => settings with { Reports = o });

        public static readonly Key<bool> Tls = reports.Key("tls", ValueKinds.Flag,
            o => o.Tls, (o, v) => o with { Tls = v });

        public static readonly Key<bool> Dmarc = reports.Key("dmarc", ValueKinds.Flag,
            o => o.Dmarc, (o, v) => o with { Dmarc = v });

        public static readonly Key<string?> From = reports.Key("from", ValueKinds.OptionalText(OurEvidence.TakesMailAddress.Say()),
            o => o.From, (o, v) => o with { From = v });
    }
}
