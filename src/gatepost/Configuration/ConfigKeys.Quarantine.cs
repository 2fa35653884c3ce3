using Gatepost.Policy.Quarantine;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>What becomes of refused messages.</content>
public static partial class ConfigKeys
{
    public static class Quarantine
    {
        internal static readonly SectionDefinition Section = new("quarantine", false, """
            [quarantine]
            keep = ["virus-found", "spam-found"]
            max-age = "14d"
            """)
        {
            Rules = [.. QuarantineOptions.Rules],
        };

        private static readonly OptionKeys<Settings, QuarantineOptions> quarantine = Section.Sets(settings => settings.Policy.Quarantine,
            (settings, o) => settings with { Policy = settings.Policy with { Quarantine = o } });

        public static readonly Key<IReadOnlyList<string>> Keep = quarantine.Key("keep", ValueKinds.Texts(OurEvidence.TakesRuleList.Say()),
            o => o.Keep, (o, v) => o with { Keep = v });

        public static readonly Key<IReadOnlyList<string>> Accept = quarantine.Key(
            "accept", ValueKinds.Texts(OurEvidence.TakesRuleList.Say()),
            o => o.Accept, (o, v) => o with { Accept = v });

        public static readonly Key<long> MaxSize = quarantine.Key("max-size", ValueKinds.Size("1MB", "1TB"),
            o => o.MaxSize, (o, v) => o with { MaxSize = v });

        public static readonly Key<long> MaxMessage = quarantine.Key("max-message", ValueKinds.Size("1KB", "2GB"),
            o => o.MaxMessage, (o, v) => o with { MaxMessage = v });

        public static readonly Key<TimeSpan> MaxAge = quarantine.Key("max-age", ValueKinds.Duration("1h", "3650d"),
            o => o.MaxAge, (o, v) => o with { MaxAge = v });
    }
}
