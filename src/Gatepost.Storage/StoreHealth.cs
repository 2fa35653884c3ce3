using Gatepost.Smtp;

namespace Gatepost.Storage;

/// <summary>How the store is.</summary>
public enum StoreState
{
    Sound,

    /// <summary>No room for new mail; the queue is worked off as far as it goes.</summary>
    Full,

    /// <summary>The disk failed; everything is refused until the database could be opened afresh.</summary>
    Broken,
}

/// <summary>State of the store, and when to try again.</summary>
internal sealed class StoreHealth(TimeProvider clock, Action<StoreState, string> changed, Action<StoreState, string> noted)
{
    private readonly Lock gate = new();
    private TimeSpan pause = StoreOptions.ReopenInterval / 10;
    private DateTimeOffset reopenAt;
    private Exception cause = new IOException("the store is closed");
    private StoreState state;

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
        Become(StoreState.Broken, by);
    }

    public void Fill(Exception by) => Become(StoreState.Full, by, unless: StoreState.Broken);

    public bool MayReopen() => clock.GetUtcNow() >= reopenAt;

    public void Recover()
    {
        pause = StoreOptions.ReopenInterval / 10;
        if (state == StoreState.Broken)
            Become(StoreState.Sound, null);
    }

    /// <summary>Room was found again by the look at the free space.</summary>
    public void FindRoom()
    {
        if (state == StoreState.Full)
            Become(StoreState.Sound, null);
    }

    /// <summary>Tells of a failure that changes nothing.</summary>
    public void Note(Exception by) => noted(state, by.Message);

    private void Become(StoreState next, Exception? by, StoreState? unless = null)
    {
        lock (gate)
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
            // The state has changed; who finds the disk broken must not also stumble here.
            Note(e);
        }
    }
}
