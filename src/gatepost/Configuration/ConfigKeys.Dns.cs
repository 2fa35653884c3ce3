using System.Net;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>Asking DNS.</content>
public static partial class ConfigKeys
{
    public static class Dns
    {
        internal static readonly SectionDefinition Section = new("dns", false, "Asking DNS.", """
            [dns]
            servers = ["127.0.0.1:53"]
            """);

        private static readonly OptionKeys<Settings, DnsOptions> dns = Section.Sets(settings => settings.Dns,
            (settings, o) => settings with { Dns = o });

        public static readonly Key<IReadOnlyList<IPEndPoint>> Servers = dns.Key("servers", ValueKinds.EndPoints,
            o => o.Servers, (o, v) => o with { Servers = v },
            "Resolvers, each as `\"address:port\"`, asked in this order. Default: those of /etc/resolv.conf. `--dns` on the command "
            + "line wins over it.");

        public static readonly Key<TimeSpan> Timeout = dns.Key("timeout", ValueKinds.Duration("50ms", "1m"),
            o => o.Timeout, (o, v) => o with { Timeout = v },
            "Longest wait for the answer to one question.");

        public static readonly Key<DnssecTrust> Dnssec = dns.Key("dnssec",
            ValueKinds.Choice(("local", DnssecTrust.Local), ("trusted", DnssecTrust.Trusted), ("off", DnssecTrust.Off)),
            o => o.Dnssec, (o, v) => o with { Dnssec = v },
            "Which resolvers are believed when they say that an answer is authentic (AD). `local`: those on a loopback address. "
                + "`trusted`: all, "
            + "because the way to them is safe. `off`: none, so that DANE is never used.");

        public static readonly Key<string> SignedName = dns.Key("signed-name", ValueKinds.Text(OurEvidence.TakesDomainName.Say()),
            o => o.SignedName, (o, v) => o with { SignedName = v },
            "A signed zone, by which it is found out whether the resolver validates.");

        public static readonly Key<string> MustExist = dns.Key("must-exist", ValueKinds.TextOrNone(OurEvidence.TakesHostOrNothing.Say()),
            o => o.MustExist, (o, v) => o with { MustExist = v },
            "A name with an address that must exist. A resolver that denies it cannot be believed: its denials then count as no answer "
            + "(451, never \"domain not found\"), and an alarm is on. `\"\"`: every denial is believed, for networks without the world's "
                + "DNS.");
    }
}
