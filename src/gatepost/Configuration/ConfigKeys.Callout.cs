using Gatepost.Policy.Reputation;

namespace Gatepost.Configuration;

/// <content>Verifying recipients at the next host.</content>
public static partial class ConfigKeys
{
    public static class Callout
    {
        internal static readonly SectionDefinition Section = new("callout", false, """
            [callout]
            keep-negative = "10m"

            [[rule]]
            name = "recipient-undeliverable"
            when-silent = "pass"
            """);

        private static readonly OptionKeys<Settings, CalloutOptions> callout = Section.Sets(settings => settings.Policy.Callouts,
            (settings, o) => settings with { Policy = settings.Policy with { Callouts = o } });

        public static readonly Key<TimeSpan> Timeout = callout.Key("timeout", ValueKinds.Duration("1s", "2m"),
            o => o.Timeout, (o, v) => o with { Timeout = v });

        public static readonly Key<TimeSpan> KeepPositive = callout.Key("keep-positive", ValueKinds.Duration("1m", "31d"),
            o => o.KeepPositive, (o, v) => o with { KeepPositive = v });

        public static readonly Key<TimeSpan> KeepNegative = callout.Key("keep-negative", ValueKinds.Duration("1m", "1d"),
            o => o.KeepNegative, (o, v) => o with { KeepNegative = v });
    }
}
