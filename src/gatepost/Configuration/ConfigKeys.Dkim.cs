using Gatepost.Signing;

namespace Gatepost.Configuration;

/// <content>How mail of hosted domains is signed.</content>
public static partial class ConfigKeys
{
    public static class Dkim
    {
        internal static readonly SectionDefinition Section = new("dkim", false,
            "Signatures on mail of hosted domains: `gatepost dkim`.", """
            [dkim]
            overlap = "14d"
            """);

        private static readonly OptionKeys<Settings, DkimOptions> dkim = Section.Sets(settings => settings.Dkim,
            (settings, o) => settings with { Dkim = o });

        public static readonly Key<bool> Sign = dkim.Key("sign", ValueKinds.Flag,
            o => o.Sign, (o, v) => o with { Sign = v },
            "Whether keys are made for hosted domains, and mail of their users and our bounces is signed with those whose records were "
            + "seen in DNS.");

        public static readonly Key<TimeSpan> Check = dkim.Key("check", ValueKinds.Duration("1s", "1d"),
            o => o.Check, (o, v) => o with { Check = v },
            "How often DNS is asked for the record of a new key; after an hour it is asked for hourly.");

        public static readonly Key<TimeSpan> Overlap = dkim.Key("overlap", ValueKinds.Duration("1d", "365d"),
            o => o.Overlap, (o, v) => o with { Overlap = v },
            "How long a replaced key is kept; so long its record must stay in DNS, because mail signed with it is on its way.");
    }
}
