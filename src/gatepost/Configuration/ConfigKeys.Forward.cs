using Gatepost.Forwarding;

namespace Gatepost.Configuration;

/// <content>How mail is sent on that aliases and forwards lead to other servers.</content>
public static partial class ConfigKeys
{
    public static class Forward
    {
        internal static readonly SectionDefinition Section = new("forward", false, """
            [forward]
            domain = "example.org"
            """);

        private static readonly OptionKeys<Settings, ForwardOptions> forward = Section.Sets(settings => settings.Forward,
            (settings, o) => settings with { Forward = o });

        public static readonly Key<bool> Srs = forward.Key("srs", ValueKinds.Flag,
            o => o.Srs, (o, v) => o with { Srs = v });

        public static readonly Key<bool> Arc = forward.Key("arc", ValueKinds.Flag,
            o => o.Arc, (o, v) => o with { Arc = v });

        public static readonly Key<string?> Domain = forward.Key("domain", ValueKinds.OptionalDomain,
            o => o.Domain, (o, v) => o with { Domain = v });
    }
}
