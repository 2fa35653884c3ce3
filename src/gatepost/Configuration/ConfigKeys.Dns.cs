using System.Net;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>Asking DNS.</content>
public static partial class ConfigKeys
{
    public static class Dns
    {
        internal static readonly SectionDefinition Section = new("dns", false, """
            [dns]
            servers = ["127.0.0.1:53"]
            """);

        private static readonly OptionKeys<Settings, DnsOptions> dns = Section.Sets(settings => settings.Dns,
            (settings, o) => settings with { Dns = o });

        public static readonly Key<IReadOnlyList<IPEndPoint>> Servers = dns.Key("servers", ValueKinds.EndPoints,
            o => o.Servers, (o, v) => o with { Servers = v });

        public static readonly Key<TimeSpan> Timeout = dns.Key("timeout", ValueKinds.Duration("50ms", "1m"),
            o => o.Timeout, (o, v) => o with { Timeout = v });

        public static readonly Key<DnssecTrust> Dnssec = dns.Key("dnssec",
            ValueKinds.Choice(("local", DnssecTrust.Local), ("trusted", DnssecTrust.Trusted), ("off", DnssecTrust.Off)),
            o => o.Dnssec, (o, v) => o with { Dnssec = v });

        public static readonly Key<string> SignedName = dns.Key("signed-name", ValueKinds.Text(OurEvidence.TakesDomainName.Say()),
            o => o.SignedName, (o, v) => o with { SignedName = v });

        public static readonly Key<string> MustExist = dns.Key("must-exist", ValueKinds.TextOrNone(OurEvidence.TakesHostOrNothing.Say()),
            o => o.MustExist, (o, v) => o with { MustExist = v });
    }
}
