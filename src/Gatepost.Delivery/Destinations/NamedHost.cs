using Gatepost.Delivery.Attempts;
using Gatepost.Delivery.Queue;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Delivery.Destinations;

/// <summary>
/// A host that the administrator named: a smarthost, a transport, a store of mailboxes. What it says about <i>us</i> is for the
/// administrator to fix, so the mail waits; only what it says about sender, recipient or message goes to the author.
/// </summary>
internal static class NamedHost
{
    /// <summary>About us whatever the stage.</summary>
    private static readonly HashSet<Reason> AboutUs =
    [
        Reason.AuthRequired, Reason.AuthFailed, Reason.RelayDenied, Reason.RateLimited, Reason.QuotaExceeded, Reason.TooManyErrors,
        Reason.SenderSuspended, Reason.TlsRequired,
    ];

    /// <summary>About our address or name, unless they answer the message: then a filter may mean what is in it.</summary>
    internal static readonly HashSet<Reason> AboutOurAddress =
        [Reason.ClientBlocked, Reason.ReputationBad, Reason.RdnsMissing, Reason.HeloRefused];

    private static readonly HashSet<ReplyEntry> NotReached =
    [
        ClientReplies.NetworkUnreachable, ClientReplies.ConnectTimedOut, ClientReplies.ConnectionRefused, ClientReplies.HostUnreachable,
        ClientReplies.ConnectFailed,
    ];

    /// <summary>Replies that want the administrator, not patience.</summary>
    private static readonly HashSet<ReplyEntry> Alarming =
    [
        DeliveryReplies.NextHostRefuses, ClientReplies.LoginRefused, ClientReplies.LoginNotOffered, ClientReplies.LoginSecretMissing,
        ClientReplies.TlsNotOffered, ClientReplies.TlsRefused, ClientReplies.TlsHandshakeFailed, ClientReplies.DaneMismatch,
        ClientReplies.DaneMissing, ClientReplies.SourceAddressMissing, ClientReplies.SocketMissing,
        ClientReplies.SocketDenied, ClientReplies.SocketNotListening,
    ];

    public static bool Is(Destination destination) => destination.Kind is DestinationKind.SmtpHost or DestinationKind.Lmtp;

    /// <summary>The result with the reason that holds for a host of our own choice; unchanged for others.</summary>
    public static RecipientResult Judge(Destination destination, RecipientResult result)
    {
        if (!Is(destination))
            return result;
        if (NotReached.Contains(result.Reply.Entry))
        {
            var entry = destination.Kind == DestinationKind.Lmtp
                ? DeliveryReplies.MailboxHostUnreachable
                : DeliveryReplies.NextHostUnreachable;
            return result with { Reply = entry.Say(("host", destination.Name), ("cause", result.Reply.Text)) };
        }

        return result is { Outcome: Outcome.Failed, Reply.WasReceived: true } && IsAboutUs(result.Reply, result.Stage)
            ? result with { Reply = DeliveryReplies.NextHostRefuses.Say(("host", destination.Name), ("words", result.Reply.ToString())) }
            : result;
    }

    /// <summary>Whether an administrator must act before mail can go this way.</summary>
    public static bool IsAlarming(RecipientResult result) => Alarming.Contains(result.Reply.Entry);

    /// <summary>Before MAIL no message has been spoken of; afterwards the words decide.</summary>
    public static bool IsAboutUs(Reply reply, Stage stage)
    {
        if (stage is Stage.Connect or Stage.Greeting or Stage.Hello or Stage.StartTls or Stage.Authenticate)
            return true;
        return reply.Entry.Reason is { } reason
            && (AboutUs.Contains(reason)
                || (reason == Reason.AccessDenied && stage == Stage.MailFrom)
                || (AboutOurAddress.Contains(reason) && stage is (Stage.MailFrom or Stage.RcptTo)));
    }
}
