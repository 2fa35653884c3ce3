namespace Gatepost.Delivery.Schedule;

/// <summary>The earliest instant at which the queue is to be asked again; what is set for sooner wakes whoever sleeps.</summary>
internal sealed class WakeTimer
{
    private readonly Lock door = new();
    private TaskCompletionSource changed = NewSignal();
    private DateTimeOffset earliest = DateTimeOffset.MaxValue;

    /// <summary>Wakes the sleeper at <paramref name="at"/> at the latest.</summary>
    public void SetFor(DateTimeOffset at)
    {
        TaskCompletionSource signal;
        lock (door)
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
        lock (door)
            earliest = DateTimeOffset.MaxValue;
    }

    /// <summary>When it rings, and what completes once it is set for sooner.</summary>
    public (DateTimeOffset Earliest, Task Changed) Look()
    {
        lock (door)
            return (earliest, changed.Task);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
