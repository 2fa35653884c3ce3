namespace Gatepost.Delivery.Shaping;

/// <summary>How much at once.</summary>
public sealed record ShapingOptions
{
    /// <summary>Attempts by SMTP running at the same time, all destinations together.</summary>
    public int MaxAttempts { get; init; } = 200;

    /// <summary>Attempts for Maildirs and LMTP running at the same time, beside <see cref="MaxAttempts"/>: slow strangers must not hold up local mail.</summary>
    public int MaxLocalAttempts { get; init; } = 50;

    /// <summary>Connections to one destination to begin with; grows with success.</summary>
    public int StartConcurrency { get; init; } = 4;

    /// <summary>Connections to one destination at most.</summary>
    public int MaxConcurrency { get; init; } = 20;

    /// <summary>How long a connection is kept for the next message.</summary>
    public TimeSpan IdleConnection { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Messages one worker sends before it lets other destinations have its place, where they wait.</summary>
    public int Turn { get; init; } = 20;

    /// <summary>The first pause of a destination that could not be reached; doubles with each failed probe.</summary>
    public TimeSpan FirstProbe { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan LongestProbe { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Messages waiting in memory for one destination; more stay in the queue until there is room.</summary>
    public int MaxWaiting { get; init; } = 500;

    /// <summary>Octets of message bodies waiting in memory, all destinations together.</summary>
    public long MaxWaitingOctets { get; init; } = 64 << 20;

    public IEnumerable<string> Problems()
    {
        if (MaxAttempts < 1)
            yield return $"max-attempts is {MaxAttempts}: nothing could be sent";
        if (MaxLocalAttempts < 1)
            yield return $"max-local-attempts is {MaxLocalAttempts}: nothing could be delivered";
        if (StartConcurrency < 1 || StartConcurrency > MaxConcurrency)
            yield return $"start-concurrency is {StartConcurrency}: it must lie between 1 and max-concurrency ({MaxConcurrency})";
        if (IdleConnection < TimeSpan.Zero)
            yield return $"idle-connection is {IdleConnection}: it must not be negative";
        if (Turn < 1)
            yield return $"turn is {Turn}: it must be 1 or more";
        if (FirstProbe <= TimeSpan.Zero || LongestProbe < FirstProbe)
            yield return $"first-probe is {FirstProbe} and longest-probe {LongestProbe}: both must be positive, the second not the shorter";
        if (MaxWaiting < 1)
            yield return $"max-waiting is {MaxWaiting}: it must be 1 or more";
    }
}
