using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Replies;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>Checks a server's certificate by TLSA records alone (RFC 7672 §3).</summary>
/// <param name="names">Names one of which it must have, for usage 2.</param>
internal sealed class DaneJudge(TlsaSet records, IReadOnlyList<string> names, TimeProvider time) : IReportedJudge
{
    public Finding? Fault { get; private set; }

    public CertificateVerdict Judge(PeerTarget target, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = null;
        if (certificate is null)
            return Refuse(target, OurEvidence.CertificateMissing.Say());
        var (record, why) = TlsaMatch.Find(
            records.Usable, certificate, [.. chain?.ChainPolicy.ExtraStore ?? []], names, time.GetUtcNow());
        return record is null
            ? Refuse(target, why!)
            : new CertificateVerdict(OurEvidence.DaneMatched.Say(record.ToString(), target.Host), null);
    }

    private CertificateVerdict Refuse(PeerTarget target, Finding why)
    {
        Fault = why;
        var reply = ClientReplies.DaneMismatch.Say(("host", target.Host), ("records", records.Summary), ("cause", why));
        return new CertificateVerdict(OurEvidence.DaneMismatched.Say(records.Summary, target.Host, why), reply);
    }
}
