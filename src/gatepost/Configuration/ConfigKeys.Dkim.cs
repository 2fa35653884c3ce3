using Gatepost.Signing;

namespace Gatepost.Configuration;

/// <content>How mail of hosted domains is signed.</content>
public static partial class ConfigKeys
{
    public static class Dkim
    {
        internal static readonly SectionDefinition Section = new("dkim", false, """
            [dkim]
            overlap = "14d"
            """);

        private static readonly OptionKeys<Settings, DkimOptions> dkim = Section.Sets(settings => settings.Dkim,
            (settings, o) => settings with { Dkim = o });

        public static readonly Key<bool> Sign = dkim.Key("sign", ValueKinds.Flag,
            o => o.Sign, (o, v) => o with { Sign = v });

        public static readonly Key<TimeSpan> Check = dkim.Key("check", ValueKinds.Duration("1s", "1d"),
            o => o.Check, (o, v) => o with { Check = v });

        public static readonly Key<TimeSpan> Overlap = dkim.Key("overlap", ValueKinds.Duration("1d", "365d"),
            o => o.Overlap, (o, v) => o with { Overlap = v });
    }
}
