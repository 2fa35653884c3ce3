using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Refusals of the name a client gives itself, or of the way it gives it.</summary>
public static class HelloReplies
{
    public static ReplyEntry HelloIsLocalhost { get; } = Entry(
        "hello-is-localhost", 550, "5.7.1", "<{helo}>: Helo command rejected: You aren't localhost", Reason.HeloRefused);

    public static ReplyEntry HelloIsLocalhostLocaldomain { get; } = Entry(
        "hello-is-localhost-localdomain", 550, "5.7.1", "<{helo}>: Helo command rejected: You aren't localhost.localdomain.",
            Reason.HeloRefused);

    public static ReplyEntry HelloIsOurName { get; } = Entry(
        "hello-is-our-name", 550, "5.7.1", "<{helo}>: Helo command rejected: You are not me", Reason.HeloRefused);

    public static ReplyEntry HelloMalformed { get; } = Entry(
        "hello-malformed", 501, "5.5.2", "<{helo}>: Helo command rejected: Invalid name", Reason.HeloRefused, source: "RFC 5321 §4.1.2");

    public static ReplyEntry HelloUnqualified { get; } = Entry(
        "hello-unqualified", 504, "5.5.2", "<{helo}>: Helo command rejected: need fully-qualified hostname", Reason.HeloRefused,
            source: "RFC 5321 §2.3.5");

    public static ReplyEntry EhloRequired { get; } = Entry(
        "ehlo-required", 550, "5.1.1", "Protocol error", Reason.ProtocolError,
        modern: new(550, "5.5.1", "Protocol error: EHLO is required here"));

    public static ReplyEntry ProtocolErrors { get; } = Entry(
        "protocol-error", 550, "5.1.1", "Protocol error", Reason.ProtocolError,
        modern: new(554, "5.5.0", "Protocol error: {what}"));
}
