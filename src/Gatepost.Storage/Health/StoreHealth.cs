using Gatepost.Smtp;
using Gatepost.Storage.Settings;

namespace Gatepost.Storage.Health;

/// <summary>State of the store, and when to try again.</summary>
internal sealed class StoreHealth(TimeProvider clock, Action<StoreState, string> changed, Action<StoreState, string> noted)
{
    private readonly Lock sync = new();
    private TimeSpan pause = StoreOptions.ReopenInterval / 10;
    private DateTimeOffset reopenAt;
    // Written under the lock, read by every session without it.
    private volatile Exception cause = new IOException("the store is closed");
    private volatile StoreState state;

    public StoreState State => state;

    public Exception Cause => cause;

    public StoreOutcome Outcome => state switch
    {
        StoreState.Sound => StoreOutcome.Kept,
        StoreState.Full => StoreOutcome.Full,
        _ => StoreOutcome.Broken,
    };

    public void Break(Exception by)
    {
        reopenAt = clock.GetUtcNow() + pause;
        pause = pause * 2 < StoreOptions.ReopenInterval ? pause * 2 : StoreOptions.ReopenInterval;
        SetState(StoreState.Broken, by);
    }

    public void Fill(Exception by) => SetState(StoreState.Full, by, unless: StoreState.Broken);

    public bool MayReopen() => clock.GetUtcNow() >= reopenAt;

    public void Recover()
    {
        pause = StoreOptions.ReopenInterval / 10;
        if (state == StoreState.Broken)
            SetState(StoreState.Sound, null);
    }

    /// <summary>The check of the free space found enough of it.</summary>
    public void FindRoom()
    {
        if (state == StoreState.Full)
            SetState(StoreState.Sound, null);
    }

    /// <summary>Reports a failure that does not change the state.</summary>
    public void Note(Exception by) => noted(state, by.Message);

    private void SetState(StoreState next, Exception? by, StoreState? unless = null)
    {
        lock (sync)
        {
            if (state == unless)
                return;
            if (by is not null)
                cause = by;
            if (state == next)
                return;
            state = next;
        }

        try
        {
            changed(next, by?.Message ?? "works again");
        }
        catch (Exception e)
        {
            // The state has changed anyway.
            Note(e);
        }
    }
}
