using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>The protocol's own replies: greeting, order, syntax, TLS, log-in.</summary>
public static class ProtocolReplies
{
    // Good news
    public static ReplyEntry Greeting { get; } = Entry("greeting", 220, null, "{host} ESMTP Gatepost", source: "RFC 5321 §4.3.1");
    public static ReplyEntry LmtpGreeting { get; } = Entry("lmtp-greeting", 220, null, "{host} LMTP Gatepost", source: "RFC 2033 §4.1");
    public static ReplyEntry HelloBack { get; } = Entry("hello", 250, null, "{host}", source: "RFC 5321 §4.1.1.1");
    public static ReplyEntry EhloBack { get; } = Entry("ehlo", 250, null, "{keywords}", source: "RFC 5321 §4.1.1.1");
    public static ReplyEntry Ok { get; } = Entry("ok", 250, "2.0.0", "Ok");
    public static ReplyEntry SenderOk { get; } = Entry("sender-ok", 250, "2.1.0", "Ok");
    public static ReplyEntry RecipientOk { get; } = Entry("recipient-ok", 250, "2.1.5", "Ok");
    public static ReplyEntry ChunkOk { get; } = Entry("chunk-ok", 250, "2.0.0", "Ok: {octets} octets so far", source: "RFC 3030 §2");
    public static ReplyEntry Queued { get; } = Entry("queued", 250, "2.0.0", "Ok: queued as {id}");
    public static ReplyEntry StartMailInput { get; } = Entry("start-mail-input", 354, null, "End data with <CR><LF>.<CR><LF>");
    public static ReplyEntry Bye { get; } = Entry("bye", 221, "2.0.0", "Bye");
    public static ReplyEntry Help { get; } =
        Entry(
            "help", 214, "2.0.0", "Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY STARTTLS AUTH QUIT\nWhat a reply means: "
            + "gatepost explain, or {url}");
    public static ReplyEntry HelpAsStatus { get; } = Entry("help-as-status", 211, "2.0.0", Help.Classic.Text, source: "RFC 5321 §4.2.2");
    public static ReplyEntry WillForward { get; } = Entry(
        "will-forward", 251, "2.1.5", "User not local; will forward to <{target}>", source: "RFC 5321 §3.4");
    public static ReplyEntry CannotVerify { get; } = Entry(
        "cannot-verify", 252, "2.0.0", "Addresses are not verified here; RCPT says", source: "RFC 5321 §3.5.3");

    // Order
    public static ReplyEntry BadSequence { get; } = Entry(
        "bad-sequence", 503, "5.5.1", "Error: {expected}", Reason.ProtocolError, source: "RFC 5321 §4.1.4");
    public static ReplyEntry SessionRefused { get; } =
        Entry(
            "session-refused", 503, "5.5.1", "Error: this session was refused at the greeting; only mail to postmaster is taken",
            Reason.AccessDenied, source: "RFC 5321 §3.1");
    public static ReplyEntry NoValidRecipients { get; } = Entry(
        "no-valid-recipients", 554, "5.5.1", "Error: no valid recipients", Reason.ProtocolError, source: "RFC 5321 §3.3");
    public static ReplyEntry BinaryNeedsBdat { get; } =
        Entry("binary-needs-bdat", 503, "5.5.1", "Error: BODY=BINARYMIME is sent with BDAT, not DATA", Reason.ProtocolError,
            source: "RFC 3030 §3");
    public static ReplyEntry ChunksBegun { get; } = Entry(
        "chunks-begun", 503, "5.5.1", "Error: this message began with BDAT and goes on with BDAT", Reason.ProtocolError,
        source: "RFC 3030 §2");
    public static ReplyEntry ChunkAfterFailure { get; } =
        Entry("chunk-after-failure", 503, "5.5.1", "Error: an earlier BDAT was refused; RSET, then MAIL", Reason.ProtocolError,
            source: "RFC 3030 §2");

    // Syntax
    public static ReplyEntry UnknownCommand { get; } = Entry(
        "unknown-command", 500, "5.5.2", "Error: command not recognized", Reason.ProtocolError);
    public static ReplyEntry NotImplemented { get; } = Entry(
        "not-implemented", 502, "5.5.1", "Error: command not implemented", Reason.ProtocolError);
    public static ReplyEntry BadArgument { get; } = Entry("bad-argument", 501, "5.5.4", "Syntax: {syntax}", Reason.ProtocolError);
    public static ReplyEntry BadParameter { get; } = Entry(
        "bad-parameter", 501, "5.5.4", "Error: {parameter}: {problem}", Reason.ProtocolError);
    public static ReplyEntry UnknownParameter { get; } =
        Entry("unknown-parameter", 555, "5.5.4", "Error: {parameter}: parameter not recognized", Reason.ProtocolError,
            source: "RFC 5321 §4.1.1.11");
    public static ReplyEntry BadSenderAddress { get; } = Entry(
        "bad-sender-address", 501, "5.1.7", "<{address}>: Bad sender address syntax", Reason.SenderRefused, source: "RFC 5321 §4.1.2");
    public static ReplyEntry BadRecipientAddress { get; } =
        Entry("bad-recipient-address", 501, "5.1.3", "<{address}>: Bad recipient address syntax", Reason.AddressInvalid,
            source: "RFC 5321 §4.1.2");
    public static ReplyEntry SenderTooLong { get; } = Entry(
        "sender-too-long", 501, "5.1.7", "Error: sender address over {limit} octets", Reason.SenderRefused,
        source: "RFC 5321 §4.5.3.1.3");
    public static ReplyEntry RecipientTooLong { get; } = Entry(
        "recipient-too-long", 501, "5.1.3", "Error: recipient address over {limit} octets", Reason.AddressInvalid,
        source: "RFC 5321 §4.5.3.1.3");
    public static ReplyEntry AddressNeedsSmtpUtf8 { get; } =
        Entry("address-needs-smtputf8", 553, "5.6.7", "<{address}>: Non-ASCII address; say SMTPUTF8 with MAIL", Reason.ProtocolError,
            source: "RFC 6531 §3.5");
    public static ReplyEntry RequireTlsNeedsTls { get; } = Entry(
        "requiretls-needs-tls", 555, "5.5.4", "REQUIRETLS is not offered on this connection: begin TLS first", Reason.TlsRequired,
        source: "RFC 8689 §4.1");
    public static ReplyEntry BareLineFeedInCommand { get; } =
        Entry("bare-line-feed-in-command", 500, "5.5.2", "Error: bare LF received; command lines end with CR LF; closing",
            Reason.ProtocolError, source: "RFC 5321 §2.3.8");
    public static ReplyEntry TlsAtPlainPort { get; } = Entry(
        "tls-at-plain-port", 500, "5.5.1", "Error: TLS without STARTTLS; this port begins in clear and offers STARTTLS; closing",
        Reason.ProtocolError, source: "RFC 3207 §4");
    public static ReplyEntry PlainAtTlsPort { get; } = Entry(
        "plain-at-tls-port", 500, "5.5.1", "Error: this port begins with TLS, not in clear; closing", Reason.ProtocolError,
        source: "RFC 8314 §3.3");
    public static ReplyEntry ProxyHeaderUnexpected { get; } = Entry(
        "proxy-header-unexpected", 500, "5.5.1", "Error: no PROXY header is taken from [{client}]; closing", Reason.ProtocolError);
    public static ReplyEntry ControlInCommand { get; } = Entry(
        "control-in-command", 500, "5.5.2", "Error: control character in command line", Reason.ProtocolError, source: "RFC 5321 §4.1.2");
    public static ReplyEntry ChunkSizeUnreadable { get; } =
        Entry("chunk-size-unreadable", 501, "5.5.4", "Syntax: BDAT octets [LAST]; without a size the end of the chunk is unknown; closing",
            Reason.ProtocolError, source: "RFC 3030 §2");

    // The message's own form
    public static ReplyEntry BareLineEndInMessage { get; } =
        Entry("bare-line-end-in-message", 554, "5.6.0", "Error: message has a bare CR or LF; lines must end with CR LF",
            Reason.MessageMalformed, source: "RFC 5321 §2.3.8");
    public static ReplyEntry MessageLineTooLong { get; } =
        Entry("message-line-too-long", 554, "5.6.0", "Error: message has a line of more than {limit} octets", Reason.MessageMalformed,
            source: "RFC 5321 §4.5.3.1.6");

    // TLS
    public static ReplyEntry ReadyForTls { get; } = Entry("ready-for-tls", 220, "2.0.0", "Ready to start TLS", source: "RFC 3207 §4");
    public static ReplyEntry TlsUnavailable { get; } = Entry(
        "tls-unavailable", 454, "4.7.0", "TLS not available due to local problem", Reason.ConfigurationError, source: "RFC 3207 §4");
    public static ReplyEntry TlsRequired { get; } = Entry(
        "tls-required", 530, "5.7.0", "Must issue a STARTTLS command first", Reason.TlsRequired, source: "RFC 3207 §4");

    // Log-in
    public static ReplyEntry SaslChallenge { get; } = Entry("sasl-challenge", 334, null, "{challenge}", source: "RFC 4954 §4");
    public static ReplyEntry Authenticated { get; } = Entry(
        "authenticated", 235, "2.7.0", "Authentication successful", source: "RFC 4954 §6");
    public static ReplyEntry AuthNotOffered { get; } = Entry(
        "auth-not-offered", 503, "5.5.1", "Error: authentication not offered here", Reason.AccessDenied, source: "RFC 4954 §4");
    public static ReplyEntry AuthNeedsTls { get; } = Entry(
        "auth-needs-tls", 538, "5.7.11", "Encryption required: issue STARTTLS, then AUTH", Reason.TlsRequired, source: "RFC 4954 §6");
    public static ReplyEntry AuthMechanismUnknown { get; } = Entry(
        "auth-mechanism-unknown", 504, "5.5.4", "Error: {mechanism}: mechanism not offered", Reason.AuthFailed, source: "RFC 4954 §4");
    public static ReplyEntry AuthCancelled { get; } = Entry(
        "auth-cancelled", 501, "5.7.0", "Authentication cancelled by the client", Reason.AuthFailed, source: "RFC 4954 §4");
    public static ReplyEntry AuthUnreadable { get; } = Entry(
        "auth-unreadable", 501, "5.5.2", "Error: response is not valid base64", Reason.ProtocolError, source: "RFC 4954 §4");
    public static ReplyEntry AuthLineTooLong { get; } = Entry(
        "auth-line-too-long", 500, "5.5.6", "Error: authentication line is too long", Reason.ProtocolError, source: "RFC 4954 §4");
    public static ReplyEntry AuthBroken { get; } = Entry(
        "auth-broken", 454, "4.7.0", "Temporary authentication failure", Reason.SystemError, source: "RFC 4954 §6");

    // Another client's name (XCLIENT of Postfix)
    public static ReplyEntry XclientDenied { get; } = Entry(
        "xclient-denied", 550, "5.7.0", "Error: XCLIENT is not for this client", Reason.AccessDenied, source: "Postfix XCLIENT_README");
}
