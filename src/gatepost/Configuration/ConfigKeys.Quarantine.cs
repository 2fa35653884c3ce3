using Gatepost.Policy.Quarantine;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>What becomes of refused messages.</content>
public static partial class ConfigKeys
{
    public static class Quarantine
    {
        internal static readonly SectionDefinition Section = new("quarantine", false,
            "Refused messages kept for a person to look at: `gatepost quarantine`.", """
            [quarantine]
            keep = ["virus-found", "spam-found"]
            max-age = "14d"
            """);

        private static readonly OptionKeys<Settings, QuarantineOptions> quarantine = Section.Sets(settings => settings.Policy.Quarantine,
            (settings, o) => settings with { Policy = settings.Policy with { Quarantine = o } });

        public static readonly Key<IReadOnlyList<string>> Keep = quarantine.Key("keep", ValueKinds.Texts(OurEvidence.TakesRuleList.Say()),
            o => o.Keep, (o, v) => o with { Keep = v },
            $"Rules whose refused messages leave a copy in quarantine; the refusal stays one. Of {Names}.");

        public static readonly Key<IReadOnlyList<string>> Accept = quarantine.Key(
            "accept", ValueKinds.Texts(OurEvidence.TakesRuleList.Say()),
            o => o.Accept, (o, v) => o with { Accept = v },
            "Rules whose messages are taken (250) and go nowhere but into quarantine. The sender does not learn of it, so the "
            + $"administrator has to look. Of {Names}.");

        public static readonly Key<long> MaxSize = quarantine.Key("max-size", ValueKinds.Size("1MB", "1TB"),
            o => o.MaxSize, (o, v) => o with { MaxSize = v },
            "What all messages together may take. Beyond it the oldest refused ones go; messages that were accepted are "
            + "never removed to make room.");

        public static readonly Key<long> MaxMessage = quarantine.Key("max-message", ValueKinds.Size("1KB", "2GB"),
            o => o.MaxMessage, (o, v) => o with { MaxMessage = v },
            "Larger messages are refused without a copy.");

        public static readonly Key<TimeSpan> MaxAge = quarantine.Key("max-age", ValueKinds.Duration("1h", "3650d"),
            o => o.MaxAge, (o, v) => o with { MaxAge = v },
            "How long messages stay, taken ones too.");

        private static string Names => string.Join(", ", QuarantineOptions.Rules.Select(rule => $"`{rule}`"));
    }
}
