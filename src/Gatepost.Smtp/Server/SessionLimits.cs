namespace Gatepost.Smtp.Server;

/// <summary>What one client may use up in one session. Sizes are octets on the wire.</summary>
public sealed record SessionLimits
{
    /// <summary>
    /// Largest message; larger ones get 552 5.3.4 by the rule <c>message-too-big</c>. Announced by EHLO (RFC 1870). Default 50 MiB, as most
    /// providers take 25 to 50.
    /// </summary>
    public long MaxMessage { get; init; } = 50 * 1024 * 1024;

    /// <summary>
    /// Longest line of a message without CRLF, for the rule <c>message-line-too-long</c>; null for any. RFC 5321 §4.5.3.1.6 says 998; mail
    /// with longer lines is common and passes unharmed, so the strict value is a choice.
    /// </summary>
    public int? MaxTextLine { get; init; }

    /// <summary>
    /// Recipients of one message; further ones get 452 4.5.3 by the rule <c>too-many-recipients</c>. RFC 5321 §4.5.3.1.8 asks for 100 or
    /// more.
    /// </summary>
    public int MaxRecipients { get; init; } = 100;

    /// <summary>Messages in one session; null for any number.</summary>
    public int? MaxMessages { get; init; }

    /// <summary>Errors of syntax and order before 421 4.7.0. As Postfix's hard error limit.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>Refused senders and recipients before 421 4.7.0: enough for an old mailing list, too few for guessing addresses.</summary>
    public int MaxRefusals { get; init; } = 100;

    /// <summary>
    /// Commands that bring no message further (NOOP, RSET, VRFY, HELP, EHLO, a recipient said again, an empty chunk) since the last
    /// message, before 421 4.7.0. As Postfix's junk command limit.
    /// </summary>
    public int MaxIdleCommands { get; init; } = 100;

    /// <summary>Failed log-ins before 421 4.7.0.</summary>
    public int MaxFailedLogins { get; init; } = 5;

    /// <summary>Time for one complete command, counted from the last reply. RFC 5321 §4.5.3.2.7 asks for 5 minutes or more.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest silence within a message (RFC 5321 §4.5.3.2.5 has 3 minutes for the client).</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// After <see cref="SlowDataGrace"/> a message must have come at this rate on average, octets a second: below what any modem does,
    /// above what only holds a connection open.
    /// </summary>
    internal const int MinDataRate = 256;

    /// <summary>How long a message may take whatever its rate.</summary>
    internal static readonly TimeSpan SlowDataGrace = TimeSpan.FromMinutes(10);

    /// <summary>Share of all connections, in percent, from which on the server is under stress and waits get short.</summary>
    internal const int StressPercent = 80;

    /// <summary>Time for one complete command under stress.</summary>
    internal static readonly TimeSpan StressedCommand = TimeSpan.FromSeconds(10);

    /// <summary>Longest silence within a message under stress.</summary>
    internal static readonly TimeSpan StressedSilence = TimeSpan.FromSeconds(20);

    /// <summary>As <see cref="MinDataRate"/>, under stress: what a slow telephone line does.</summary>
    internal const int StressedDataRate = 1024;

    /// <summary>As <see cref="SlowDataGrace"/>, under stress.</summary>
    internal static readonly TimeSpan StressedDataGrace = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for a client to take our replies off the wire; then the connection is cut without a word.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest TLS handshake, and longest wait for a PROXY header.</summary>
    internal static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest judgement at one stage; then 421 4.3.0. Must stay below the 10 minutes a client waits after its data (RFC 5321 §4.5.3.2.6).
    /// </summary>
    internal static readonly TimeSpan JudgementTimeout = TimeSpan.FromMinutes(4);

    /// <summary>What is wrong with these values, in the administrator's words. Ranges are checked where a value is read.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxTextLine is < 998)
            yield return $"line-length is {MaxTextLine}: RFC 5321 §4.5.3.1.6 asks for 998 or more";
        if (MaxMessage < 65536)
            yield return $"message-size is {MaxMessage} octets: RFC 5321 §4.5.3.1.7 asks for 65536 or more";
    }
}
