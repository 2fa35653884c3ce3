namespace Gatepost.Smtp;

/// <summary>Finds what the journal kept.</summary>
public interface IJournalReader
{
    /// <summary>Every event of every session, attempt and message the key belongs to, in order of time.</summary>
    /// <param name="key">A queue id, a session id, an address (or <c>@domain</c>), an IP address, or <c>G-...</c>.</param>
    /// <param name="after">Only events behind this position; 0 for all (for following live).</param>
    /// <param name="max">1 to 100,000 events.</param>
    ValueTask<IReadOnlyList<JournalEvent>> FindAsync(string key, long after, int max, CancellationToken cancel);

    /// <summary>All events in a span of time, oldest first.</summary>
    /// <param name="since">The first instant that counts.</param>
    /// <param name="until">The first instant that counts no more.</param>
    /// <param name="after">Only events behind this position; 0 for all.</param>
    /// <param name="max">1 to 100,000 events.</param>
    ValueTask<IReadOnlyList<JournalEvent>> FindBetweenAsync(
        DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel);
}
