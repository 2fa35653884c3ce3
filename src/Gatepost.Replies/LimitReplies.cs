using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Sizes, counts, times, and the server's own state.</summary>
public static class LimitReplies
{
    // One command or message
    public static ReplyEntry CommandTooLong { get; } =
        Entry("command-too-long", 500, "5.5.2", "Error: command line longer than {limit} octets", Reason.ProtocolError,
            source: "RFC 5321 §4.5.3.1.4");
    public static ReplyEntry MessageTooBig { get; } = Entry(
        "message-too-big", 552, "5.3.4", "Message size exceeds fixed limit of {limit} octets", Reason.MessageTooBig, source: "RFC 1870 §6");

    // One session
    public static ReplyEntry TooManyErrors { get; } = Entry(
        "too-many-errors", 421, "4.7.0", "{host} Error: too many errors", Reason.TooManyErrors);
    public static ReplyEntry TooManyRefusals { get; } = Entry(
        "too-many-refusals", 421, "4.7.0", "{host} Error: too many refused addresses in one session", Reason.TooManyErrors);
    public static ReplyEntry TooManyCommands { get; } = Entry(
        "too-many-commands", 421, "4.7.0", "{host} Error: too many commands without a message", Reason.TooManyErrors);
    public static ReplyEntry TooManyLogins { get; } = Entry(
        "too-many-logins", 421, "4.7.0", "{host} Error: too many failed log-ins", Reason.TooManyErrors);
    public static ReplyEntry TooManyMessages { get; } = Entry(
        "too-many-messages", 421, "4.7.0", "{host} Error: too many messages in one session; open another", Reason.RateLimited);

    // Time
    public static ReplyEntry CommandTimeout { get; } =
        Entry("command-timeout", 421, "4.4.2", "{host} Error: timeout exceeded: no complete command for {seconds} s",
            Reason.HostUnreachable, source: "RFC 5321 §4.5.3.2.7");
    public static ReplyEntry DataTimeout { get; } = Entry(
        "data-timeout", 421, "4.4.2", "{host} Error: timeout exceeded: message stopped after {octets} octets; nothing was queued",
        Reason.HostUnreachable, source: "RFC 5321 §4.5.3.2.5");
    public static ReplyEntry DataTimeoutAtBareLineEnd { get; } =
        Entry(
            "data-timeout-bare-line-end", 421, "4.4.2",
            "{host} Error: timeout exceeded: no CR LF . CR LF came, but bare line ends; lines must end with CR LF", Reason.MessageMalformed,
            source: "RFC 5321 §2.3.8");
    public static ReplyEntry DataTooSlow { get; } = Entry(
        "data-too-slow", 421, "4.4.2", "{host} Error: message came too slowly: {octets} octets in {seconds} s; nothing was queued",
        Reason.HostUnreachable);

    // Everybody together
    public static ReplyEntry TooManyConnectionsFromClient { get; } =
        Entry("too-many-connections-from-client", 421, "4.7.0", "{host} Error: too many connections from {client}: {limit} at a time",
            Reason.RateLimited);
    public static ReplyEntry TooManyConnections { get; } = Entry(
        "too-many-connections", 421, "4.3.2", "{host} Error: too many connections in all; try again later", Reason.SystemError);
    public static ReplyEntry ShuttingDown { get; } = Entry(
        "shutting-down", 421, "4.3.2", "{host} Service shutting down; try again later", Reason.SystemError, source: "RFC 5321 §3.8");

    // The server's own failures
    public static ReplyEntry LocalProblem { get; } = Entry(
        "local-problem", 451, "4.3.0", "Error: local problem; try again later", Reason.SystemError);
    public static ReplyEntry JudgementTimeout { get; } = Entry(
        "judgement-timeout", 421, "4.3.0", "{host} Error: local problem: a check took too long; try again later", Reason.SystemError);
    public static ReplyEntry StoreFull { get; } = Entry(
        "store-full", 452, "4.3.1", "Insufficient system storage; try again later", Reason.SystemFull, source: "RFC 5321 §4.2.2");
    public static ReplyEntry StoreBroken { get; } = Entry(
        "store-broken", 451, "4.3.0", "Error: message could not be kept; try again later", Reason.SystemError);
}
