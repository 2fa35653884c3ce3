using Gatepost.Forwarding;

namespace Gatepost.Configuration;

/// <content>How mail is sent on that aliases and forwards lead to other servers.</content>
public static partial class ConfigKeys
{
    public static class Forward
    {
        internal static readonly SectionDefinition Section = new("forward", false,
            "Mail that aliases and forwards lead to other servers, so that it passes SPF and DMARC there.", """
            [forward]
            domain = "example.org"
            """);

        private static readonly OptionKeys<Settings, ForwardOptions> forward = Section.Sets(settings => settings.Forward,
            (settings, o) => settings with { Forward = o });

        public static readonly Key<bool> Srs = forward.Key("srs", ValueKinds.Flag,
            o => o.Srs, (o, v) => o with { Srs = v },
            "Whether the envelope sender is rewritten (SRS) unless its domain is ours. Bounces to such senders are taken for 21 days and "
            + "sent on to the true sender, also if this is off by then.");

        public static readonly Key<bool> Arc = forward.Key("arc", ValueKinds.Flag,
            o => o.Arc, (o, v) => o with { Arc = v },
            "Whether the message is sealed (ARC) with what SPF, DKIM and DMARC said when it came; the key is the domain's own for DKIM. "
            + "Mail of our own users is not sealed.");

        public static readonly Key<string?> Domain = forward.Key("domain", ValueKinds.OptionalDomain,
            o => o.Domain, (o, v) => o with { Domain = v },
            "The domain of rewritten senders and of seals. Its mail must come to this server, and its SPF must allow this server to send. "
            + "Default: the domain of the address that forwards.");
    }
}
