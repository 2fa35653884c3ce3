namespace Gatepost.Tour;

/// <summary>The real time, which the tour may put forward: no one waits five days to see a message returned, or two minutes for a
/// server that stays silent. Timers that fall due on the way fire.</summary>
internal sealed class TourClock(TimeProvider real) : TimeProvider
{
    private readonly TimeProvider real = real;
    private readonly Lock sync = new();
    private readonly HashSet<Waiting> timers = [];
    private long ahead;

    /// <summary>Puts the time forward.</summary>
    public void Move(TimeSpan by)
    {
        Interlocked.Add(ref ahead, by.Ticks);
        Waiting[] all;
        lock (sync)
            all = [.. timers];
        foreach (var timer in all)
            timer.Follow();
    }

    /// <summary>Whether anything waits for as long as this.</summary>
    public bool IsWaitedFor(TimeSpan time)
    {
        lock (sync)
            return timers.Any(timer => timer.WaitsFor(time));
    }

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override long GetTimestamp() => real.GetTimestamp()
        + (long)(TimeSpan.FromTicks(Interlocked.Read(ref ahead)).TotalSeconds * real.TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Waiting(this, callback, state);
        lock (sync)
            timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>A timer of the real time that is set again when the tour's time moves.</summary>
    private sealed class Waiting : ITimer
    {
        private readonly TourClock clock;
        private readonly ITimer timer;
        private readonly Lock sync = new();
        private DateTimeOffset? due;
        private TimeSpan wait, period;

        public Waiting(TourClock clock, TimerCallback callback, object? state)
        {
            this.clock = clock;
            timer = clock.real.CreateTimer(
                _ =>
                {
                    lock (sync)
                        due = period > TimeSpan.Zero ? clock.GetUtcNow() + period : null;
                    callback(state);
                }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool WaitsFor(TimeSpan time)
        {
            lock (sync)
                return due is not null && wait == time;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (sync)
            {
                (wait, this.period) = (dueTime, period);
                due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetUtcNow() + dueTime;
                return timer.Change(dueTime, period);
            }
        }

        /// <summary>What is left of the wait is shorter now, or over.</summary>
        public void Follow()
        {
            lock (sync)
            {
                if (due is not { } then)
                    return;
                var left = then - clock.GetUtcNow();
                timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, period);
            }
        }

        public void Dispose()
        {
            lock (clock.timers)
                clock.timers.Remove(this);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
