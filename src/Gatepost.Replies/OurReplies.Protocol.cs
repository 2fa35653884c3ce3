namespace Gatepost.Replies;

/// <summary>The protocol's own replies: greeting, order, syntax, size, TLS, time-outs.</summary>
public static partial class OurReplies
{
    public static ReplyEntry Greeting { get; } = Entry("greeting", 220, null, "{host} ESMTP Gatepost", source: "RFC 5321 §4.3.1");
    public static ReplyEntry HelloBack { get; } = Entry("hello", 250, null, "{host}", source: "RFC 5321 §4.1.1.1");
    public static ReplyEntry EhloBack { get; } = Entry("ehlo", 250, null, "{keywords}", source: "RFC 5321 §4.1.1.1");
    public static ReplyEntry Ok { get; } = Entry("ok", 250, "2.0.0", "Ok");
    public static ReplyEntry SenderOk { get; } = Entry("sender-ok", 250, "2.1.0", "Ok");
    public static ReplyEntry RecipientOk { get; } = Entry("recipient-ok", 250, "2.1.5", "Ok");
    public static ReplyEntry Queued { get; } = Entry("queued", 250, "2.0.0", "Ok: queued as {id}");
    public static ReplyEntry StartMailInput { get; } = Entry("start-mail-input", 354, null, "End data with <CR><LF>.<CR><LF>");
    public static ReplyEntry Bye { get; } = Entry("bye", 221, "2.0.0", "Bye");
    public static ReplyEntry Help { get; } = Entry("help", 214, "2.0.0", "Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY STARTTLS QUIT\nWhat a reply means: gatepost explain, or {url}");
    public static ReplyEntry CannotVerify { get; } = Entry("cannot-verify", 252, "2.0.0", "Addresses are not verified here; RCPT tells");
    public static ReplyEntry ReadyForTls { get; } = Entry("ready-for-tls", 220, "2.0.0", "Ready to start TLS");
    public static ReplyEntry BadSequence { get; } = Entry("bad-sequence", 503, "5.5.1", "Error: {expected}", Reason.ProtocolError, source: "RFC 5321 §4.1.4");
    public static ReplyEntry UnknownCommand { get; } = Entry("unknown-command", 500, "5.5.2", "Error: command not recognized", Reason.ProtocolError);
    public static ReplyEntry NotImplemented { get; } = Entry("not-implemented", 502, "5.5.1", "Error: command not implemented", Reason.ProtocolError);
    public static ReplyEntry BadArgument { get; } = Entry("bad-argument", 501, "5.5.4", "Syntax: {syntax}", Reason.ProtocolError);
}
