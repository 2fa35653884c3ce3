using System.Net;
using Gatepost.Acme;
using Gatepost.Replies;

namespace Gatepost.Configuration;

/// <content>Certificates that are ordered from an authority.</content>
public static partial class ConfigKeys
{
    public static class Acme
    {
        internal static readonly SectionDefinition Section = new("acme", false,
            """
            [acme]
            agree-to-terms = true
            contact = "postmaster@example.org"
            """);

        private static readonly OptionKeys<Settings, AcmeOptions> acme = Section.Sets(settings => settings.Acme,
            (settings, o) => settings with { Acme = o });

        public static readonly Key<bool> AgreeToTerms = acme.Key("agree-to-terms", ValueKinds.Flag,
            o => o.AgreesToTerms, (o, v) => o with { AgreesToTerms = v });

        public static readonly Key<string> Directory = acme.Key("directory", ValueKinds.Text(OurEvidence.TakesHttpsAddress.Say()),
            o => o.Directory, (o, v) => o with { Directory = v });

        public static readonly Key<string?> Contact = acme.Key("contact", ValueKinds.OptionalText(OurEvidence.TakesMailAddress.Say()),
            o => o.Contact, (o, v) => o with { Contact = v });

        public static readonly Key<ChallengeKind> Challenge = acme.Key("challenge", ValueKinds.Choice(
            ("http-01", ChallengeKind.Http), ("dns-01", ChallengeKind.Dns)),
            o => o.Challenge, (o, v) => o with { Challenge = v });

        public static readonly Key<IReadOnlyList<IPEndPoint>> HttpAddress = acme.Key("http-address", ValueKinds.EndPoints,
            o => o.HttpAddresses, (o, v) => o with { HttpAddresses = v });

        public static readonly Key<string?> DnsHook = acme.Key("dns-hook", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.DnsHook, (o, v) => o with { DnsHook = v });

        public static readonly Key<TimeSpan> DnsWait = acme.Key("dns-wait", ValueKinds.Duration("1s", "1h"),
            o => o.DnsWait, (o, v) => o with { DnsWait = v });

        public static readonly Key<IReadOnlyList<string>> Names = acme.Key("names", ValueKinds.Texts(OurEvidence.TakesNameOrNames.Say()),
            o => o.Names, (o, v) => o with { Names = v });

        public static readonly Key<CertificateKeyType> KeyType = acme.Key("key-type", ValueKinds.Choice(
            ("ecdsa-p256", CertificateKeyType.EcdsaP256), ("ecdsa-p384", CertificateKeyType.EcdsaP384),
            ("rsa-2048", CertificateKeyType.Rsa2048), ("rsa-4096", CertificateKeyType.Rsa4096)),
            o => o.KeyType, (o, v) => o with { KeyType = v });

        public static readonly Key<bool> ReuseKey = acme.Key("reuse-key", ValueKinds.Flag,
            o => o.ReuseKey, (o, v) => o with { ReuseKey = v });

        public static readonly Key<TimeSpan> Check = acme.Key("check", ValueKinds.Duration("1s", "1d"),
            o => o.Check, (o, v) => o with { Check = v });

        public static readonly Key<string?> TrustFile = acme.Key("trust-file", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.TrustFile, (o, v) => o with { TrustFile = v });

        public static readonly Key<string?> EabId = acme.Key("eab-id", ValueKinds.OptionalText(),
            o => o.BindingId, (o, v) => o with { BindingId = v });

        public static readonly Key<string?> EabKeyFile = acme.Key("eab-key-file", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.BindingKeyFile, (o, v) => o with { BindingKeyFile = v });
    }
}
