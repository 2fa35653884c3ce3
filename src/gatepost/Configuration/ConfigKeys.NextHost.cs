using System.Net;
using Gatepost.Delivery.Settings;
using Gatepost.Replies;

namespace Gatepost.Configuration;

public static partial class ConfigKeys
{
    public static class NextHost
    {
        internal static readonly SectionDefinition Section = new(
            "next-host", true,
            """
            [delivery]
            smarthost = "smtp.provider.example:465"

            [[next-host]]
            to = "smtp.provider.example:465"
            user = "ann@example.org"
            password-file = "credential:provider"

            [[next-host]]
            to = "partner.example"
            families = "ipv4"
            """);

        private static readonly OptionKeys<NextHostOptions, NextHostOptions> host = Section.Makes(new NextHostOptions());

        public static readonly Key<string> To = host.Key("to", ValueKinds.Text(OurEvidence.TakesHostOrDomain.Say()),
            o => o.To, (o, v) => o with { To = v }, required: true);

        public static readonly Key<NextHostTls?> Tls = host.Key("tls", ValueKinds.Choice<NextHostTls?>(
            ("required", NextHostTls.Required), ("dane", NextHostTls.Dane), ("encrypted", NextHostTls.Encrypted),
                ("implicit", NextHostTls.Implicit), ("opportunistic", NextHostTls.Opportunistic),
            ("none", NextHostTls.None)),
            o => o.Tls, (o, v) => o with { Tls = v });

        public static readonly Key<string?> User = Section.Key("user", ValueKinds.OptionalText(OurEvidence.TakesUserName.Say()), null);

        public static readonly Key<string?> PasswordFile = Section.Key(
            "password-file", ValueKinds.OptionalText(OurEvidence.TakesPathOrCredential.Say()), null);

        public static readonly Key<string?> TokenFile = Section.Key(
            "token-file", ValueKinds.OptionalText(OurEvidence.TakesPathOrCredential.Say()), null);

        public static readonly Key<IReadOnlyList<string>> Mechanisms = Section.Key(
            "mechanisms", ValueKinds.Texts(OurEvidence.TakesMechanisms.Say()), []);

        public static readonly Key<string?> CaFile = Section.Key("ca-file", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()), null);

        public static readonly Key<string?> ClientCertificate = Section.Key(
            "client-certificate", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()), null);

        public static readonly Key<string?> ClientKey = Section.Key(
            "client-key", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()), null);

        public static readonly Key<string?> Hello = host.Key("hello", ValueKinds.OptionalText(OurEvidence.TakesDomainName.Say()),
            o => o.Hello, (o, v) => o with { Hello = v });

        public static readonly Key<IReadOnlyList<IPAddress>> SourceAddresses = host.Key("source-addresses", ValueKinds.Addresses,
            o => o.SourceAddresses, (o, v) => o with { SourceAddresses = v });

        public static readonly Key<AddressFamilies?> Families = host.Key("families", ValueKinds.Choice<AddressFamilies?>(
            ("both", AddressFamilies.Both), ("ipv4", AddressFamilies.Ipv4), ("ipv6", AddressFamilies.Ipv6)),
            o => o.Families, (o, v) => o with { Families = v });
    }
}
