using System.Net;
using Gatepost.Delivery.Settings;
using Gatepost.Delivery.Shaping;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Configuration;

/// <content>Mail going out.</content>
public static partial class ConfigKeys
{
    public static class Delivery
    {
        internal static readonly SectionDefinition Section = new("delivery", false, "Mail going out.");

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);
        private static readonly OptionKeys<Settings, DeliveryOptions> delivery = Section.Sets(settings => settings.Delivery,
            (settings, o) => settings with { Delivery = o });
        private static readonly OptionKeys<Settings, ShapingOptions> shaping = Section.Sets(settings => settings.Delivery.Shaping,
            (settings, o) => settings with { Delivery = settings.Delivery with { Shaping = o } });

        public static readonly Key<Destination?> SmartHost = general.Key("smarthost", ValueKinds.Destination,
            o => o.SmartHost, (o, v) => o with { SmartHost = v },
            "A server that takes all mail for domains without a `[[transport]]` of their own. Default: none, each domain's MX is asked.");

        public static readonly Key<IReadOnlyList<IPNetwork>> AllowNetworks = delivery.Key("allow-networks", ValueKinds.Networks,
            o => o.AllowedNetworks, (o, v) => o with { AllowedNetworks = v },
            "Private, loopback or own addresses to which an MX may lead nevertheless. Elsewhere such an MX is refused, because it "
            + "would turn the server against its own network. Transports and smarthost may lead anywhere.");

        public static readonly Key<int> Port = delivery.Key("port", ValueKinds.Number(1, 65535),
            o => o.SmtpPort, (o, v) => o with { SmtpPort = v },
            "Port at which an MX is asked; another than 25 only for tests.");

        public static readonly Key<ClientTls> Tls = delivery.Key("tls",
            ValueKinds.Choice(
                ("opportunistic", ClientTls.Opportunistic), ("encrypted", ClientTls.Encrypted), ("required", ClientTls.Verified),
                ("none", ClientTls.Never)),
            o => o.Tls, (o, v) => o with { Tls = v },
            "`opportunistic`: TLS where offered; demanded where DANE or MTA-STS of the destination say so. `encrypted`: never in clear, "
                + "with "
            + "any certificate. `required`: never in clear, and the certificate must be valid for the host. `none`: never. A "
            + "`[[next-host]]` may say otherwise for one destination.");

        public static readonly Key<bool> MtaSts = delivery.Key("mta-sts", ValueKinds.Flag,
            o => o.MtaSts, (o, v) => o with { MtaSts = v },
            "Whether policies that domains publish over HTTPS (MTA-STS, RFC 8461) are followed: TLS with a valid certificate, at the "
                + "servers "
            + "they list, or the mail waits. DANE comes first.");

        public static readonly Key<DaneUse> Dane = delivery.Key("dane",
            ValueKinds.Choice(("auto", DaneUse.Auto), ("on", DaneUse.On), ("off", DaneUse.Off)),
            o => o.Dane, (o, v) => o with { Dane = v },
            "TLSA records of signed zones (DANE, RFC 7672). `auto`: used if the resolver validates by DNSSEC and is trusted to "
                + "(`dnssec` in "
            + "`[dns]`). `on`: the same, with an alarm while it does not. `off`: never.");

        public static readonly Key<string?> Hello = delivery.Key("hello", ValueKinds.OptionalText(OurEvidence.TakesDomainName.Say()),
            o => o.Hello, (o, v) => o with { Hello = v },
            "Our name in EHLO to other servers; it must lead to the address we send from. Default: `hostname`.");

        public static readonly Key<IReadOnlyList<IPAddress>> SourceAddresses = delivery.Key("source-addresses", ValueKinds.Addresses,
            o => o.SourceAddresses, (o, v) => o with { SourceAddresses = v },
            "Addresses to send from, one IPv4 and one IPv6 at most. Default: the system chooses.");

        public static readonly Key<AddressFamilies> Families = delivery.Key("families",
            ValueKinds.Choice(("both", AddressFamilies.Both), ("ipv4", AddressFamilies.Ipv4), ("ipv6", AddressFamilies.Ipv6)),
            o => o.Families, (o, v) => o with { Families = v },
            "Which addresses of other servers are tried. `ipv4` helps where our IPv6 address has no reverse name.");

        public static readonly Key<EightBitMail> EightBit = delivery.Key("eight-bit",
            ValueKinds.Choice(("convert", EightBitMail.Convert), ("send", EightBitMail.Send), ("refuse", EightBitMail.Refuse)),
            o => o.EightBit, (o, v) => o with { EightBit = v },
            "8-bit mail for a host that does not offer 8BITMIME: `convert` encodes each part as quoted-printable or base64, and sends "
            + "signed mail (DKIM, S/MIME, OpenPGP) as it is; `send` sends all as it is; `refuse` returns it to its author.");

        public static readonly Key<bool> Paused = delivery.Key("paused", ValueKinds.Flag,
            o => o.Paused, (o, v) => o with { Paused = v },
            "While true, mail is taken and kept, but no delivery is started. A reload changes it.");

        public static readonly Key<int> Connections = shaping.Key("connections", ValueKinds.Number(1, 10_000),
            o => o.MaxAttempts, (o, v) => o with { MaxAttempts = v },
            "Connections to all destinations together.");

        public static readonly Key<int> ConnectionsPerDestination = shaping.Key("connections-per-destination", ValueKinds.Number(1, 1000),
            o => o.MaxConcurrency, (o, v) => o with { MaxConcurrency = v },
            "Connections to one destination; fewer are used while it answers 421 or 4xx.");
    }
}
