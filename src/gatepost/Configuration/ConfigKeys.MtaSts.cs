using Gatepost.Delivery.Tls.Sts;

namespace Gatepost.Configuration;

/// <content>The MTA-STS policy of hosted domains.</content>
public static partial class ConfigKeys
{
    public static class MtaSts
    {
        internal static readonly SectionDefinition Section = new("mta-sts", false,
            "The policy by which others send mail to hosted domains over TLS only (MTA-STS, RFC 8461). `https-address` in `[http]` "
                + "serves it.",
            """
            [mta-sts]
            mode = "enforce"
            """);

        private static readonly OptionKeys<Settings, StsPublishing> sts = Section.Sets(settings => settings.StsPublishing,
            (settings, o) => settings with { StsPublishing = o });

        public static readonly Key<StsMode?> Mode = sts.Key("mode", ValueKinds.Choice<StsMode?>(
            ("off", null), ("none", StsMode.None), ("testing", StsMode.Testing), ("enforce", StsMode.Enforce)),
            o => o.Mode, (o, v) => o with { Mode = v },
            "`off`: no policy is published. `testing`: others report failures and send anyway; begin with it. `enforce`: they send "
                + "over "
            + "TLS with a valid certificate or not at all. `none`: ends an earlier policy; keep it for `max-age` before `off`.");

        public static readonly Key<TimeSpan> MaxAge = sts.Key("max-age", ValueKinds.Duration("1h", "365d"),
            o => o.MaxAge, (o, v) => o with { MaxAge = v },
            "How long others may rely on the policy without asking again.");
    }
}
