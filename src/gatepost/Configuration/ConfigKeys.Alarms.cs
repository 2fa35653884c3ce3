using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>Who gets alarms.</content>
public static partial class ConfigKeys
{
    public static class Alarms
    {
        internal static readonly SectionDefinition Section = new("alarms", false, """
            [alarms]
            hook = "/usr/local/bin/page-the-admin"
            """);

        private static readonly OptionKeys<Settings, AlarmSettings> alarms = Section.Sets(settings => settings.Alarms,
            (settings, o) => settings with { Alarms = o });

        public static readonly Key<bool> Mail = alarms.Key("mail", ValueKinds.Flag,
            o => o.Mail, (o, v) => o with { Mail = v });

        public static readonly Key<string?> Hook = alarms.Key("hook", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.Hook, (o, v) => o with { Hook = v });
    }
}
