using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>What our own client can meet on its way to another server. None of these crosses a wire; they are recorded on the
/// attempt.</summary>
/// <remarks>
/// The numbers are those that mail programs print in the place of a reply code: errno values (101, 110, 111, 113) and enhanced codes
/// with the dots removed. Whether the queue goes on is decided by the class of the status, never by the number.
/// </remarks>
public static class ClientReplies
{
    // Connecting
    public static ReplyEntry NetworkUnreachable { get; } =
        Condition("network-unreachable", 101, "4.4.1", "connect to {host}[{address}]:{port}: Network is unreachable",
            Reason.HostUnreachable, source: "errno ENETUNREACH");
    public static ReplyEntry ConnectTimedOut { get; } =
        Condition("connect-timeout", 110, "4.4.1", "connect to {host}[{address}]:{port}: no answer within {seconds} s",
            Reason.HostUnreachable, source: "errno ETIMEDOUT");
    public static ReplyEntry ConnectionRefused { get; } =
        Condition("connection-refused", 111, "4.4.1", "connect to {host}[{address}]:{port}: Connection refused", Reason.HostUnreachable,
            source: "errno ECONNREFUSED");
    public static ReplyEntry HostUnreachable { get; } =
        Condition("host-unreachable", 113, "4.4.1", "connect to {host}[{address}]:{port}: No route to host", Reason.HostUnreachable,
            source: "errno EHOSTUNREACH");
    public static ReplyEntry ConnectFailed { get; } = Condition(
        "connect-failed", 100, "4.4.1", "connect to {host}[{address}]:{port}: {cause}", Reason.HostUnreachable);

    public static ReplyEntry SourceAddressMissing { get; } = Condition(
        "source-address-missing", 435, "4.3.5",
        "connect to {host}[{address}]:{port}: the address to send from, {source}, is not on this machine", Reason.ConfigurationError,
        source: "errno EADDRNOTAVAIL", actors: Actors.SenderAdmin);

    // A socket of the mailbox store on this machine
    public static ReplyEntry SocketMissing { get; } = Condition(
        "socket-missing", 100, "4.4.1", "connect to {path}: there is no such socket", Reason.LocalDeliveryFailed, source: "errno ENOENT");
    public static ReplyEntry SocketDenied { get; } = Condition(
        "socket-denied", 100, "4.4.1", "connect to {path}: the user of this server may not reach this socket", Reason.LocalDeliveryFailed,
        source: "errno EACCES");
    public static ReplyEntry SocketNotListening { get; } = Condition(
        "socket-not-listening", 111, "4.4.1", "connect to {path}: no program listens at this socket", Reason.LocalDeliveryFailed,
        source: "errno ECONNREFUSED");
    public static ReplyEntry SocketFailed { get; } = Condition(
        "socket-failed", 100, "4.4.1", "connect to {path}: {cause}", Reason.LocalDeliveryFailed);

    // Logging in
    public static ReplyEntry LoginRefused { get; } = Condition(
        "login-refused", 478, "4.7.8", "{host}[{address}] did not accept our log-in as {user}: {words}", Reason.AuthFailed,
        source: "RFC 4954 §6", actors: Actors.SenderAdmin);
    public static ReplyEntry LoginNotOffered { get; } = Condition(
        "login-not-offered", 474, "4.7.4", "{host}[{address}] offers no way to log in that this server can use (offered: {mechanisms})",
        Reason.AuthFailed, source: "RFC 4954 §3", actors: Actors.SenderAdmin);
    public static ReplyEntry LoginSecretMissing { get; } = Condition(
        "login-secret-missing", 435, "4.3.5", "the password to log in at {host} as {user} could not be read: {cause}",
        Reason.ConfigurationError, actors: Actors.SenderAdmin);

    // Talking
    public static ReplyEntry HostSilent { get; } = Condition(
        "host-silent", 441, "4.4.1", "{host}[{address}] accepted the connection and then sent no greeting within {seconds} s",
        Reason.HostUnreachable, source: "RFC 5321 §4.5.3.2.1");
    public static ReplyEntry TimedOut { get; } = Condition(
        "timed-out", 420, "4.4.2", "{host}[{address}] did not answer {stage} within {seconds} s", Reason.HostUnreachable,
        source: "RFC 5321 §4.5.3.2");
    public static ReplyEntry LostConnection { get; } =
        Condition("lost-connection", 442, "4.4.2", "lost connection with {host}[{address}] at {stage}: {cause}", Reason.HostUnreachable,
            source: "RFC 3463 §3.5");
    public static ReplyEntry LostAfterData { get; } =
        Condition(
            "lost-after-data", 442, "4.4.2",
            "lost connection with {host}[{address}] after the whole message was sent and before the answer: it may arrive twice",
            Reason.HostUnreachable, source: "RFC 1047");
    public static ReplyEntry ReplyUnintelligible { get; } =
        Condition("reply-unintelligible", 448, "4.5.0", "{host}[{address}] answered {stage} with what is no SMTP reply: {words}",
            Reason.ProtocolError, source: "RFC 5321 §4.2");

    // Encryption
    public static ReplyEntry TlsHandshakeFailed { get; } = Condition(
        "tls-handshake-failed", 475, "4.7.5", "TLS with {host}[{address}] failed: {cause}", Reason.TlsFailed, source: "RFC 3207 §4.1");
    public static ReplyEntry TlsNotOffered { get; } =
        Condition("tls-not-offered", 474, "4.7.4", "{host}[{address}] offers no TLS, and {by} demands it", Reason.TlsFailed,
            source: "RFC 3207 §4");
    public static ReplyEntry TlsRefused { get; } = Condition(
        "tls-refused", 474, "4.7.4", "{host}[{address}] offers TLS and then refused it, and {by} demands it: {words}", Reason.TlsFailed,
        source: "RFC 3207 §4");
    public static ReplyEntry DaneMismatch { get; } = Condition(
        "dane-mismatch", 475, "4.7.5", "TLS demanded by DANE: TLSA {records} of {host} did not match: {cause}", Reason.TlsFailed,
        source: "RFC 7672 §2.2");
    public static ReplyEntry DaneUnanswered { get; } = Condition(
        "dane-unanswered", 475, "4.7.5",
        "the TLSA records of {host} could not be found out, so by DANE nothing may be sent to it: {cause}", Reason.TlsFailed,
        source: "RFC 7672 §2.1.2");
    public static ReplyEntry DaneMissing { get; } = Condition(
        "dane-missing", 475, "4.7.5", "the configuration demands DANE for {host}: {cause}", Reason.TlsFailed,
        source: "RFC 7672 §2.2", actors: Actors.SenderAdmin | Actors.RecipientAdmin);
    public static ReplyEntry StsHostNotListed { get; } = Condition(
        "mta-sts-host-not-listed", 475, "4.7.5", "TLS demanded by MTA-STS of {domain}: its policy does not list {host} (it lists {hosts})",
        Reason.TlsFailed, source: "RFC 8461 §4.1");
    public static ReplyEntry StsCertificateInvalid { get; } = Condition(
        "mta-sts-certificate-invalid", 475, "4.7.5",
        "TLS demanded by MTA-STS of {domain}: the certificate of {host} is not valid for it: {cause}",
        Reason.TlsFailed, source: "RFC 8461 §4.2");

    public static ReplyEntry RequireTlsUnanswered { get; } = Condition(
        "requiretls-unanswered", 475, "4.7.5",
        "the sender demands TLS on the whole way (REQUIRETLS), and whether {host} is the right server could not be found out: {cause}",
        Reason.TlsFailed, source: "RFC 8689 §4.2.1");

    public static ReplyEntry RequireTlsUnmet { get; } = Condition(
        "requiretls-unmet", 573, "5.7.30", "the sender demands TLS on the whole way (REQUIRETLS), and {host} cannot be given it: {cause}",
        Reason.TlsFailed, source: "RFC 8689 §4.2.1", actors: Actors.Sender | Actors.RecipientAdmin);

    // What the peer cannot take
    public static ReplyEntry PeerSizeLimit { get; } =
        Condition("peer-size-limit", 534, "5.3.4", "{host} takes messages of at most {limit} octets; this one has {size}",
            Reason.MessageTooBig, source: "RFC 1870 §6.1");
    public static ReplyEntry PeerNotEightBit { get; } =
        Condition("peer-not-8bit", 563, "5.6.3", "{host} does not take 8-bit text and the message holds some", Reason.ContentRefused,
            source: "RFC 6152 §3");
    public static ReplyEntry PeerNotBinary { get; } =
        Condition("peer-not-binary", 563, "5.6.3", "{host} does not take binary messages (CHUNKING and BINARYMIME) and this is one",
            Reason.ContentRefused, source: "RFC 3030 §3");
    public static ReplyEntry PeerNotUtf8 { get; } = Condition(
        "peer-not-utf8", 567, "5.6.7", "{host} does not take addresses beyond ASCII (SMTPUTF8) and the message has one",
        Reason.AddressInvalid, source: "RFC 6531 §3.2");
    public static ReplyEntry PeerNotUtf8Header { get; } = Condition(
        "peer-not-utf8-header", 567, "5.6.7", "{host} does not take header fields beyond ASCII (SMTPUTF8) and the message has one",
        Reason.ContentRefused, source: "RFC 6531 §3.2");
    public static ReplyEntry BareLineEnd { get; } = Condition(
        "bare-line-end", 560, "5.6.0", "the message holds a carriage return or line feed on its own, which no mail server may pass on",
        Reason.MessageMalformed, source: "RFC 5321 §2.3.8");
}
