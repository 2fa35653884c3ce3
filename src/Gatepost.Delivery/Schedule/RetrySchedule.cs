namespace Gatepost.Delivery.Schedule;

/// <summary>When to try again, when to send a delay notice, when to give up.</summary>
/// <remarks>
/// The pause grows with the age of the message, so a message that could not even be tried (its destination was known to be down)
/// is treated like one that was. RFC 5321 §4.5.4.1: at least 30 minutes between tries, sooner while the message is young; give up after
/// 4 to 5 days.
/// </remarks>
public sealed record RetrySchedule
{
    /// <summary>The first pause, and the shortest.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest pause.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Part of a pause by which it is shortened or lengthened at random, 0 to 0.5: what failed together does not come back together.
    /// </summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>When the sender gets the one notice that delivery takes long. Zero for never.</summary>
    public TimeSpan DelayNoticeAfter { get; init; } = TimeSpan.FromHours(4);

    /// <summary>After this age the next failure is the last.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>The instant of the next try.</summary>
    /// <param name="arrived">When the message became ours.</param>
    /// <param name="now">When the try ended that did not succeed.</param>
    /// <param name="chance">0 to 1, at random.</param>
    /// <returns>Never later than the end of the message's life, so that there is a last try then.</returns>
    public DateTimeOffset Next(DateTimeOffset arrived, DateTimeOffset now, double chance)
    {
        var pause = now - arrived;
        if (pause < First)
            pause = First;
        if (pause > Longest)
            pause = Longest;
        pause *= 1 - Jitter + (2 * Jitter * chance);
        var next = now + pause;
        var end = arrived + GiveUpAfter;
        return next > end && end > now ? end : next;
    }

    public bool IsOver(DateTimeOffset arrived, DateTimeOffset now) => now - arrived >= GiveUpAfter;

    public bool WantsDelayNotice(DateTimeOffset arrived, DateTimeOffset now) =>
        DelayNoticeAfter > TimeSpan.Zero && now - arrived >= DelayNoticeAfter;

    /// <summary>What is wrong with these values, in the administrator's words.</summary>
    public IEnumerable<string> Problems()
    {
        if (First <= TimeSpan.Zero)
            yield return $"retry-first is {First}: it must be positive, for example \"5m\"";
        if (Longest < First)
            yield return $"retry-longest ({Show(Longest)}) is shorter than retry-first ({Show(First)}): exchange them";
        if (Jitter is < 0 or > 0.5 or double.NaN)
            yield return $"the jitter of waits is {Jitter}: it must be between 0 and 0.5";
        if (GiveUpAfter <= TimeSpan.Zero)
            yield return $"expire is {GiveUpAfter}: it must be positive; 4 to 5 days are usual";
        else if (DelayNoticeAfter >= GiveUpAfter)
            yield return $"delay-notice ({Show(DelayNoticeAfter)}) must come before expire ({Show(GiveUpAfter)}); write \"0s\" for no "
                + $"notice";
    }

    private static string Show(TimeSpan time) =>
        time.Ticks % TimeSpan.TicksPerDay == 0 ? $"{time.Days}d" : time.Ticks % TimeSpan.TicksPerHour == 0 ? $"{time.TotalHours}h"
            : $"{time}";
}
