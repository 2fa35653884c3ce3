namespace Gatepost.Policy.Reputation;

/// <summary>Something a restart must not forget: a first encounter, a temporary block, a known log-in.</summary>
/// <param name="Kind">What it is: <c>met</c>, <c>block</c>, <c>welcome</c>.</param>
/// <param name="Key">Which; a later one of the same kind and key replaces an earlier.</param>
/// <param name="At">When it began.</param>
/// <param name="Until">When it is over; at or before <paramref name="At"/> takes it back.</param>
/// <param name="Text">For people.</param>
public readonly record struct StateRecord(string Kind, string Key, DateTimeOffset At, DateTimeOffset Until, string Text);

/// <summary>Keeps such things across restarts. Implemented by the store.</summary>
public interface IStateLog
{
    /// <summary>Completes when the end of this process can no longer lose it, or when it had to be dropped. Never throws.</summary>
    Task KeepAsync(StateRecord what);

    /// <summary>Everything of a kind that is not over at <paramref name="now"/>, in any order.</summary>
    IEnumerable<StateRecord> Load(string kind, DateTimeOffset now);
}
