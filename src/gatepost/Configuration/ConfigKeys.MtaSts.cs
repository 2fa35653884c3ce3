using Gatepost.Delivery.Tls.Sts;

namespace Gatepost.Configuration;

/// <content>The MTA-STS policy of hosted domains.</content>
public static partial class ConfigKeys
{
    public static class MtaSts
    {
        internal static readonly SectionDefinition Section = new("mta-sts", false,
            """
            [mta-sts]
            mode = "enforce"
            """);

        private static readonly OptionKeys<Settings, StsPublishing> sts = Section.Sets(settings => settings.StsPublishing,
            (settings, o) => settings with { StsPublishing = o });

        public static readonly Key<StsMode?> Mode = sts.Key("mode", ValueKinds.Choice<StsMode?>(
            ("off", null), ("none", StsMode.None), ("testing", StsMode.Testing), ("enforce", StsMode.Enforce)),
            o => o.Mode, (o, v) => o with { Mode = v });

        public static readonly Key<TimeSpan> MaxAge = sts.Key("max-age", ValueKinds.Duration("1h", "365d"),
            o => o.MaxAge, (o, v) => o with { MaxAge = v });
    }
}
