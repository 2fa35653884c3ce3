using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Smtp.Client;

namespace Gatepost.Delivery.Tls;

/// <summary>Which session may carry a message, by what its sender asks of TLS (RFC 8689).</summary>
internal static class SessionTls
{
    /// <summary>Whether an open session may carry it: one opened without the domain's policies only what asks for that.</summary>
    public static bool Fits(SmtpClientSession peer, TlsRequest request) => request switch
    {
        TlsRequest.Required => peer is { IsEncrypted: true, Target.Tls.IsAuthenticated: true, Offers.RequireTls: true },
        TlsRequest.Optional => true,
        _ => peer.Target.Tls is not { IsOfMessage: true },
    };

    /// <summary>Why a session that was opened for a message cannot carry it; null if it can.</summary>
    public static Reply? Objection(SmtpClientSession peer, TlsRequest request) => request == TlsRequest.Required && !Fits(peer, request)
        ? TlsPolicies.RequireTlsUnmet(peer.Target.Host, OurEvidence.RequireTlsNotOffered.Say())
        : null;

    /// <summary>Whether a failure to get a session holds up other mail too: a demand of one message is not theirs.</summary>
    public static bool IsOfDestination(TlsRequest request, Stage stage) => request != TlsRequest.Required || stage != Stage.StartTls;

    /// <summary>
    /// What a failed session means for the message: under REQUIRETLS a server without TLS or with the wrong certificate is no reason to
    /// wait, and the sender learns it now.
    /// </summary>
    public static Reply Under(TlsRequest request, Reply failure, string host)
    {
        bool isFinal = request == TlsRequest.Required
            && (failure.Entry == ClientReplies.TlsNotOffered || failure.Entry == ClientReplies.DaneMismatch);
        return isFinal ? TlsPolicies.RequireTlsUnmet(host, OurEvidence.Quoted.Say(failure.Text)) : failure;
    }
}
