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
            "Certificates from an authority, by ACME (RFC 8555): one for `hostname` and `names`, and one for each hosted domain with "
                + "those of "
            + "the names `mta-sts.`, `autoconfig.` and `autodiscover.` before it that are in DNS and answered here. "
            + "[certificates.md](certificates.md) shows how.",
            """
            [acme]
            agree-to-terms = true
            contact = "postmaster@example.org"
            """);

        private static readonly OptionKeys<Settings, AcmeOptions> acme = Section.Sets(settings => settings.Acme,
            (settings, o) => settings with { Acme = o });

        public static readonly Key<bool> AgreeToTerms = acme.Key("agree-to-terms", ValueKinds.Flag,
            o => o.AgreesToTerms, (o, v) => o with { AgreesToTerms = v },
            "Whether you agree to the terms of the authority. Without it nothing is ordered.");

        public static readonly Key<string> Directory = acme.Key("directory", ValueKinds.Text(OurEvidence.TakesHttpsAddress.Say()),
            o => o.Directory, (o, v) => o with { Directory = v },
            "The authority's directory. To try things out, take the test authority "
            + "`https://acme-staging-v02.api.letsencrypt.org/directory`, whose certificates no client trusts; with another directory "
                + "everything "
            + "is ordered there.");

        public static readonly Key<string?> Contact = acme.Key("contact", ValueKinds.OptionalText(OurEvidence.TakesMailAddress.Say()),
            o => o.Contact, (o, v) => o with { Contact = v },
            "Where the authority may write to. It is given once, when the account is opened.");

        public static readonly Key<ChallengeKind> Challenge = acme.Key("challenge", ValueKinds.Choice(
            ("http-01", ChallengeKind.Http), ("dns-01", ChallengeKind.Dns)),
            o => o.Challenge, (o, v) => o with { Challenge = v },
            "How it is shown that a name is yours. `http-01`: the authority reads a page at `http-address`. `dns-01`: it reads a record "
                + "that "
            + "`dns-hook` sets; nothing has to be reachable from outside.");

        public static readonly Key<IReadOnlyList<IPEndPoint>> HttpAddress = acme.Key("http-address", ValueKinds.EndPoints,
            o => o.HttpAddresses, (o, v) => o with { HttpAddresses = v },
            "Where the authority's questions are answered for `http-01`. It always asks on port 80, so another port needs something that "
            + "passes them on. Nothing else answers there.");

        public static readonly Key<string?> DnsHook = acme.Key("dns-hook", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.DnsHook, (o, v) => o with { DnsHook = v },
            "A program that sets and removes a TXT record, run as `PROGRAM set NAME VALUE` and `PROGRAM clear NAME VALUE`; it has two "
                + "minutes "
            + "and must end with 0.");

        public static readonly Key<TimeSpan> DnsWait = acme.Key("dns-wait", ValueKinds.Duration("1s", "1h"),
            o => o.DnsWait, (o, v) => o with { DnsWait = v },
            "How long DNS may take to show a record that `dns-hook` has set; only then the authority is asked to look.");

        public static readonly Key<IReadOnlyList<string>> Names = acme.Key("names", ValueKinds.Texts(OurEvidence.TakesNameOrNames.Say()),
            o => o.Names, (o, v) => o with { Names = v },
            "Further names of the server's own certificate, for example what mail programs connect to.");

        public static readonly Key<CertificateKeyType> KeyType = acme.Key("key-type", ValueKinds.Choice(
            ("ecdsa-p256", CertificateKeyType.EcdsaP256), ("ecdsa-p384", CertificateKeyType.EcdsaP384),
            ("rsa-2048", CertificateKeyType.Rsa2048), ("rsa-4096", CertificateKeyType.Rsa4096)),
            o => o.KeyType, (o, v) => o with { KeyType = v },
            "The kind of the certificates' keys. A changed kind counts from the next renewal on.");

        public static readonly Key<bool> ReuseKey = acme.Key("reuse-key", ValueKinds.Flag,
            o => o.ReuseKey, (o, v) => o with { ReuseKey = v },
            "Whether a renewed certificate keeps its key, so that a published TLSA record (DANE) stays right. If not, a new certificate is "
            + "not used before its record is in DNS beside the old one, if that is published.");

        public static readonly Key<TimeSpan> Check = acme.Key("check", ValueKinds.Duration("1s", "1d"),
            o => o.Check, (o, v) => o with { Check = v },
            "How often the server looks whether something must be ordered or can be used.");

        public static readonly Key<string?> TrustFile = acme.Key("trust-file", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.TrustFile, (o, v) => o with { TrustFile = v },
            "PEM file with the root certificate of an authority of your own, by which its directory is known. Default: those of the "
                + "system.");

        public static readonly Key<string?> EabId = acme.Key("eab-id", ValueKinds.OptionalText(),
            o => o.BindingId, (o, v) => o with { BindingId = v },
            "What an authority gave you to bind the account to one you have with it (external account binding).");

        public static readonly Key<string?> EabKeyFile = acme.Key("eab-key-file", ValueKinds.OptionalText(OurEvidence.TakesPath.Say()),
            o => o.BindingKeyFile, (o, v) => o with { BindingKeyFile = v },
            "File of mode 0600 with the key that belongs to `eab-id`, base64url; or `credential:NAME`.");
    }
}
