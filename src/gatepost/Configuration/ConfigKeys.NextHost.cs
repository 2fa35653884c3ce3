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
            "How one host, or one domain's mail hosts, are spoken to: a log-in at a provider's relay, TLS, our address and name.",
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
            o => o.To, (o, v) => o with { To = v },
            "The destination: `\"host:port\"` as in `smarthost`, in `to` of a `[[transport]]` or in `deliver` of a `[[domain]]`; or a "
            + "domain that is found by its MX, `.example.org` for all below it. The first that fits counts.", required: true);

        public static readonly Key<NextHostTls?> Tls = host.Key("tls", ValueKinds.Choice<NextHostTls?>(
            ("required", NextHostTls.Required), ("dane", NextHostTls.Dane), ("encrypted", NextHostTls.Encrypted),
                ("implicit", NextHostTls.Implicit), ("opportunistic", NextHostTls.Opportunistic),
            ("none", NextHostTls.None)),
            o => o.Tls, (o, v) => o with { Tls = v },
            "`required`: STARTTLS and a certificate valid for the host, or the mail waits. `dane`: likewise, by the "
            + "host's TLSA records. `encrypted`: STARTTLS with any certificate, or the mail waits. `implicit`: TLS from the first octet "
            + "and a valid certificate. "
            + "`opportunistic`: STARTTLS where offered. `none`: never. Default: `implicit` at port 465, `required` beside `user`, else "
            + "that of `[delivery]`.");

        public static readonly Key<string?> User = Section.Key("user", ValueKinds.OptionalText(OurEvidence.TakesUserName.Say()), null,
            "The name to log in with. SCRAM-SHA-256, SCRAM-SHA-1, PLAIN and LOGIN are used, the first of them that the host offers.");

        public static readonly Key<string?> PasswordFile = Section.Key(
            "password-file", ValueKinds.OptionalText(OurEvidence.TakesPathOrCredential.Say()), null,
            "File with the password as its one line; mode 0600. `credential:NAME` takes one that systemd gives the service "
            + "(`LoadCredential=`). It is read at each log-in, and no log shows it.");

        public static readonly Key<string?> TokenFile = Section.Key(
            "token-file", ValueKinds.OptionalText(OurEvidence.TakesPathOrCredential.Say()), null,
            "In place of `password-file`: a file with an OAuth 2 access token, which another program keeps fresh; used with XOAUTH2.");

        public static readonly Key<IReadOnlyList<string>> Mechanisms = Section.Key(
            "mechanisms", ValueKinds.Texts(OurEvidence.TakesMechanisms.Say()), [],
            "Only these mechanisms, in this order. Default: all that are known, the safest first.");

        public static readonly Key<string?> CaFile = Section.Key("ca-file", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()), null,
            "PEM file with the authorities that vouch for the host's certificate, instead of the system's.");

        public static readonly Key<string?> ClientCertificate = Section.Key(
            "client-certificate", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()), null,
            "PEM file with the certificate, and its chain, that we show to the host.");

        public static readonly Key<string?> ClientKey = Section.Key(
            "client-key", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()), null,
            "PEM file with the key of `client-certificate`.");

        public static readonly Key<string?> Hello = host.Key("hello", ValueKinds.OptionalText(OurEvidence.TakesDomainName.Say()),
            o => o.Hello, (o, v) => o with { Hello = v },
            "Our name in EHLO. Default: that of `[delivery]`.");

        public static readonly Key<IReadOnlyList<IPAddress>> SourceAddresses = host.Key("source-addresses", ValueKinds.Addresses,
            o => o.SourceAddresses, (o, v) => o with { SourceAddresses = v },
            "Addresses to send from, one IPv4 and one IPv6 at most. Default: those of `[delivery]`.");

        public static readonly Key<AddressFamilies?> Families = host.Key("families", ValueKinds.Choice<AddressFamilies?>(
            ("both", AddressFamilies.Both), ("ipv4", AddressFamilies.Ipv4), ("ipv6", AddressFamilies.Ipv6)),
            o => o.Families, (o, v) => o with { Families = v },
            "Which of its addresses are tried. Default: that of `[delivery]`.");
    }
}
