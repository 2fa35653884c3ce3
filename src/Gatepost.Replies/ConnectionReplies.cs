using static Gatepost.Replies.OurReplies;

namespace Gatepost.Replies;

/// <summary>Refusals of a client for what its address or its manners are.</summary>
public static class ConnectionReplies
{
    public static ReplyEntry ListedByDnsbl { get; } = Entry(
        "listed-by-dnsbl", 554, "5.7.1", "Service unavailable; Client host [{client}] blocked using {zone}; {listing}",
            Reason.ClientBlocked,
        source: "RFC 5782");

    /// <summary>The same cause in the words of servers that do not say it.</summary>
    public static ReplyEntry ListedByDnsblOpaque { get; } = Entry(
        "listed-by-dnsbl-opaque", 550, "5.3.2", "Service currently unavailable", Reason.ClientBlocked,
        modern: new(554, "5.7.1", "Service unavailable; Client host [{client}] blocked using {zone}; {listing}"),
        source: "RFC 5782");

    public static ReplyEntry TooManyMessagesFromClient { get; } = Entry(
        "too-many-messages-from-client", 550, "5.3.2", "Service currently unavailable", Reason.RateLimited,
        modern: new(450, "4.7.1", "Client host rejected: too many messages from [{client}], free again at {until}"));

    public static ReplyEntry TooManyConnectionsInTime { get; } = Entry(
        "too-many-connections-in-time", 550, "5.3.2", "Service currently unavailable", Reason.RateLimited,
        modern: new(421, "4.7.0", "Client host rejected: too many connections from [{client}], free again at {until}"));

    public static ReplyEntry ReverseNameMissing { get; } = Entry(
        "reverse-name-missing", 450, "4.7.1", "Client host rejected: cannot find your reverse hostname, [{client}]", Reason.RdnsMissing,
        modern: new(550, "5.7.25", "Client host rejected: cannot find your reverse hostname, [{client}]"),
        source: "RFC 7372 §3.3");

    /// <summary>The same cause in the words of servers that do not say it.</summary>
    public static ReplyEntry ReverseNameMissingOpaque { get; } = Entry(
        "reverse-name-missing-opaque", 550, "5.3.2", "Service currently unavailable", Reason.RdnsMissing,
        modern: new(550, "5.7.25", "Client host rejected: cannot find your reverse hostname, [{client}]"),
        source: "RFC 7372 §3.3");

    public static ReplyEntry ReverseLookupFailed { get; } = Entry(
        "reverse-lookup-failed", 451, "4.4.3", "Client host rejected: the lookup of your reverse hostname failed, [{client}]",
        Reason.DnsFailure,
        source: "RFC 7372 §3.3");

    public static ReplyEntry ReverseNameUnconfirmed { get; } = Entry(
        "reverse-name-unconfirmed", 450, "4.7.25", "Client host rejected: {name} does not point back to [{client}]", Reason.RdnsMissing,
        modern: new(550, "5.7.25", "Client host rejected: {name} does not point back to [{client}]"),
        source: "RFC 7372 §3.3");

    public static ReplyEntry PipelinedTooEarly { get; } = Entry(
        "pipelined-too-early", 503, "5.5.0", "Improper use of SMTP command pipelining", Reason.ProtocolError, source: "RFC 2920 §3.1");

    public static ReplyEntry SpokeTooEarly { get; } = Entry(
        "spoke-too-early", 550, "5.1.1", "Protocol error", Reason.ProtocolError,
        modern: new(554, "5.5.0", "Protocol error: the client spoke before the greeting"),
        source: "RFC 5321 §4.3.1");
}
