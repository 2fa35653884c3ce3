namespace Gatepost.Policy.Quotas;

/// <summary>What is counted.</summary>
public enum Counted
{
    /// <summary>Recipients an account wrote to.</summary>
    UserRecipients,

    /// <summary>Recipients the users of a domain wrote to.</summary>
    DomainRecipients,

    /// <summary>Messages a mailbox received.</summary>
    Received,

    /// <summary>Messages a client's address handed over.</summary>
    ClientMessages,

    /// <summary>Connections a client's address made.</summary>
    ClientConnections,

    /// <summary>Wrong log-ins from a client's address.</summary>
    FailedLoginsOfClient,

    /// <summary>Wrong log-ins for an account.</summary>
    FailedLoginsOfAccount,
}

/// <summary>One counter.</summary>
/// <param name="What">What is counted.</param>
/// <param name="Whose">Account, domain or network, in lower case.</param>
public readonly record struct CounterKey(Counted What, string Whose)
{
    public override string ToString() => $"{What}:{Whose}";
}

/// <summary>A wish to count something while it stays within its limit.</summary>
/// <param name="Key">The counter.</param>
/// <param name="Amount">1 or more.</param>
/// <param name="Limit">How much the window may hold.</param>
/// <param name="Window">How far back the window reaches from now; it slides.</param>
public readonly record struct Claim(CounterKey Key, int Amount, int Limit, TimeSpan Window);

/// <summary>What a counter held when it was asked.</summary>
/// <param name="Used">Within the window.</param>
/// <param name="FreeAt">When as much as was claimed is free again; null if it is free now or never will be.</param>
public readonly record struct Usage(int Used, DateTimeOffset? FreeAt);

/// <summary>Counters over sliding windows: exact at the limit however many sessions ask together, and kept across restarts.</summary>
public interface ICounters
{
    /// <summary>Takes all claims or none of them, in one step.</summary>
    /// <param name="claims">1 to 8, each for another counter.</param>
    /// <param name="now">The window ends here; what was taken exactly one window ago is free.</param>
    /// <returns>The index of the first claim that did not fit and what its counter held; -1 where all were taken, with what the first
    /// counter holds since.</returns>
    ValueTask<(int Refused, Usage Usage)> TakeAsync(IReadOnlyList<Claim> claims, DateTimeOffset now, CancellationToken cancel);

    /// <summary>What the counter holds, and when the claim would fit; takes nothing.</summary>
    ValueTask<Usage> PeekAsync(Claim claim, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Sets a counter back to nothing, as the administrator asked.</summary>
    ValueTask ForgetAsync(CounterKey key, DateTimeOffset now, CancellationToken cancel);
}

/// <summary>One thing that was counted, as it is kept across restarts; an amount of 0 sets the counter back to nothing.</summary>
public readonly record struct CounterEntry(CounterKey Key, DateTimeOffset At, int Amount, TimeSpan Window);

/// <summary>Keeps what was counted, so that a restart forgets nothing. Implemented by the store.</summary>
public interface ICounterLog
{
    /// <summary>Completes when the end of this process can no longer lose them, or when they had to be dropped. Never throws.</summary>
    Task KeepAsync(IReadOnlyList<CounterEntry> taken);

    /// <summary>Everything kept whose window has not passed at <paramref name="now"/>, in any order.</summary>
    IEnumerable<CounterEntry> Load(DateTimeOffset now);
}
