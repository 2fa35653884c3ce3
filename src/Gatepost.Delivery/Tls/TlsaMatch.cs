using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Dns;
using Gatepost.Replies;

namespace Gatepost.Delivery.Tls;

/// <summary>Whether a certificate chain is the one that TLSA records describe (RFC 6698 §2.1, RFC 7671 §5).</summary>
public static class TlsaMatch
{
    /// <summary>What the system's own rules would add and DANE does not ask for: the anchor is named by DNS, not by the system.</summary>
    private const X509ChainStatusFlags Ignored = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain
        | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>The record that vouches for the server; or why none does.</summary>
    /// <param name="usable">At least one.</param>
    /// <param name="leaf">The server's own certificate.</param>
    /// <param name="sent">Every certificate it sent, in any order.</param>
    /// <param name="names">Names one of which it must have, for usage 2 (RFC 7672 §3.2.3).</param>
    /// <param name="now">For the validity of what is between anchor and server, in usage 2.</param>
    public static (TlsaRecord? Record, Finding? Why) Find(
        IReadOnlyList<TlsaRecord> usable, X509Certificate2 leaf, IReadOnlyList<X509Certificate2> sent, IReadOnlyList<string> names,
        DateTimeOffset now)
    {
        // Usage 3 vouches for this one certificate: its name and dates do not count (RFC 7672 §3.1.1).
        foreach (var record in usable)
        {
            if (record.Usage == TlsaSet.EndEntity && Fits(record, leaf))
                return (record, null);
        }

        var anchors = usable.Where(record => record.Usage != TlsaSet.EndEntity).ToList();
        if (anchors.Count == 0)
            return (null, OurEvidence.CertificateHasKey.Say(Digest(leaf)));
        var (anchored, why) = FindAnchor(anchors, leaf, sent, now);
        if (anchored is null)
            return (null, why);
        return names.Any(name => leaf.MatchesHostname(name))
            ? (anchored, null)
            : (null, OurEvidence.CertificateLacksNames.Say(string.Join(", ", names)));
    }

    /// <summary>Whether the record describes that certificate.</summary>
    public static bool Fits(TlsaRecord record, X509Certificate2 certificate)
    {
        byte[] data = record.Selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        byte[] digest = record.MatchingType switch
        {
            1 => SHA256.HashData(data),
            2 => SHA512.HashData(data),
            _ => data,
        };
        return Convert.ToHexStringLower(digest).Equals(record.Data, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>SHA-256 of its public key, as in a record <c>3 1 1</c>.</summary>
    public static string Digest(X509Certificate2 certificate) =>
        Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static (TlsaRecord? Record, Finding? Why) FindAnchor(
        List<TlsaRecord> anchors, X509Certificate2 leaf, IReadOnlyList<X509Certificate2> sent, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.ExtraStore.AddRange(sent.ToArray());
        foreach (var full in anchors.Where(record => record is { Selector: 0, MatchingType: 0 }))
        {
            // An anchor that is in DNS as a whole need not be sent (RFC 7671 §5.2.1).
            if (Read(full.Data) is { } anchor)
                policy.ExtraStore.Add(anchor);
        }

        chain.Build(leaf);
        for (int i = 1; i < chain.ChainElements.Count; i++)
        {
            if (anchors.Find(record => Fits(record, chain.ChainElements[i].Certificate)) is not { } record)
                continue;
            var wrong = chain.ChainElements.Take(i).SelectMany(element => element.ChainElementStatus)
                .Concat(chain.ChainElements[i].ChainElementStatus.Where(status => status.Status != X509ChainStatusFlags.NotTimeValid))
                .FirstOrDefault(status => (status.Status & ~Ignored) != 0);
            return wrong.Status == 0 ? (record, null) : (null, OurEvidence.CertificateChainBroken.Say(wrong.Status.ToString()));
        }

        return (null, OurEvidence.CertificateNotAnchored.Say());
    }

    private static X509Certificate2? Read(string data)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(Convert.FromHexString(data));
        }
        catch (Exception broken) when (broken is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
