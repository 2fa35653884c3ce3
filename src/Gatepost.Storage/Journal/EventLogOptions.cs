namespace Gatepost.Storage.Journal;

/// <summary>How the log is written: one line an event that matters.</summary>
public sealed record EventLogOptions
{
    /// <summary>JSON objects instead of words.</summary>
    public bool Json { get; init; }

    /// <summary>journald's levels in front (<c>&lt;5&gt;</c>) and no time, which journald has itself.</summary>
    public bool Journald { get; init; }

    /// <summary>Lines that may wait for a slow reader of the log; further ones are dropped and counted.</summary>
    public int Buffer { get; init; } = 20_000;

    /// <summary>How long lines wait to be written together.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(100);
}
