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
        internal static readonly SectionDefinition Section = new("delivery", false);

        private static readonly OptionKeys<Settings, Settings> general = Section.Sets(settings => settings, (_, settings) => settings);
        private static readonly OptionKeys<Settings, DeliveryOptions> delivery = Section.Sets(settings => settings.Delivery,
            (settings, o) => settings with { Delivery = o });
        private static readonly OptionKeys<Settings, ShapingOptions> shaping = Section.Sets(settings => settings.Delivery.Shaping,
            (settings, o) => settings with { Delivery = settings.Delivery with { Shaping = o } });

        public static readonly Key<Destination?> SmartHost = general.Key("smarthost", ValueKinds.Destination,
            o => o.SmartHost, (o, v) => o with { SmartHost = v });

        public static readonly Key<IReadOnlyList<IPNetwork>> AllowNetworks = delivery.Key("allow-networks", ValueKinds.Networks,
            o => o.AllowedNetworks, (o, v) => o with { AllowedNetworks = v });

        public static readonly Key<int> Port = delivery.Key("port", ValueKinds.Number(1, 65535),
            o => o.SmtpPort, (o, v) => o with { SmtpPort = v });

        public static readonly Key<ClientTls> Tls = delivery.Key("tls",
            ValueKinds.Choice(
                ("opportunistic", ClientTls.Opportunistic), ("encrypted", ClientTls.Encrypted), ("required", ClientTls.Verified),
                ("none", ClientTls.Never)),
            o => o.Tls, (o, v) => o with { Tls = v });

        public static readonly Key<bool> MtaSts = delivery.Key("mta-sts", ValueKinds.Flag,
            o => o.MtaSts, (o, v) => o with { MtaSts = v });

        public static readonly Key<DaneUse> Dane = delivery.Key("dane",
            ValueKinds.Choice(("auto", DaneUse.Auto), ("on", DaneUse.On), ("off", DaneUse.Off)),
            o => o.Dane, (o, v) => o with { Dane = v });

        public static readonly Key<string?> Hello = delivery.Key("hello", ValueKinds.OptionalText(OurEvidence.TakesDomainName.Say()),
            o => o.Hello, (o, v) => o with { Hello = v });

        public static readonly Key<IReadOnlyList<IPAddress>> SourceAddresses = delivery.Key("source-addresses", ValueKinds.Addresses,
            o => o.SourceAddresses, (o, v) => o with { SourceAddresses = v });

        public static readonly Key<AddressFamilies> Families = delivery.Key("families",
            ValueKinds.Choice(("both", AddressFamilies.Both), ("ipv4", AddressFamilies.Ipv4), ("ipv6", AddressFamilies.Ipv6)),
            o => o.Families, (o, v) => o with { Families = v });

        public static readonly Key<EightBitMail> EightBit = delivery.Key("eight-bit",
            ValueKinds.Choice(("convert", EightBitMail.Convert), ("send", EightBitMail.Send), ("refuse", EightBitMail.Refuse)),
            o => o.EightBit, (o, v) => o with { EightBit = v });

        public static readonly Key<bool> Paused = delivery.Key("paused", ValueKinds.Flag,
            o => o.Paused, (o, v) => o with { Paused = v });

        public static readonly Key<int> Connections = shaping.Key("connections", ValueKinds.Number(1, 10_000),
            o => o.MaxAttempts, (o, v) => o with { MaxAttempts = v });

        public static readonly Key<int> ConnectionsPerDestination = shaping.Key("connections-per-destination", ValueKinds.Number(1, 1000),
            o => o.MaxConcurrency, (o, v) => o with { MaxConcurrency = v });
    }
}
