namespace Gatepost.Delivery.Schedule;

/// <summary>The earliest instant at which the queue must be asked again. Setting it earlier wakes the sleeper.</summary>
internal sealed class WakeTimer
{
    private readonly Lock sync = new();
    private TaskCompletionSource changed = NewSignal();
    private DateTimeOffset earliest = DateTimeOffset.MaxValue;

    /// <summary>Wakes the sleeper no later than <paramref name="at"/>.</summary>
    public void SetFor(DateTimeOffset at)
    {
        TaskCompletionSource signal;
        lock (sync)
        {
            if (at >= earliest)
                return;
            earliest = at;
            signal = changed;
            changed = NewSignal();
        }

        signal.TrySetResult();
    }

    /// <summary>Forgets what was set; called right before the queue is asked.</summary>
    public void Clear()
    {
        lock (sync)
            earliest = DateTimeOffset.MaxValue;
    }

    /// <summary>When it wakes, and a task that completes once it is set for an earlier time.</summary>
    public (DateTimeOffset Earliest, Task Changed) Look()
    {
        lock (sync)
            return (earliest, changed.Task);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
