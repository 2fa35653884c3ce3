using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>What mail programs are answered.</content>
public static partial class ConfigKeys
{
    public static class Autoconfig
    {
        internal static readonly SectionDefinition Section = new("autoconfig", false,
            "What mail programs are answered that ask how to reach the mail of a hosted domain: Thunderbird and others at "
                + "`autoconfig.` before the domain, Outlook at `autodiscover.`, both over HTTPS at `https-address` of `[http]`, and by SRV "
                + "records, which `gatepost domain dns` prints. Sending is the submission listeners' part.",
            """
            [autoconfig]
            imap = "imap.example.org:993"
            """);

        private static readonly OptionKeys<Settings, AutoconfigOptions> autoconfig = Section.Sets(settings => settings.Autoconfig,
            (settings, o) => settings with { Autoconfig = o });

        public static readonly Key<string?> Imap = autoconfig.Key("imap", ValueKinds.OptionalText(OurEvidence.TakesHostAndPort.Say()),
            o => o.Imap, (o, v) => o with { Imap = v },
            "The IMAP server on which users read their mail. Port 993, the usual one, is TLS from the first octet, every other STARTTLS.");

        public static readonly Key<string?> Pop3 = autoconfig.Key("pop3", ValueKinds.OptionalText(OurEvidence.TakesHostAndPort.Say()),
            o => o.Pop3, (o, v) => o with { Pop3 = v },
            "The POP3 server on which users read their mail. Port 995, the usual one, is TLS from the first octet, every other STARTTLS.");
    }
}
