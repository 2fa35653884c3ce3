using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>
/// Checks a server's certificate as MTA-STS wants it: valid now, for the MX host's name, by an authority (RFC 8461 §4.2).
/// </summary>
/// <param name="isEnforced">False only records what is wrong.</param>
internal sealed class StsJudge(string domain, bool isEnforced) : ICertificateJudge
{
    public CertificateVerdict Judge(PeerTarget target, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return new CertificateVerdict(OurEvidence.CertificateValid.Say(target.Host), null);
        string cause = Describe(certificate, chain, errors);
        var refusal = isEnforced
            ? ClientReplies.StsCertificateInvalid.Say(("domain", domain), ("host", target.Host), ("cause", cause))
            : null;
        return new CertificateVerdict(OurEvidence.StsCertificateInvalid.Say(target.Host, cause), refusal);
    }

    /// <summary>What is wrong with a certificate, in a few words.</summary>
    private static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "it shows no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"it is for {string.Join(", ", CertificateNames.Of(certificate).Take(3))}";
        var status = chain?.ChainStatus.FirstOrDefault(status => status.Status != X509ChainStatusFlags.NoError) ?? default;
        return status.Status switch
        {
            X509ChainStatusFlags.NotTimeValid => $"it is out of date, or not valid yet ({certificate.NotAfter.ToUniversalTime():u})",
            X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => "no known authority vouches for it",
            _ => status.StatusInformation?.Trim() is { Length: > 0 } words ? words : "its chain does not hold",
        };
    }
}
