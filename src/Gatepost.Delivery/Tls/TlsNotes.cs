using Gatepost.Delivery.Tls.Reports;
using Gatepost.Replies;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>Notes how TLS ended with the hosts of a domain, for reports to it (RFC 8460).</summary>
/// <remarks>
/// Mail by MX records only: a host of the configuration has its administrator's ear. Sessions that were opened without the domain's
/// policies (TLS-Required: No, as reports themselves have it) say nothing about them, and are not counted.
/// </remarks>
internal sealed class TlsNotes(string domain, ITlsResults results)
{
    /// <summary>What is wrong before any connection.</summary>
    public void Chosen(TlsChoice choice)
    {
        if (choice.Fault is { } fault)
            results.Note(fault);
    }

    /// <summary>A session, in clear or encrypted.</summary>
    public void Connected(TlsChoice choice, SmtpClientSession peer)
    {
        // One that its policy finds at fault was noted before.
        if (choice is not { Reported: { } policy, Fault: null or { Policy.Lines: [] } })
            return;
        var (target, fault) = (peer.Target, FaultOf(choice));
        TlsFailure? failure = fault is not null ? new(TypeOf(fault), target.Host, target.Address, ReasonOf(fault))
            : peer.IsEncrypted ? null
            : peer.Offers.StartTls ? new(TlsFailure.General, target.Host, target.Address, ClientReplies.TlsHandshakeFailed.Id)
            : new(TlsFailure.NoStartTls, target.Host, target.Address, null);
        results.Note(new TlsResult(domain, policy, failure));
    }

    /// <summary>No session, if TLS was the cause.</summary>
    public void Failed(TlsChoice choice, PeerTarget target, SmtpClientException failed)
    {
        if (failed.Stage != Stage.StartTls || choice.Reported is not { } policy)
            return;
        var entry = failed.Reply.Entry;
        var failure = entry == ClientReplies.TlsNotOffered || entry == ClientReplies.TlsRefused
            ? new TlsFailure(TlsFailure.NoStartTls, target.Host, target.Address, null)
            : FaultOf(choice) is { } fault ? new TlsFailure(TypeOf(fault), target.Host, target.Address, ReasonOf(fault))
            : new TlsFailure(TlsFailure.General, target.Host, target.Address, entry.Id);
        results.Note(new TlsResult(domain, policy, failure));
    }

    private static Finding? FaultOf(TlsChoice choice) => (choice.Demand?.Judge as IReportedJudge)?.Fault;

    private static string ReasonOf(Finding fault) => fault.Id;

    /// <summary>The word of RFC 8460 §4.3 for what is wrong with a certificate.</summary>
    private static string TypeOf(Finding fault) => fault.Entry switch
    {
        var entry when entry == OurEvidence.CertificateLacksNames || entry == OurEvidence.CertificateNamesOthers => TlsFailure.HostMismatch,
        var entry when entry == OurEvidence.CertificateNotValidNow => TlsFailure.Expired,
        var entry when entry == OurEvidence.CertificateChainBroken => TlsFailure.General,
        _ => TlsFailure.NotTrusted,
    };
}
