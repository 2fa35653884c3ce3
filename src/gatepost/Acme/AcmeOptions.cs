using System.Net;
using Gatepost.Smtp;

namespace Gatepost.Acme;

/// <summary>How it is shown that a name is ours.</summary>
public enum ChallengeKind
{
    /// <summary>http-01: the authority reads a page on port 80.</summary>
    Http,

    /// <summary>dns-01: the authority reads a record that a program of the administrator sets.</summary>
    Dns,
}

/// <summary>The kind of a certificate's key.</summary>
public enum CertificateKeyType
{
    EcdsaP256,
    EcdsaP384,
    Rsa2048,
    Rsa4096,
}

/// <summary>Which certificates are ordered where, and how (ACME, RFC 8555).</summary>
public sealed record AcmeOptions
{
    /// <summary>Whether the terms of the authority are agreed to: without that nothing is ordered.</summary>
    public bool AgreesToTerms { get; init; }

    /// <summary>The authority's directory, an https address.</summary>
    public string Directory { get; init; } = "https://acme-v02.api.letsencrypt.org/directory";

    /// <summary>A mail address that the authority may write to; null for none.</summary>
    public string? Contact { get; init; }

    public ChallengeKind Challenge { get; init; }

    /// <summary>Where http-01 is answered.</summary>
    public IReadOnlyList<IPEndPoint> HttpAddresses { get; init; } = [new(IPAddress.Any, 80)];

    /// <summary>Where http-01 is answered now; nowhere if it is not needed.</summary>
    internal IReadOnlyList<IPEndPoint> ListensAt => AgreesToTerms && Challenge == ChallengeKind.Http ? HttpAddresses : [];

    /// <summary>A program that sets and clears the records of dns-01; null for none.</summary>
    public string? DnsHook { get; init; }

    /// <summary>How long such a record may take until DNS shows it.</summary>
    public TimeSpan DnsWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Further names of the server's certificate.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public CertificateKeyType KeyType { get; init; }

    /// <summary>Whether a renewed certificate keeps its key, so that a published TLSA record stays right.</summary>
    public bool ReuseKey { get; init; } = true;

    /// <summary>How often it is looked whether something must be ordered.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>PEM with the authorities that the directory's own certificate is checked against; null for those of the system.</summary>
    public string? TrustFile { get; init; }

    /// <summary>What the authority calls our account there, if it knows its customers from elsewhere; null for none.</summary>
    public string? BindingId { get; init; }

    /// <summary>File with the key for <see cref="BindingId"/>, base64url; null for none.</summary>
    public string? BindingKeyFile { get; init; }

    /// <summary>What is wrong with values together.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!AgreesToTerms && this != new AcmeOptions() with { HttpAddresses = HttpAddresses, Names = Names })
        {
            yield return "agree-to-terms is false: nothing is ordered before you agree to the terms of the authority; read them (its "
                + "directory names the page) and write agree-to-terms = true, or remove the section";
        }

        if (!Uri.TryCreate(Directory, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
            yield return $"directory is \"{Directory}\": write the https address of the authority's directory";
        if (Contact is { } contact && !Mailbox.TryParse(contact, out _))
            yield return $"contact is \"{contact}\", which is no address: write one such as \"postmaster@example.org\"";
        if (Challenge == ChallengeKind.Dns && DnsHook is null)
            yield return "dns-hook is missing: challenge = \"dns-01\" needs the path of a program that sets and clears TXT records";
        if (BindingId is null != BindingKeyFile is null)
            yield return "eab-id and eab-key-file belong together: write both, or none";
        foreach (string name in Names.Where(name => !DomainName.TryParse(name, out _)))
            yield return $"names has \"{name}\", which is no domain name";
    }
}
