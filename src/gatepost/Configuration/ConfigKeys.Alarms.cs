using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>Who gets alarms.</content>
public static partial class ConfigKeys
{
    public static class Alarms
    {
        internal static readonly SectionDefinition Section = new("alarms", false,
            "Who gets alarms (`gatepost status` shows them): something that wants an administrator's eye, until it is over.", """
            [alarms]
            hook = "/usr/local/bin/page-the-admin"
            """);

        private static readonly OptionKeys<Settings, AlarmSettings> alarms = Section.Sets(settings => settings.Alarms,
            (settings, o) => settings with { Alarms = o });

        public static readonly Key<bool> Mail = alarms.Key("mail", ValueKinds.Flag,
            o => o.Mail, (o, v) => o with { Mail = v },
            "Whether an alarm is mailed to `local-mail-to`, by default the postmaster, when it is raised and when it is over: at most "
            + "one an hour about the same thing, and 20 in all.");

        public static readonly Key<string?> Hook = alarms.Key("hook", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.Hook, (o, v) => o with { Hook = v },
            "A program that is run when an alarm is raised or over, as `PROGRAM raised KEY` or `PROGRAM over KEY` with the text on "
            + "standard input; it has 30 seconds.");
    }
}
