using Gatepost.Replies;
using Gatepost.Reporting;

namespace Gatepost.Configuration;

/// <content>Reports that are sent to other domains.</content>
public static partial class ConfigKeys
{
    public static class Reports
    {
        internal static readonly SectionDefinition Section = new("reports", false,
            "Reports that other domains ask for in DNS, sent once a day: `gatepost reports`.", """
            [reports]
            dmarc = true
            from = "postmaster@example.org"
            """);

        private static readonly OptionKeys<Settings, ReportOptions> reports = Section.Sets(settings => settings.Reports,
            (settings, o) => settings with { Reports = o });

        public static readonly Key<bool> Tls = reports.Key("tls", ValueKinds.Flag,
            o => o.Tls, (o, v) => o with { Tls = v },
            "Whether domains that ask for it (`_smtp._tls`, RFC 8460) are told how TLS with their mail servers went: how many sessions, "
                + "and "
            + "what failed. Nothing about messages or people is in it, so it is on.");

        public static readonly Key<bool> Dmarc = reports.Key("dmarc", ValueKinds.Flag,
            o => o.Dmarc, (o, v) => o with { Dmarc = v },
            "Whether domains that ask for it (`rua` of their DMARC record, RFC 9990) are told which addresses sent mail in their name, and "
            + "how it was judged. That tells a domain who forwards its mail to you; so it is off until you decide.");

        public static readonly Key<string?> From = reports.Key("from", ValueKinds.OptionalText(OurEvidence.TakesMailAddress.Say()),
            o => o.From, (o, v) => o with { From = v },
            "The sender of reports. Its domain should be hosted here, so that they are signed. Default: postmaster of the first hosted "
                + "domain.");
    }
}
