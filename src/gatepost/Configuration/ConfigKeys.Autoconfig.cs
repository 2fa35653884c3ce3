using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>What mail programs are answered.</content>
public static partial class ConfigKeys
{
    public static class Autoconfig
    {
        internal static readonly SectionDefinition Section = new("autoconfig", false,
            """
            [autoconfig]
            imap = "imap.example.org:993"
            """);

        private static readonly OptionKeys<Settings, AutoconfigOptions> autoconfig = Section.Sets(settings => settings.Autoconfig,
            (settings, o) => settings with { Autoconfig = o });

        public static readonly Key<string?> Imap = autoconfig.Key("imap", ValueKinds.OptionalText(OurEvidence.TakesHostAndPort.Say()),
            o => o.Imap, (o, v) => o with { Imap = v });

        public static readonly Key<string?> Pop3 = autoconfig.Key("pop3", ValueKinds.OptionalText(OurEvidence.TakesHostAndPort.Say()),
            o => o.Pop3, (o, v) => o with { Pop3 = v });
    }
}
