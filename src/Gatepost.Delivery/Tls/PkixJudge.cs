using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>
/// Checks a server's certificate as MTA-STS (RFC 8461 §4.2) and REQUIRETLS (RFC 8689 §4.2.1) want it: valid now, for the host's name, by an
/// authority.
/// </summary>
/// <param name="refuse">The refusal for a host, with what is wrong; null only records what is wrong.</param>
internal sealed class PkixJudge(Func<string, Finding, Reply>? refuse) : IReportedJudge
{
    public Finding? Fault { get; private set; }

    public CertificateVerdict Judge(PeerTarget target, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = null;
        if (errors == SslPolicyErrors.None)
            return new CertificateVerdict(OurEvidence.CertificateValid.Say(target.Host), null);
        var cause = Describe(certificate, chain, errors);
        Fault = cause;
        return new CertificateVerdict(OurEvidence.StsCertificateInvalid.Say(target.Host, cause), refuse?.Invoke(target.Host, cause));
    }

    /// <summary>What is wrong with a certificate, in a few words.</summary>
    private static Finding Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return OurEvidence.CertificateMissing.Say();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return OurEvidence.CertificateNamesOthers.Say(string.Join(", ", CertificateNames.Of(certificate).Take(3)));
        var status = chain?.ChainStatus.FirstOrDefault(status => status.Status != X509ChainStatusFlags.NoError) ?? default;
        return status.Status switch
        {
            X509ChainStatusFlags.NotTimeValid => OurEvidence.CertificateNotValidNow.Say(
                $"{certificate.NotBefore.ToUniversalTime():u}", $"{certificate.NotAfter.ToUniversalTime():u}"),
            X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => OurEvidence.CertificateUntrusted.Say(),
            _ => OurEvidence.CertificateChainBroken.Say(status.Status.ToString()),
        };
    }
}
