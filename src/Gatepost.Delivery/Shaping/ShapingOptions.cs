namespace Gatepost.Delivery.Shaping;

/// <summary>How many deliveries run together.</summary>
public sealed record ShapingOptions
{
    /// <summary>Attempts by SMTP running at the same time, all destinations together.</summary>
    public int MaxAttempts { get; init; } = 100;

    /// <summary>
    /// Attempts for Maildirs and LMTP running at the same time, beside <see cref="MaxAttempts"/>: slow hosts of others must not hold up
    /// local mail. More than the threads that write Maildirs and than an LMTP server usually takes.
    /// </summary>
    internal const int MaxLocalAttempts = 50;

    /// <summary>Connections to one destination to begin with; grows with success.</summary>
    public int StartConcurrency { get; init; } = 4;

    /// <summary>Connections to one destination at most.</summary>
    public int MaxConcurrency { get; init; } = 20;

    /// <summary>
    /// How long a connection is kept for the next message: shorter than any server's patience, long enough for mail on its way in.
    /// </summary>
    internal static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(4);

    /// <summary>Messages one worker sends before it lets other destinations have its place, where they wait.</summary>
    public int Turn { get; init; } = 20;

    /// <summary>The first pause of a destination that could not be reached; doubles with each failed probe.</summary>
    public TimeSpan FirstProbe { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan LongestProbe { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Messages waiting in memory for one destination; more stay in the queue until there is room.</summary>
    public int MaxWaiting { get; init; } = 500;

    /// <summary>
    /// Octets of message bodies waiting in memory, all destinations together; others are read from the queue when they are next.
    /// </summary>
    internal const long MaxWaitingOctets = 64 << 20;

    /// <summary>What is wrong with these values, in the administrator's words.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxAttempts < 1)
            yield return $"connections is {MaxAttempts}: nothing could be sent";
        if (MaxConcurrency < 1)
            yield return $"connections-per-destination is {MaxConcurrency}: nothing could be sent";
        if (FirstProbe <= TimeSpan.Zero || LongestProbe < FirstProbe)
            yield return $"the first probe is after {FirstProbe}, the longest wait {LongestProbe}: both must be positive, the second not "
                + $"the shorter";
    }
}
