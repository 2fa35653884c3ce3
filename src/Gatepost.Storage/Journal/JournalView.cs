using Gatepost.Smtp;

namespace Gatepost.Storage.Journal;

/// <summary>Reads a journal that another process may be writing.</summary>
internal sealed class JournalView(JournalOptions options) : IJournalReader
{
    private JournalFiles Files => new(options.Files, _ => null);

    public ValueTask<IReadOnlyList<JournalEvent>> FindAsync(string key, long after, int max, CancellationToken cancel) =>
        new(Task.Run(() => Find(Files, key, after, max), cancel));

    public ValueTask<IReadOnlyList<JournalEvent>> FindBetweenAsync(
        DateTimeOffset since, DateTimeOffset until, long after, int max, CancellationToken cancel) =>
        new(Task.Run<IReadOnlyList<JournalEvent>>(() => JournalRange.Read(options.Files, since, until, after, max, cancel), cancel));

    /// <summary>With <paramref name="after"/> the first events behind it, without the newest; in order of time either way.</summary>
    /// <param name="files">Disposed with the search.</param>
    /// <param name="key">Id, address or verdict.</param>
    /// <param name="after">Position behind which events are wanted; 0 for the newest.</param>
    /// <param name="max">Events at most, 1 or more.</param>
    public static IReadOnlyList<JournalEvent> Find(JournalFiles files, string key, long after, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        using var searched = files;
        var story = new TraceQuery(new JournalSearch(files), Math.Min(max, 100_000)).Of(key);
        if (after > 0)
            return [.. story.Where(record => record.Position > after).Take(max)];
        return story.Count <= max ? story : story.GetRange(story.Count - max, max);
    }
}
